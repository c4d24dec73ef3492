package dev.weir.http.caching;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StorabilityTest {
    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            9111 §3       # GET  # ''                      # 200 # Cache-Control=max-age=60                 # store
            9111 §3       # GET  # ''                      # 200 # Cache-Control=s-maxage=60                # store
            9111 §3       # GET  # ''                      # 200 # Expires=Sat, 10 Jan 2026 01:00:00 GMT    # store
            9111 §3       # GET  # ''                      # 200 # ETag="a"                                 # store
            9111 §3       # GET  # ''                      # 200 # Last-Modified=Thu, 01 Jan 2026 00:00:00 GMT # store
            9111 §3       # GET  # ''                      # 200 # ''                                       # no-freshness
            9111 §3       # GET  # ''                      # 200 # Cache-Control=max-age=0                  # no-freshness
            9111 §3       # GET  # ''                      # 200 # Cache-Control=max-age=0;ETag="a"         # store
            9111 §3       # GET  # ''                      # 200 # Cache-Control=no-cache;ETag="a"          # store
            9111 §3       # GET  # ''                      # 200 # Cache-Control=no-cache, max-age=60       # no-freshness
            5861 §3       # GET  # ''                      # 200 # Cache-Control=max-age=0, stale-while-revalidate=9 # store
            9111 §3       # POST # ''                      # 200 # Cache-Control=max-age=60                 # method
            9111 §3       # HEAD # ''                      # 200 # Cache-Control=max-age=60                 # method
            9111 §3       # PUT  # ''                      # 200 # Cache-Control=max-age=60                 # method
            9111 §3       # GET  # ''                      # 302 # ETag="a"                                 # no-freshness
            9111 §3       # GET  # ''                      # 302 # Cache-Control=max-age=60                 # store
            9111 §3       # GET  # ''                      # 302 # Cache-Control=public;ETag="a"            # store
            9111 §3       # GET  # ''                      # 404 # ETag="a"                                 # store
            9111 §3       # GET  # ''                      # 500 # ETag="a"                                 # no-freshness
            9111 §3       # GET  # ''                      # 503 # Cache-Control=max-age=60                 # store
            9111 §3       # GET  # ''                      # 299 # Cache-Control=max-age=60                 # store
            9111 §3       # GET  # ''                      # 599 # Cache-Control=max-age=60                 # store
            9111 §3       # GET  # ''                      # 101 # Cache-Control=max-age=60                 # status
            9111 §3       # GET  # ''                      # 206 # Cache-Control=max-age=60                 # status
            9111 §3       # GET  # ''                      # 304 # Cache-Control=max-age=60                 # status
            9111 §3       # GET  # ''                      # 407 # Cache-Control=max-age=60                 # status
            9110 §15.5.17 # GET  # Range=bytes=9-          # 416 # Cache-Control=max-age=60                 # status
            9110 §15.5.13 # GET  # If-Match="x"            # 412 # Cache-Control=max-age=60                 # status
            9110 §15.5.13 # GET  # ''                      # 412 # Cache-Control=max-age=60                 # store
            9110 §15.5.18 # GET  # Expect=x                # 417 # Cache-Control=max-age=60                 # status
            9110 §15.5.2  # GET  # ''                      # 401 # Cache-Control=public, max-age=60         # status
            9110 §15.5.9  # GET  # ''                      # 408 # Cache-Control=max-age=60                 # status
            9110 §15.5.20 # GET  # ''                      # 421 # Cache-Control=max-age=60                 # status
            8470 §5.2     # GET  # ''                      # 425 # Cache-Control=max-age=60                 # status
            6585 §3       # GET  # ''                      # 428 # Cache-Control=max-age=60                 # status
            6585 §4       # GET  # ''                      # 429 # Cache-Control=max-age=60                 # status
            6585 §5       # GET  # ''                      # 431 # Cache-Control=max-age=60                 # status
            6585 §6       # GET  # ''                      # 511 # Cache-Control=max-age=60                 # status
            9111 §7.1     # GET  # ''                      # 400 # Cache-Control=max-age=60                 # store
            9111 §7.1     # GET  # User-Agent=a            # 403 # Cache-Control=max-age=60                 # store
            9111 §7.1     # GET  # Range=x                 # 400 # Cache-Control=max-age=60                 # status
            9111 §7.1     # GET  # Range=x                 # 200 # Cache-Control=max-age=60                 # store
            9111 §7.1     # GET  # If-None-Match=x         # 400 # Cache-Control=max-age=60                 # status
            9111 §7.1     # GET  # Authorization=x         # 403 # Cache-Control=public, max-age=60         # status
            9111 §7.1     # GET  # Cookie=x                # 500 # Cache-Control=max-age=60                 # status
            9111 §7.1     # GET  # Origin=x                # 403 # Cache-Control=max-age=60                 # status
            9111 §7.1     # GET  # content-type=x          # 400 # Cache-Control=max-age=60                 # status
            9111 §7.1     # GET  # X_Y=1                   # 400 # Cache-Control=max-age=60                 # status
            9111 §7.1     # GET  # X-Y=ä                   # 400 # Cache-Control=max-age=60                 # status
            9111 §7.1     # GET  # Accept=*/*, text/html   # 404 # Cache-Control=max-age=60                 # store
            9111 §7.1     # GET  # Accept=x                # 406 # Cache-Control=max-age=60                 # status
            9111 §7.1     # GET  # Accept-Encoding=gzip, deflate # 404 # Cache-Control=max-age=60           # store
            9111 §7.1     # GET  # Accept-Encoding=(x)     # 400 # Cache-Control=max-age=60                 # status
            9111 §7.1     # GET  # Accept-Language=de, en  # 404 # Cache-Control=max-age=60                 # store
            9111 §7.1     # GET  # Accept-Language={x}     # 404 # Cache-Control=max-age=60                 # status
            9111 §7.3     # GET  # ''                      # 200 # Set-Cookie=a;ETag="a"                    # set-cookie
            9111 §7.3     # GET  # ''                      # 200 # Cache-Control=no-cache;Set-Cookie=a;ETag="a" # set-cookie
            9111 §7.3     # GET  # ''                      # 200 # Cache-Control=max-age=0;Set-Cookie=a;ETag="a" # set-cookie
            9111 §7.3     # GET  # ''                      # 200 # Cache-Control=public;Set-Cookie=a;Last-Modified=Fri, 09 Jan 2026 00:00:00 GMT # set-cookie
            9111 §5.2.2.3 # GET  # ''                      # 200 # Cache-Control=must-understand, no-store, max-age=60 # store
            9111 §5.2.2.3 # GET  # ''                      # 299 # Cache-Control=must-understand, no-store, max-age=60 # status-not-understood
            9111 §5.2.2.3 # GET  # ''                      # 299 # Cache-Control=must-understand, max-age=60 # status-not-understood
            9111 §5.2.1.5 # GET  # Cache-Control=no-store  # 200 # Cache-Control=max-age=60                 # request-no-store
            9111 §5.2.1.4 # GET  # Cache-Control=no-cache  # 200 # Cache-Control=max-age=60                 # store
            9111 §5.2.2.5 # GET  # ''                      # 200 # Cache-Control=no-store, max-age=60       # no-store
            9111 §5.2.2.5 # GET  # ''                      # 200 # Cache-Control=No-Store, public, max-age=60 # no-store
            9111 §5.2.2.7 # GET  # ''                      # 200 # Cache-Control=private, max-age=60        # private
            9111 §5.2.2.7 # GET  # ''                      # 200 # Cache-Control=private="a", s-maxage=60   # private
            9111 §3.5     # GET  # Authorization=Basic x   # 200 # Cache-Control=max-age=60                 # authorization
            9111 §3.5     # GET  # Authorization=Basic x   # 200 # Cache-Control=max-age=60, public         # store
            9111 §3.5     # GET  # Authorization=Basic x   # 200 # Cache-Control=max-age=60, must-revalidate # store
            9111 §3.5     # GET  # Authorization=Basic x   # 200 # Cache-Control=s-maxage=60                # store
            9111 §3.5     # GET  # Authorization=Basic x   # 200 # Cache-Control=max-age=60, proxy-revalidate # authorization
            9111 §4.1     # GET  # ''                      # 200 # Cache-Control=max-age=60;Vary=*          # vary
            9111 §4.1     # GET  # ''                      # 200 # Cache-Control=max-age=60;Vary=a;Vary=b, * # vary
            9111 §4.1     # GET  # ''                      # 200 # Cache-Control=max-age=60;Vary=a b        # vary
            9111 §4.1     # GET  # ''                      # 200 # Cache-Control=max-age=60;Vary=a          # store
            9111 §7.3     # GET  # ''                      # 200 # Cache-Control=max-age=60;Set-Cookie=a    # store
            9111 §5.4     # GET  # ''                      # 200 # Cache-Control=max-age=60;Pragma=no-cache # store
            """)
    void strictly(String rfc, String method, String request, int status, String response, String expected) {
        assertThat(shown(method, request, status, response, CacheProfile.STRICT_RFC))
                .as(rfc)
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            ''       # 200 # Cache-Control=max-age=60              # store
            ''       # 200 # Cache-Control=max-age=60;Set-Cookie=a # set-cookie
            ''       # 302 # Cache-Control=max-age=60              # store
            ''       # 404 # Cache-Control=max-age=60              # error-status
            ''       # 503 # Cache-Control=max-age=60              # error-status
            ''       # 200 # Cache-Control=private                 # private
            ''       # 200 # Last-Modified=Fri, 09 Jan 2026 00:00:00 GMT # store
            Cookie=a # 200 # Last-Modified=Fri, 09 Jan 2026 00:00:00 GMT # no-freshness
            Cookie=a # 200 # Cache-Control=max-age=60              # store
            """)
    void cautiously(String request, int status, String response, String expected) {
        assertThat(shown("GET", request, status, response, CacheProfile.CAUTIOUS))
                .isEqualTo(expected);
    }

    @Test
    void anErrorToALongRequestIsNotStored() {
        String most = "a".repeat(PlainRequest.MOST_CHARACTERS - 1);
        assertThat(shown("GET", "X=" + most, 400, "Cache-Control=max-age=60", CacheProfile.STRICT_RFC))
                .isEqualTo("store");
        assertThat(shown("GET", "X=" + most + "a", 400, "Cache-Control=max-age=60", CacheProfile.STRICT_RFC))
                .isEqualTo("status");
        assertThat(shown("GET", "X=" + most + "a", 200, "Cache-Control=max-age=60", CacheProfile.STRICT_RFC))
                .isEqualTo("store");
    }

    @Test
    void anErrorDoesntPushOutAFreshSuccess() {
        Freshness stored = Freshness.of(Heads.head(200, "Cache-Control=max-age=60"));
        assertThat(Storability.mayReplace(404, 200, stored, Heads.DATE)).isFalse();
        assertThat(Storability.mayReplace(200, 200, stored, Heads.DATE)).isTrue();
        assertThat(Storability.mayReplace(503, 404, stored, Heads.DATE)).isTrue();
        assertThat(Storability.mayReplace(404, 200, stored, Heads.DATE.plusSeconds(60)))
                .isTrue();
    }

    private static String shown(String method, String request, int status, String response, CacheProfile profile) {
        Storability answer =
                Storability.of(method, Heads.fields(request), Heads.head(status, response), profile, CacheRule.NONE);
        return answer instanceof Storability.Refuse refuse ? refuse.reason().token() : "store";
    }
}
