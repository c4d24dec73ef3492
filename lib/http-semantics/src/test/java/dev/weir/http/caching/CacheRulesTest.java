package dev.weir.http.caching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.HostPattern;
import dev.weir.http.PathPattern;
import dev.weir.http.PathReadings;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which rule holds for which URL, and what a purge of it is of. */
class CacheRulesTest {
    private final CacheRules rules = new CacheRules(
            List.of(
                    entry("exact", "img.test", "/logo"),
                    entry("account", "*", "/static/account/"),
                    entry("static", "", "/static/,/Assets/"),
                    entry("below", "*.cdn.test", "")),
            TargetList.NONE);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # host       | path                      | rule
            img.test     | /logo                     | exact
            img.test     | /logo/                    | ''
            img.test     | /logo?x                   | exact
            other.test   | /logo                     | ''
            a.cdn.test   | /any                      | below
            a.cdn.test.  | /any                      | below
            cdn.test     | /any                      | ''
            a.cdn.test   | /static/x                 | static
            img.test     | /static/account/x         | account
            img.test     | /Assets/x                 | static
            # a path that some origin takes for one of no rule, or of another one, has none
            img.test     | /static/../secret         | ''
            img.test     | /static/..%2fsecret       | ''
            img.test     | /static/account%2fx       | ''
            img.test     | /static/x;/../../secret   | ''
            img.test     | /static//account/x        | ''
            img.test     | /static/ACCOUNT/x         | ''
            img.test     | /STATIC/x                 | ''
            img.test     | /static/a%20b             | static
            img.test     | /static/./x               | static
            """)
    void holds(String host, String path, String rule) {
        assertThat(rules.of(host, PathReadings.of(path)).name()).isEqualTo(rule);
        String pathOnly = path.replace("?x", "");
        assertThat(rules.of(new CacheKey("z", "http", host, pathOnly, "")).name())
                .isEqualTo(rule);
        assertThat(rules.of(new CacheKey("z", "http", host + ":8080", pathOnly, ""))
                        .name())
                .isEqualTo(rule);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            url http://a.test/static/x?utm_a=1&b=2   | url http://a.test/static/x?b=2
            url http://a.test/static/x?b=2           | url http://a.test/static/x?b=2
            url http://a.test:81/static/x?utm_a      | url http://a.test:81/static/x
            url http://a.test/other?utm_a=1&b=2      | url http://a.test/other?utm_a=1&b=2
            url http://[::1]:80/static/?utm_a        | url http://[::1]/static/
            prefix http://a.test/static/             | prefix http://a.test/static/
            tag utm_a                                | tag utm_a
            all                                      | all
            """)
    void purgesAreOfWhatIsStored(String asked, String stored) {
        PurgeScope scope = PurgeScope.parse(asked).orElseThrow();
        assertThat(rules.stored(scope)).hasToString(stored);
        assertThat(rules.stored(List.of(scope))).containsExactly(rules.stored(scope));
        assertThat(rules.stored(rules.stored(scope))).isEqualTo(rules.stored(scope));
        assertThat(CacheRules.none(TargetList.NONE).stored(scope)).isSameAs(scope);
    }

    @Test
    void theKeyHasWhatCounts() {
        CacheRule rule = rules.of("a.test", PathReadings.of("/static/x"));
        assertThat(rule.key("z", Requests.get("http://a.test/static/x?utm_a&b")))
                .isEqualTo(new CacheKey("z", "http", "a.test", "/static/x", "?b"));
        assertThat(rule.postKey("z", Requests.get("http://a.test/static/x?utm_a&b"), "0a"))
                .isEqualTo(new CacheKey("z~post-0a", "http", "a.test", "/static/x", "?b"));
    }

    @Test
    void withoutRulesNothingIsAsked() {
        CacheRules none = CacheRules.none(new TargetList(List.of("A")));
        CacheRule rule = none.of("a.test", PathReadings.of("/"));
        assertThat(rule.isNone()).isTrue();
        assertThat(rule).isSameAs(none.of(new CacheKey("z", "http", "b.test", "/", "")));
        assertThat(rule.targets().names()).containsExactly("A");
    }

    private static CacheRules.Entry entry(String name, String hosts, String paths) {
        return new CacheRules.Entry(
                Arrays.stream(hosts.split(",", -1))
                        .filter(host -> !host.isEmpty())
                        .map(HostPattern::of)
                        .toList(),
                Arrays.stream(paths.split(",", -1))
                        .filter(path -> !path.isEmpty())
                        .map(PathPattern::of)
                        .toList(),
                new CacheRule(
                        name,
                        TargetList.NONE,
                        LifetimeRule.NONE,
                        LifetimeRule.NONE,
                        Set.of(),
                        new QueryRule(List.of("utm_*"), false, false),
                        0));
    }
}
