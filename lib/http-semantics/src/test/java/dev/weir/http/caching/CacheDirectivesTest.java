package dev.weir.http.caching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.HeaderFields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheDirectivesTest {
    /** A directive that is there without a valid number is shown without a number. */
    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            9111 §5.2     # max-age=60                      # max-age=60
            9111 §5.2     # MAX-AGE=60, Public              # max-age=60, public
            9111 §5.2     # max-age="60"                    # max-age=60
            9111 §5.2     # public,,max-age=60 ,            # max-age=60, public
            9111 §5.2     # x="a, no-store", max-age=1      # max-age=1
            9111 §5.2     # no-store=yes                    # no-store
            9111 §5.2     # nostore, max-ages=1             # ''
            9111 §1.2.2   # max-age=99999999999999999999    # max-age=2147483648
            9111 §1.2.2   # max-age=007                     # max-age=7
            9111 §4.2.1   # max-age=60, max-age=60          # max-age=60
            9111 §4.2.1   # max-age=60, max-age=30          # max-age
            9111 §4.2.1   # max-age=-1                      # max-age
            9111 §4.2.1   # max-age=1.5                     # max-age
            9111 §4.2.1   # max-age='60'                    # max-age
            9111 §4.2.1   # max-age=                        # max-age
            9111 §4.2.1   # max-age                         # max-age
            9111 §4.2.1   # max-age=60s                     # max-age
            9111 §4.2.1   # max-age =60                     # max-age
            9111 §4.2.1   # max-age= 60                     # max-age
            9111 §5.2.2.4 # no-cache="set-cookie, x"        # no-cache
            9111 §5.2.2.7 # private="x"                     # private
            9111 §5.2.1.2 # max-stale                       # max-stale
            9111 §5.2.1.2 # max-stale=5                     # max-stale=5
            5861 §3       # stale-while-revalidate=9, stale-if-error=8 # stale-while-revalidate=9, stale-if-error=8
            """)
    void reads(String rfc, String value, String expected) {
        assertThat(CacheDirectives.ofResponse(HeaderFields.of("Cache-Control", value)))
                .as(rfc)
                .hasToString(expected);
    }

    @Test
    void joinsLines() {
        HeaderFields fields = HeaderFields.of("Cache-Control", "public", "cache-control", "max-age=3");
        assertThat(CacheDirectives.ofResponse(fields)).hasToString("max-age=3, public");
        HeaderFields twice = HeaderFields.of("Cache-Control", "max-age=1", "Cache-Control", "max-age=3");
        assertThat(CacheDirectives.ofResponse(twice).seconds(Directive.MAX_AGE)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            9111 §5.4 # no-cache    # ''        # no-cache
            9111 §5.4 # x, No-Cache # ''        # no-cache
            9111 §5.4 # no-cache    # max-age=1 # max-age=1
            9111 §5.4 # x           # ''        # ''
            """)
    void pragmaCountsWithoutCacheControl(String rfc, String pragma, String cacheControl, String expected) {
        HeaderFields fields = cacheControl.isEmpty()
                ? HeaderFields.of("Pragma", pragma)
                : HeaderFields.of("Pragma", pragma, "Cache-Control", cacheControl);
        assertThat(CacheDirectives.ofRequest(fields)).as(rfc).hasToString(expected);
        assertThat(CacheDirectives.ofResponse(HeaderFields.of("Pragma", pragma)))
                .hasToString("");
    }
}
