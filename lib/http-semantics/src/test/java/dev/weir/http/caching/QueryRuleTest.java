package dev.weir.http.caching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What counts of a query. */
class QueryRuleTest {
    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            # names            # keeps # sorts # query                              # counts
            utm_*,fbclid       # false # false # ''                                 # ''
            utm_*,fbclid       # false # false # ?                                  # ?
            utm_*,fbclid       # false # false # ?a=1&b=2                           # ?a=1&b=2
            utm_*,fbclid       # false # false # ?utm_source=x&a=1&fbclid=&utm_=y   # ?a=1
            utm_*,fbclid       # false # false # ?fbclid                            # ''
            utm_*,fbclid       # false # false # ?fbclid&                           # ?
            utm_*,fbclid       # false # false # ?&&a=1&fbclid=x&                   # ?&&a=1&
            utm_*,fbclid       # false # false # ?fbclidx=1&Fbclid=2&utm=3          # ?fbclidx=1&Fbclid=2&utm=3
            utm_*,fbclid       # false # false # ?utm%5Fsource=x&utm%5fa=y&f%62clid # ''
            utm_*,fbclid       # false # false # ?a=%75tm_&b=utm_x                  # ?a=%75tm_&b=utm_x
            utm_*,fbclid       # false # false # ?a=1;utm_source=2&b                # ?a=1;utm_source=2&b
            utm_*,fbclid       # false # false # ?utm_x=1;a=2&b                     # ?b
            utm_*,fbclid       # false # false # ?a=1?utm_x=1&b                     # ?a=1?utm_x=1&b
            page,q             # true  # false # ?q=a+b&x=1&page=2&page=3           # ?q=a+b&page=2&page=3
            page,q             # true  # false # ?x=1                               # ''
            page,q             # true  # false # ?p%61ge=2&pag%65x=1                # ?p%61ge=2
            page,q             # true  # false # ?Page=2                            # ''
            ''                 # true  # false # ?x=1&y                             # ''
            ''                 # true  # false # ?                                  # ''
            *                  # false # false # ?x=1&y&                            # ''
            ''                 # false # true  # ?b=2&a=1                           # ?a=1&b=2
            ''                 # false # true  # ?a=2&a=1                           # ?a=2&a=1
            ''                 # false # true  # ?b=1&a=2&b=0&a=1                   # ?a=2&a=1&b=1&b=0
            ''                 # false # true  # ?%61=2&a=1                         # ?%61=2&a=1
            ''                 # false # true  # ?a=1&%61=2                         # ?a=1&%61=2
            ''                 # false # true  # ?A=1&a=2                           # ?A=1&a=2
            ''                 # false # true  # ?a=2&A=1                           # ?a=2&A=1
            ''                 # false # true  # ?a+b=2&a%20b=1                     # ?a+b=2&a%20b=1
            ''                 # false # true  # ?b&&a=%2f&a=%2F                    # ?&a=%2f&a=%2F&b
            ''                 # false # true  # ?a=&a                              # ?a=&a
            ''                 # false # true  # ?%=1&%zz&%4=2                      # ?%=1&%4=2&%zz
            utm_*              # false # true  # ?b=2&utm_x&a=1                     # ?a=1&b=2
            page,q             # true  # true  # ?q=1&x&page=2                      # ?page=2&q=1
            """)
    void counts(String names, boolean keeps, boolean sorts, String query, String expected) {
        QueryRule rule = rule(names, keeps, sorts);
        assertThat(rule.apply(query)).isEqualTo(expected);
        assertThat(rule.apply(expected)).as("twice").isEqualTo(expected);
    }

    @Test
    void whatItDoesntChangeIsTheSame() {
        String query = "?a=1&b=2";
        assertThat(rule("utm_*", false, true).apply(query)).isSameAs(query);
        assertThat(QueryRule.NONE.apply(query)).isSameAs(query);
    }

    @Test
    void manyParametersAreDroppedButNotSorted() {
        String many = "?"
                + IntStream.rangeClosed(0, QueryRule.MOST_SORTED)
                        .mapToObj(i -> "p" + (999 - i))
                        .collect(Collectors.joining("&"));
        assertThat(rule("utm_*", false, true).apply(many + "&utm_x=1")).isEqualTo(many);
        assertThat(rule("p7*", false, true).apply(many)).startsWith("?p800&p801&");
    }

    @Test
    void appliedAgainItChangesNothing() {
        Random random = new Random(9);
        String signs = "abAB%6142+&&&==;?*_";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder query = new StringBuilder("?");
            for (int length = random.nextInt(24); length > 0; length--) {
                query.append(signs.charAt(random.nextInt(signs.length())));
            }
            QueryRule rule =
                    rule(List.of("a,b*", "", "A", "_*,aa").get(i % 4), random.nextBoolean(), random.nextBoolean());
            String once = rule.apply(query.toString());
            assertThat(rule.apply(once)).as("%s of %s", rule, query).isEqualTo(once);
        }
    }

    private static QueryRule rule(String names, boolean keeps, boolean sorts) {
        return new QueryRule(
                Arrays.stream(names.split(",", -1))
                        .filter(name -> !name.isEmpty())
                        .toList(),
                keeps,
                sorts);
    }
}
