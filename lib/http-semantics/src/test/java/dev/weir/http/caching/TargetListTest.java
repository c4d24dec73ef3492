package dev.weir.http.caching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a field of the target list says, and what it keeps from counting (RFC 9213). */
class TargetListTest {
    private static final TargetList TARGETS = new TargetList(List.of("Near-Control", "Far-Control"));

    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            9213 §2.1 # Far-Control=max-age=9                             # max-age=9
            9213 §2.1 # far-control=max-age=9;Far-Control=no-store        # no-store, max-age=9
            9213 §2.1 # Far-Control=max-age=9, max-age=10                 # max-age=10
            9213 §2.1 # Far-Control=foo, max-age=9, bar=(1 2)             # max-age=9
            9213 §2.1 # Far-Control=foo                                   # ''
            9213 §2.1 # Far-Control=max-age=99999999999                   # max-age=2147483648
            9213 §2.1 # Far-Control=max-age=-1                            # max-age
            9213 §2.1 # Far-Control=no-cache="a, b", private="c"          # no-cache, private
            9213 §2.1 # Far-Control=max-stale="a", private                # private
            9213 §2.2 # Near-Control=private;Far-Control=max-age=9        # private
            9213 §2.2 # Near-Control=;Far-Control=max-age=9               # max-age=9
            9213 §2.2 # Near-Control=&;Far-Control=max-age=9              # max-age=9
            """)
    void says(String rfc, String fields, String expected) {
        assertThat(TARGETS.directives(Heads.fields(fields)))
                .as(rfc)
                .hasValueSatisfying(said -> assertThat(said).hasToString(expected));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            9213 §2.2 # Cache-Control=max-age=9
            9213 §2.1 # Far-Control=
            9213 §2.1 # Far-Control=max-age=9, &
            9213 §2.1 # Far-Control=max-age =9
            9213 §2.1 # Far-Control=Max-Age=9
            9213 §2.1 # Far-Control=max-age="9"
            9213 §2.1 # Far-Control=max-age=9.0
            9213 §2.1 # Far-Control=max-age
            9213 §2.1 # Far-Control=no-store=1
            9213 §2.1 # Far-Control=no-store=?0
            9213 §2.1 # Far-Control=no-cache=a
            """)
    void whatIsEmptyOrInvalidIsAsIfItWerentThere(String rfc, String fields) {
        assertThat(TARGETS.directives(Heads.fields(fields))).as(rfc).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            9213 §2.2 # Far-Control=max-age=9;Cache-Control=no-store                                  # 9  # MAX_AGE
            9213 §2.2 # Far-Control=max-age=9;Cache-Control=s-maxage=3                                # 9  # MAX_AGE
            9213 §2.2 # Far-Control=max-age=9;Expires=0                                               # 9  # MAX_AGE
            9213 §2.2 # Far-Control=must-revalidate;Expires=Sat, 10 Jan 2026 01:00:00 GMT             # 0  # NONE
            9213 §2.2 # Far-Control=must-revalidate;Last-Modified=Fri, 09 Jan 2026 23:00:00 GMT       # 360 # HEURISTIC
            9213 §2.2 # Far-Control=&;Expires=Sat, 10 Jan 2026 01:00:00 GMT                           # 3600 # EXPIRES
            9213 §2.2 # Far-Control=&;Cache-Control=max-age=3                                         # 3  # MAX_AGE
            """)
    void cacheControlAndExpiresDontCountBesideIt(String rfc, String fields, long seconds, Freshness.Basis basis) {
        Freshness freshness = Freshness.of(Heads.head(200, fields), CacheRule.none(TARGETS));
        assertThat(freshness.lifetimeSeconds()).as(rfc).isEqualTo(seconds);
        assertThat(freshness.basis()).as(rfc).isEqualTo(basis);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            9213 §2.2 # ''              # Far-Control=max-age=9;Cache-Control=no-store, private # store
            9213 §2.2 # ''              # Far-Control=no-store;Cache-Control=max-age=9          # no-store
            9213 §2.2 # ''              # Far-Control=private;Cache-Control=public, max-age=9   # private
            9213 §2.2 # ''              # Far-Control=max-age=0;Cache-Control=max-age=9         # no-freshness
            9213 §2.2 # Authorization=x # Far-Control=max-age=9;Cache-Control=public            # authorization
            9213 §2.2 # Authorization=x # Far-Control=s-maxage=9;Cache-Control=no-store         # store
            9213 §2.2 # ''              # Far-Control=private, &;Cache-Control=max-age=9        # store
            """)
    void decidesOnStoring(String rfc, String request, String response, String expected) {
        Storability said = Storability.of(
                "GET",
                Heads.fields(request),
                Heads.head(200, response),
                CacheProfile.STRICT_RFC,
                CacheRule.none(TARGETS));
        assertThat(said instanceof Storability.Refuse refused ? refused.reason().token() : "store")
                .as(rfc)
                .isEqualTo(expected);
    }
}
