package dev.weir.http.caching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.HeaderFields;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RevalidationTest {
    private static final Instant LATER = Heads.DATE.plusSeconds(100);

    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            9111 §4.3.1 # ETag="a"                                    # X=1;If-None-Match="a"
            9111 §4.3.1 # ETag=W/"a"                                  # X=1;If-None-Match=W/"a"
            9111 §4.3.1 # Last-Modified=Thu, 01 Jan 2026 00:00:00 GMT # X=1;If-Modified-Since=Thu, 01 Jan 2026 00:00:00 GMT
            9111 §4.3.1 # Last-Modified=junk                          # X=1
            9111 §4.3.1 # Last-Modified=Thu, 01 Jan 2026 00:00:00 GMT;ETag="a" # X=1;If-None-Match="a";If-Modified-Since=Thu, 01 Jan 2026 00:00:00 GMT
            9111 §4.3.1 # ''                                          # X=1
            """)
    void asksByTheStoredValidators(String rfc, String stored, String expected) {
        HeaderFields request = Heads.fields(
                "X=1;If-None-Match=\"z\";If-Modified-Since=x;Range=bytes=0-1;If-Range=\"z\";If-Match=\"z\";If-Unmodified-Since=x");
        assertThat(Revalidation.requestFields(request, Heads.head(200, stored)))
                .as(rfc)
                .isEqualTo(Heads.fields(expected));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            9111 §4.3.4 # ETag="a"   # ETag="a"   # true
            9111 §4.3.4 # ETag="a"   # ETag="b"   # false
            9111 §4.3.4 # ETag="a"   # ETag=W/"a" # true
            9111 §4.3.4 # ETag=W/"a" # ETag=W/"a" # true
            9111 §4.3.4 # ETag=W/"a" # ETag="a"   # false
            9111 §4.3.4 # ETag="a"   # ''         # true
            9111 §4.3.4 # X=1        # ETag="a"   # false
            9111 §4.3.4 # Last-Modified=Thu, 01 Jan 2026 00:00:00 GMT # Last-Modified=Thu, 01 Jan 2026 00:00:00 GMT # true
            9111 §4.3.4 # Last-Modified=Thu, 01 Jan 2026 00:00:00 GMT # Last-Modified=Fri, 02 Jan 2026 00:00:00 GMT # false
            9111 §4.3.4 # Last-Modified=Thu, 01 Jan 2026 00:00:00 GMT # ''                                          # true
            9111 §4.3.4 # ETag="a";Last-Modified=Thu, 01 Jan 2026 00:00:00 GMT # Last-Modified=Fri, 02 Jan 2026 00:00:00 GMT # false
            9111 §4.3.4 # ETag="a"   # Last-Modified=Fri, 02 Jan 2026 00:00:00 GMT # true
            9111 §4.3.4 # X=1        # Last-Modified=Fri, 02 Jan 2026 00:00:00 GMT # false
            """)
    void aNotModifiedMustBeAboutWhatIsStored(String rfc, String stored, String notModified, boolean about) {
        assertThat(Revalidation.freshen(Heads.head(200, stored), Heads.fields(notModified), LATER, LATER)
                        .isPresent())
                .as(rfc)
                .isEqualTo(about);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            9111 §4.3.5 # ETag="a"                # ETag="a";X=2                                        # 2
            9111 §4.3.5 # ETag="a"                # X=2                                                 # stale
            9111 §4.3.5 # ETag="a"                # X=2;Content-Length=10                               # stale
            9111 §4.3.5 # ETag="a"                # ETag="a";X=2;Content-Length=10                      # 2
            9111 §4.3.5 # ETag=W/"a"              # ETag=W/"a";X=2                                      # 2
            9111 §4.3.5 # ETag="a"                # Last-Modified=Fri, 02 Jan 2026 00:00:00 GMT;X=2     # stale
            9111 §4.3.5 # Last-Modified=Thu, 01 Jan 2026 00:00:00 GMT # X=2;Content-Length=10           # stale
            9111 §4.3.5 # Last-Modified=Thu, 01 Jan 2026 00:00:00 GMT # Last-Modified=Thu, 01 Jan 2026 00:00:00 GMT;X=2 # 2
            9111 §4.3.5 # Last-Modified=Thu, 01 Jan 2026 00:00:00 GMT # ETag="a";X=2                    # stale
            9111 §4.3.5 # ETag="a";Last-Modified=Thu, 01 Jan 2026 00:00:00 GMT # ETag="a";X=2           # 2
            9111 §4.3.5 # ETag=a                  # ETag=a;X=2                                          # stale
            9111 §4.3.5 # Last-Modified=0         # Last-Modified=0;X=2                                 # stale
            9111 §4.3.5 # Last-Modified=0         # Last-Modified=0;X=2;Content-Length=10               # stale
            9111 §4.3.5 # X=1                     # X=2                                                 # stale
            9111 §4.3.5 # ETag="a"                # ETag="b"                                            # stale
            9111 §4.3.5 # ETag="a"                # ETag=W/"a"                                          # stale
            9111 §4.3.5 # X=1                     # ETag="b"                                            # stale
            9111 §4.3.5 # Last-Modified=Thu, 01 Jan 2026 00:00:00 GMT # Last-Modified=Fri, 02 Jan 2026 00:00:00 GMT # stale
            9111 §4.3.5 # ETag="a"                # ETag="a";Last-Modified=Fri, 02 Jan 2026 00:00:00 GMT # stale
            9111 §4.3.5 # X=1                     # X=2;Content-Length=10                               # stale
            9111 §4.3.5 # X=1                     # X=2;Content-Length=11                               # stale
            9111 §4.3.5 # ETag="a"                # ETag="a";X=2;Content-Length=11                      # stale
            9111 §3.2   # ETag="a";X=1;Content-Encoding=br # ETag="a";X=2;Content-Encoding=gzip;Connection=X;Content-Length=10 # 1
            """)
    void headUpdatesOrContradicts(String rfc, String stored, String head, String expected) {
        String outcome = Revalidation.freshenByHead(Heads.head(200, stored), 10, Heads.fields(head), LATER, LATER)
                .map(merged -> merged.fields().first("X").orElse(""))
                .orElse("stale");
        assertThat(outcome).as(rfc).isEqualTo(expected);
    }

    @Test
    void aNotModifiedReplacesFields() {
        StoredHead stored = Heads.head(
                200,
                "ETag=\"a\";Cache-Control=max-age=1;Content-Length=3;Content-Encoding=gzip;Content-Type=a/b;Age=50;X=old;X=old2;Kept=1");
        HeaderFields notModified = Heads.fields(
                "ETag=\"a\";cache-control=max-age=9;Content-Length=0;Content-Encoding=br;Content-Type=c/d;X=new;Connection=Y;Y=1;Set-Cookie=s");
        StoredHead fresh = Revalidation.freshen(stored, notModified, LATER, LATER.plusSeconds(1))
                .orElseThrow();
        assertThat(fresh.status()).isEqualTo(200);
        assertThat(fresh.fields())
                .isEqualTo(
                        Heads.fields(
                                "Content-Length=3;Content-Encoding=gzip;Kept=1;ETag=\"a\";cache-control=max-age=9;Content-Type=c/d;X=new;Set-Cookie=s;Date=Sat, 10 Jan 2026 00:01:41 GMT"));
        assertThat(fresh.requestTime()).isEqualTo(LATER);
        assertThat(Freshness.of(fresh).ageSeconds(LATER.plusSeconds(1))).isEqualTo(1);
    }

    @Test
    void aNotModifiedFromACacheKeepsItsAge() {
        StoredHead fresh = Revalidation.freshen(
                        Heads.head(200, "ETag=\"a\";Age=50"), Heads.fields("ETag=\"a\";Age=7"), LATER, LATER)
                .orElseThrow();
        assertThat(Freshness.of(fresh).ageSeconds(LATER)).isEqualTo(7);
    }

    @Test
    void someConditionsNeedTheOrigin() {
        assertThat(Revalidation.needsOrigin(HeaderFields.of("If-Match", "\"a\"")))
                .isTrue();
        assertThat(Revalidation.needsOrigin(HeaderFields.of("If-None-Match", "\"a\"")))
                .isFalse();
    }

    @Test
    void cacheStatusMembers() {
        assertThat(CacheStatusField.hit("weir").ttl(30)).hasToString("weir; hit; ttl=30");
        assertThat(CacheStatusField.hit("weir").ttl(-3).detail("stale-if-error"))
                .hasToString("weir; hit; ttl=-3; detail=stale-if-error");
        assertThat(CacheStatusField.forwarded("weir", ForwardReason.URI_MISS)
                        .forwardStatus(200)
                        .stored()
                        .ttl(60)
                        .key("z http://a/")
                        .detail("L2 timed out"))
                .hasToString(
                        "weir; fwd=uri-miss; fwd-status=200; stored; ttl=60; key=\"z http://a/\"; detail=\"L2 timed out\"");
        assertThat(CacheStatusField.forwarded("weir", ForwardReason.MISS).collapsed())
                .hasToString("weir; fwd=miss; collapsed");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            9111 §4.3.3 # GET  # X=1                    # 200 # true
            9111 §4.3.3 # GET  # Cookie=a=1             # 200 # true
            9111 §4.3.3 # GET  # X=1                    # 302 # true
            9111 §4.3.3 # GET  # X=1                    # 404 # true
            9111 §4.3.3 # GET  # X=1                    # 410 # true
            9111 §4.3.3 # GET  # X=1                    # 206 # false
            9111 §4.3.3 # GET  # X=1                    # 304 # false
            5861 §4     # GET  # X=1                    # 500 # false
            5861 §4     # GET  # X=1                    # 503 # false
            9110 §15.5  # GET  # X=1                    # 400 # false
            9110 §15.5  # GET  # X=1                    # 403 # false
            6585 §4     # GET  # X=1                    # 429 # false
            9111 §3.5   # GET  # Authorization=Basic YQ # 200 # false
            9111 §5.2.1.5 # GET # Cache-Control=no-store # 200 # false
            9111 §4.3.5 # HEAD # X=1                    # 200 # false
            """)
    void anAnswerInItsPlaceOutdatesWhatIsStored(
            String rfc, String method, String request, int status, boolean outdates) {
        assertThat(Revalidation.outdates(method, Heads.fields(request), status))
                .as(rfc)
                .isEqualTo(outdates);
    }
}
