package dev.weir.http.caching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.HeaderFields;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReuseTest {
    /** The request's and the response's Cache-Control, the age in seconds; the response has an ETag. */
    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            9111 §4.2      # ''                       # max-age=60                     # 0   # Fresh[ageSeconds=0, ttlSeconds=60]
            9111 §4.2      # ''                       # max-age=60                     # 59  # Fresh[ageSeconds=59, ttlSeconds=1]
            9111 §4.2      # ''                       # max-age=60                     # 60  # Revalidate[reason=STALE]
            9111 §5.2.2.4  # ''                       # max-age=60, no-cache           # 0   # Revalidate[reason=NO_CACHE]
            9111 §5.2.2.4  # ''                       # max-age=60, no-cache="a"       # 0   # Revalidate[reason=NO_CACHE]
            9111 §5.2.1.4  # no-cache                 # max-age=60                     # 0   # Revalidate[reason=REQUEST_NO_CACHE]
            9111 §5.2.1.1  # max-age=0                # max-age=60                     # 0   # Revalidate[reason=REQUEST_NO_CACHE]
            9111 §5.2.1.1  # max-age=10               # max-age=60                     # 10  # Fresh[ageSeconds=10, ttlSeconds=50]
            9111 §5.2.1.1  # max-age=10               # max-age=60                     # 11  # Revalidate[reason=REQUEST_MAX_AGE]
            9111 §5.2.1.1  # max-age=10, max-stale=99 # max-age=60                     # 11  # Revalidate[reason=REQUEST_MAX_AGE]
            9111 §5.2.1.1  # max-age=x                # max-age=60                     # 11  # Fresh[ageSeconds=11, ttlSeconds=49]
            9111 §5.2.1.3  # min-fresh=10             # max-age=60                     # 50  # Fresh[ageSeconds=50, ttlSeconds=10]
            9111 §5.2.1.3  # min-fresh=10             # max-age=60                     # 51  # Revalidate[reason=REQUEST_MIN_FRESH]
            9111 §5.2.1.3  # min-fresh=10             # max-age=60                     # 61  # Revalidate[reason=STALE]
            9111 §5.2.1.2  # max-stale                # max-age=60                     # 999 # Fresh[ageSeconds=999, ttlSeconds=-939]
            9111 §5.2.1.2  # max-stale=10             # max-age=60                     # 70  # Fresh[ageSeconds=70, ttlSeconds=-10]
            9111 §5.2.1.2  # max-stale=10             # max-age=60                     # 71  # Revalidate[reason=STALE]
            9111 §5.2.1.2  # max-stale                # max-age=0                      # 1   # Revalidate[reason=STALE]
            9111 §5.2.1.2  # max-stale                # public                         # 1   # Revalidate[reason=STALE]
            5861 §3        # ''                       # max-age=0, stale-while-revalidate=10 # 1 # StaleWhileRevalidate[ageSeconds=1, ttlSeconds=-1]
            9111 §5.2.2.2  # max-stale                # max-age=60, must-revalidate    # 61  # Revalidate[reason=STALE]
            9111 §5.2.2.8  # max-stale                # max-age=60, proxy-revalidate   # 61  # Revalidate[reason=STALE]
            9111 §5.2.2.10 # max-stale                # s-maxage=60                    # 61  # Revalidate[reason=STALE]
            9111 §5.2.2.2  # ''                       # max-age=60, must-revalidate    # 59  # Fresh[ageSeconds=59, ttlSeconds=1]
            5861 §3        # ''                       # max-age=60, stale-while-revalidate=10 # 60 # StaleWhileRevalidate[ageSeconds=60, ttlSeconds=0]
            5861 §3        # ''                       # max-age=60, stale-while-revalidate=10 # 69 # StaleWhileRevalidate[ageSeconds=69, ttlSeconds=-9]
            5861 §3        # ''                       # max-age=60, stale-while-revalidate=10 # 70 # Revalidate[reason=STALE]
            5861 §3        # ''                       # max-age=60, stale-while-revalidate=x  # 61 # Revalidate[reason=STALE]
            5861 §3        # max-age=99               # max-age=60, stale-while-revalidate=10 # 61 # Revalidate[reason=STALE]
            9111 §4.2.4    # ''                       # max-age=60, stale-while-revalidate=10, must-revalidate # 61 # Revalidate[reason=STALE]
            9111 §4.2.4    # ''                       # s-maxage=60, stale-while-revalidate=10 # 61 # Revalidate[reason=STALE]
            9111 §5.2.1.7  # only-if-cached           # max-age=60                     # 0   # Fresh[ageSeconds=0, ttlSeconds=60]
            9111 §5.2.1.7  # only-if-cached           # max-age=60                     # 60  # Unusable[reason=ONLY_IF_CACHED]
            9111 §5.2.1.7  # only-if-cached, no-cache # max-age=60                     # 0   # Unusable[reason=ONLY_IF_CACHED]
            """)
    void decides(String rfc, String request, String response, long age, String expected) {
        assertThat(Reuse.of(request(request), stored(response, true), at(age)))
                .as(rfc)
                .hasToString(expected);
    }

    /** Softly purged at an age of 20 seconds. */
    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            5861 §3        # ''             # max-age=60, stale-while-revalidate=10 # 20 # StaleWhileRevalidate[ageSeconds=20, ttlSeconds=0]
            5861 §3        # ''             # max-age=60, stale-while-revalidate=10 # 29 # StaleWhileRevalidate[ageSeconds=29, ttlSeconds=-9]
            5861 §3        # ''             # max-age=60, stale-while-revalidate=10 # 30 # Revalidate[reason=STALE]
            5861 §3        # ''             # max-age=60, stale-while-revalidate=10 # 19 # StaleWhileRevalidate[ageSeconds=19, ttlSeconds=0]
            5861 §3        # ''             # max-age=25, stale-while-revalidate=90 # 30 # StaleWhileRevalidate[ageSeconds=30, ttlSeconds=-10]
            5861 §3        # ''             # max-age=5, stale-while-revalidate=90  # 94 # StaleWhileRevalidate[ageSeconds=94, ttlSeconds=-89]
            5861 §3        # ''             # max-age=5, stale-while-revalidate=90  # 95 # Revalidate[reason=STALE]
            5861 §3        # ''             # max-age=60                            # 20 # Revalidate[reason=STALE]
            9111 §5.2.1.1  # max-age=50     # max-age=60, stale-while-revalidate=10 # 21 # Revalidate[reason=STALE]
            9111 §5.2.1.2  # max-stale      # max-age=60, stale-while-revalidate=10 # 21 # Revalidate[reason=STALE]
            9111 §5.2.1.2  # max-stale=99   # max-age=60                            # 21 # Revalidate[reason=STALE]
            9111 §5.2.1.3  # min-fresh=1    # max-age=60, stale-while-revalidate=10 # 21 # Revalidate[reason=STALE]
            9111 §5.2.1.4  # no-cache       # max-age=60, stale-while-revalidate=10 # 21 # Revalidate[reason=REQUEST_NO_CACHE]
            9111 §5.2.1.7  # only-if-cached # max-age=60, stale-while-revalidate=10 # 21 # StaleWhileRevalidate[ageSeconds=21, ttlSeconds=-1]
            9111 §5.2.1.7  # only-if-cached # max-age=60                            # 21 # Unusable[reason=ONLY_IF_CACHED]
            9111 §5.2.2.2  # ''             # max-age=60, stale-while-revalidate=10, must-revalidate # 21 # Revalidate[reason=STALE]
            9111 §5.2.2.4  # ''             # max-age=60, stale-while-revalidate=10, no-cache # 21 # Revalidate[reason=NO_CACHE]
            9111 §5.2.2.10 # ''             # s-maxage=60, stale-while-revalidate=10 # 21 # Revalidate[reason=STALE]
            """)
    void aSoftPurgeLeavesWhatTheOriginAllowsOfStaleOnes(
            String rfc, String request, String response, long age, String expected) {
        assertThat(Reuse.of(request(request), stored(response, true), at(20), at(age)))
                .as(rfc)
                .hasToString(expected);
    }

    @ParameterizedTest
    @CsvSource({"MIN, Revalidate[reason=STALE]", "MAX, 'Fresh[ageSeconds=1, ttlSeconds=59]'"})
    void whatMustBeConfirmedIsNotServedMeanwhile(String since, String expected) {
        Instant staleSince = since.equals("MIN") ? Instant.MIN : Instant.MAX;
        Freshness stored = stored("max-age=60, stale-while-revalidate=999999999999", true);
        assertThat(Reuse.of(request(""), stored, staleSince, at(1))).hasToString(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            9111 §4.3.1 # max-age=60           # 60 # Unusable[reason=STALE]
            9111 §4.3.1 # max-age=60, no-cache # 0  # Unusable[reason=NO_CACHE]
            9111 §4.3.1 # max-age=60           # 0  # Fresh[ageSeconds=0, ttlSeconds=60]
            """)
    void withoutAValidatorThereIsNothingToAsk(String rfc, String response, long age, String expected) {
        assertThat(Reuse.of(request(""), stored(response, false), at(age)))
                .as(rfc)
                .hasToString(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            5861 §4        # ''                       # max-age=60, stale-if-error=10                  # 69 # true  # true
            5861 §4        # ''                       # max-age=60, stale-if-error=10                  # 70 # false # true
            5861 §4        # ''                       # max-age=60                                     # 61 # false # true
            5861 §4        # ''                       # max-age=60                                     # 9  # false # true
            5861 §4        # stale-if-error=10        # max-age=60                                     # 61 # true  # true
            9111 §4.2.4    # ''                       # max-age=60, stale-if-error=10, must-revalidate # 61 # false # false
            9111 §4.2.4    # ''                       # s-maxage=60, stale-if-error=10                 # 61 # false # false
            9111 §4.2.4    # ''                       # max-age=60, stale-if-error=10, no-cache        # 61 # false # false
            9111 §5.2.1.4  # no-cache                 # max-age=60, stale-if-error=10                  # 61 # false # false
            9111 §5.2.1.1  # max-age=99               # max-age=60, stale-if-error=10                  # 61 # false # false
            9111 §4.2.4    # ''                       # max-age=60                                     # 89 # false # true
            9111 §4.2.4    # ''                       # max-age=60                                     # 90 # false # false
            9111 §4.2.4    # ''                       # max-age=60, proxy-revalidate                   # 61 # false # false
            9111 §4.2.4    # ''                       # public                                         # 1  # false # false
            5861 §4        # stale-if-error=99        # max-age=0                                      # 1  # false # false
            5861 §4        # ''                       # max-age=0, stale-if-error=99                   # 1  # true  # false
            9111 §5.2.1.2  # max-age=99, max-stale=9  # max-age=60, stale-if-error=10                  # 61 # true  # true
            """)
    void staleOnError(
            String rfc, String request, String response, long age, boolean onError, boolean whenDisconnected) {
        Freshness stored = stored(response, true);
        assertThat(Reuse.allowsStaleOnError(request(request), stored, at(age)))
                .as(rfc)
                .isEqualTo(onError);
        assertThat(Reuse.allowsStaleWhenDisconnected(request(request), stored, Duration.ofSeconds(30), at(age)))
                .as(rfc)
                .isEqualTo(whenDisconnected);
        assertThat(Reuse.allowsStaleWhenDisconnected(request(request), stored, Duration.ZERO, at(age)))
                .as("switched off")
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"500, true", "502, true", "503, true", "504, true", "501, false", "404, false", "200, false"})
    void bridgesServerErrors(int status, boolean expected) {
        assertThat(Reuse.isErrorToBridge(status)).isEqualTo(expected);
    }

    private static CacheDirectives request(String cacheControl) {
        return CacheDirectives.ofRequest(
                cacheControl.isEmpty() ? HeaderFields.empty() : HeaderFields.of("Cache-Control", cacheControl));
    }

    private static Freshness stored(String cacheControl, boolean validatable) {
        HeaderFields fields = HeaderFields.of("Cache-Control", cacheControl, validatable ? "ETag" : "X", "\"a\"");
        return Freshness.of(StoredHead.received(200, fields, Heads.DATE, Heads.DATE));
    }

    private static Instant at(long ageSeconds) {
        return Heads.DATE.plusSeconds(ageSeconds);
    }
}
