package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the cache does to real requests (RFC 9111). */
class EdgeCachingTest {
    private static final String FRESH = "Cache-Control: max-age=60\r\n";

    @TempDir
    private Path directory;

    private final Origin origin = new Origin();
    private EdgeRig edge;
    private RawClient client;

    @BeforeEach
    void start() throws IOException {
        edge = EdgeRig.before(directory, origin);
        client = edge.client();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        edge.settles();
        edge.close();
        origin.close();
    }

    private String get(String path, String... fields) throws IOException {
        return client.sends(request("GET", path, fields)).answer();
    }

    private static String request(String method, String path, String... fields) {
        return method + " " + path + " HTTP/1.1\r\nHost: site.test\r\n" + String.join("", fields) + "\r\n";
    }

    @Test
    void answersFromWhatIsStored() throws IOException {
        origin.serves("/a", FRESH + "ETag: \"1\"\r\n", "hello");
        assertThat(get("/a")).endsWith("\r\n\r\nhello").contains("Cache-Status: weir; fwd=miss");
        edge.passes(Duration.ofSeconds(7));
        String hit = get("/a");
        assertThat(hit)
                .startsWith("HTTP/1.1 200 OK\r\n")
                .endsWith("\r\n\r\nhello")
                .contains("Cache-Status: weir; hit", "Age: 7\r\n", "ETag: \"1\"\r\n", "Via: 1.1 weir-");
        assertThat(hit.split("(?i)content-length:", -1)).hasSize(2);
        assertThat(origin.heads("/a")).hasSize(1);
        assertThat(edge.records(2).get(1).getString("cache")).isEqualTo("hit");
    }

    @Test
    void answersConditionsRangesAndHeadFromWhatIsStored() throws IOException {
        origin.serves("/a", FRESH + "ETag: \"1\"\r\nContent-Type: text/plain\r\n", "0123456789");
        assertThat(get("/a")).endsWith("0123456789");
        String notModified =
                client.sends(request("GET", "/a", "If-None-Match: \"1\"\r\n")).head();
        assertThat(notModified)
                .startsWith("HTTP/1.1 304 ")
                .contains("ETag: \"1\"\r\n", "Age: 0\r\n")
                .doesNotContainIgnoringCase("content-length: 0")
                .doesNotContainIgnoringCase("transfer-encoding");
        assertThat(get("/a", "Range: bytes=2-5\r\n"))
                .startsWith("HTTP/1.1 206 ")
                .contains("Content-Range: bytes 2-5/10\r\n", "Content-Length: 4\r\n")
                .endsWith("\r\n\r\n2345");
        assertThat(get("/a", "Range: bytes=20-\r\n"))
                .startsWith("HTTP/1.1 416 ")
                .contains("Content-Range: bytes */10\r\n");
        assertThat(client.sends(request("HEAD", "/a")).head())
                .startsWith("HTTP/1.1 200 ")
                .contains("Content-Length: 10\r\n");
        assertThat(get("/a")).contains("; hit").endsWith("0123456789");
        assertThat(origin.heads("/a")).hasSize(1);
    }

    @Test
    void answersSeveralRangesFromWhatIsStored() throws IOException {
        String content = "0123456789".repeat(30_000);
        origin.serves("/a", FRESH + "Content-Type: text/plain\r\n", content);
        assertThat(get("/a")).endsWith(content);
        String answer = get("/a", "Range: bytes=-3, 10-12, 100000-299990, 5-9, 400000-\r\n");
        assertThat(answer).startsWith("HTTP/1.1 206 ").doesNotContain("Content-Type: text/plain\r\nContent-Length");
        String type = "Content-Type: multipart/byteranges; boundary=";
        String boundary = answer.substring(answer.indexOf(type) + type.length());
        boundary = boundary.substring(0, boundary.indexOf("\r\n"));
        String part = boundary + "\r\nContent-Type: text/plain\r\nContent-Range: bytes ";
        assertThat(answer.substring(answer.indexOf("\r\n\r\n") + 4))
                .isEqualTo("--" + part + "100000-299999/300000\r\n\r\n" + content.substring(100_000) + "\r\n--" + part
                        + "5-12/300000\r\n\r\n" + content.substring(5, 13) + "\r\n--" + boundary + "--\r\n");
        assertThat(get("/a", "Range: bytes=0-1, 5-6\r\n"))
                .contains("Content-Range: bytes 0-6/300000\r\n")
                .endsWith("\r\n\r\n0123456");
        assertThat(get("/a", "Range: bytes=0-" + ", 1000-1000".repeat(16) + "\r\n"))
                .as("too many")
                .startsWith("HTTP/1.1 200 ");
        assertThat(get("/a", "Range: bytes=300000-, 300001-\r\n")).startsWith("HTTP/1.1 416 ");
        assertThat(origin.heads("/a")).hasSize(1);
    }

    @Test
    void keepsVariantsApart() throws IOException {
        origin.on(
                "/v",
                peer -> peer.send(Origin.ok(
                        FRESH + "Vary: Accept-Language\r\n",
                        peer.head.contains("Accept-Language: de") ? "hallo" : "hello")));
        assertThat(get("/v", "Accept-Language: de\r\n")).endsWith("hallo");
        assertThat(get("/v", "Accept-Language: en\r\n")).endsWith("hello");
        assertThat(get("/v", "Accept-Language: de\r\n")).contains("; hit").endsWith("hallo");
        assertThat(get("/v", "Accept-Language: en\r\n")).contains("; hit").endsWith("hello");
        assertThat(origin.heads("/v")).hasSize(2);
    }

    @Test
    void storesNothingThatMayNotBeStored() throws IOException {
        origin.serves("/no-store", "Cache-Control: no-store, max-age=60\r\n", "x");
        origin.serves("/private", "Cache-Control: private, max-age=60\r\n", "x");
        origin.serves("/mine", FRESH, "x");
        origin.serves("/asked", FRESH, "x");
        for (int i = 0; i < 2; i++) {
            assertThat(get("/no-store")).doesNotContain("; hit");
            assertThat(get("/private")).doesNotContain("; hit");
            assertThat(get("/mine", "Authorization: Basic eDp5\r\n")).doesNotContain("; hit");
            assertThat(get("/asked", "Cache-Control: no-store\r\n")).doesNotContain("; hit");
        }
        assertThat(origin.heads).hasSize(8);
    }

    @Test
    void revalidatesWhatIsStale() throws IOException {
        origin.on(
                "/r",
                peer -> peer.send(
                        peer.head.contains("If-None-Match: \"1\"")
                                ? "HTTP/1.1 304 Not Modified\r\n" + FRESH + "ETag: \"1\"\r\nX-New: yes\r\n\r\n"
                                : Origin.ok(FRESH + "ETag: \"1\"\r\n", "first")));
        assertThat(get("/r")).endsWith("first");
        edge.passes(Duration.ofSeconds(61));
        assertThat(get("/r")).startsWith("HTTP/1.1 200 ").contains("X-New: yes").endsWith("first");
        assertThat(get("/r")).contains("; hit", "X-New: yes").endsWith("first");
        assertThat(origin.heads("/r")).hasSize(2);
        origin.serves("/r", FRESH + "ETag: \"2\"\r\n", "second");
        edge.passes(Duration.ofSeconds(61));
        assertThat(get("/r")).endsWith("second");
        assertThat(get("/r")).contains("; hit").endsWith("second");
        assertThat(origin.heads("/r")).hasSize(3);
    }

    @Test
    void keepsNothingThatA304Forbids() throws IOException {
        origin.on(
                "/r",
                peer -> peer.send(
                        peer.head.contains("If-None-Match")
                                ? "HTTP/1.1 304 Not Modified\r\nCache-Control: no-store, max-age=60\r\nETag: \"1\"\r\n\r\n"
                                : Origin.ok(FRESH + "ETag: \"1\"\r\n", "first")));
        assertThat(get("/r")).endsWith("first");
        edge.passes(Duration.ofSeconds(61));
        assertThat(get("/r")).endsWith("first");
        assertThat(get("/r")).doesNotContain("; hit").endsWith("first");
        assertThat(origin.heads("/r")).hasSize(3);
    }

    @Test
    void aCautiousCacheKeepsNoCookieThatA304Brings() throws IOException {
        client.close();
        edge.close();
        edge = EdgeRig.with(directory, """
                routes: [{ host: "*", path: /, upstream: site }]
                upstreams: { site: { targets: ["http://127.0.0.1:%d"] } }
                cache: { profile: cautious }
                diagnostics: { show: all }
                """.formatted(origin.port()));
        client = edge.client();
        origin.on(
                "/r",
                peer -> peer.send(
                        peer.head.contains("If-None-Match")
                                ? "HTTP/1.1 304 Not Modified\r\n" + FRESH + "ETag: \"1\"\r\nSet-Cookie: sid=1\r\n\r\n"
                                : Origin.ok(FRESH + "ETag: \"1\"\r\n", "first")));
        assertThat(get("/r")).endsWith("first");
        edge.passes(Duration.ofSeconds(61));
        assertThat(get("/r")).contains("Set-Cookie: sid=1").endsWith("first");
        assertThat(get("/r")).doesNotContain("; hit").endsWith("first");
        assertThat(origin.heads("/r")).hasSize(3);
    }

    @Test
    void staleStandsInForErrorsWhereThatIsAllowed() throws IOException {
        origin.serves("/s", "Cache-Control: max-age=60, stale-if-error=600\r\n", "old");
        origin.serves("/t", FRESH + "ETag: \"1\"\r\n", "old");
        assertThat(get("/s")).endsWith("old");
        assertThat(get("/t")).endsWith("old");
        edge.passes(Duration.ofSeconds(61));
        origin.answers("/s", "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\noops");
        assertThat(get("/s")).startsWith("HTTP/1.1 200 ").endsWith("old");
        origin.on("/s", Origin.Peer::finish);
        assertThat(get("/s")).startsWith("HTTP/1.1 200 ").endsWith("old");
        assertThat(edge.records(4).get(3).getString("cache")).isEqualTo("stale");
        edge.passes(Duration.ofSeconds(700));
        origin.answers("/s", "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\noops");
        assertThat(get("/s")).startsWith("HTTP/1.1 503 ");
    }

    @Test
    void staleStandsInWhileTheOriginCantBeReached() throws IOException {
        origin.serves("/s", FRESH, "old");
        origin.serves("/t", "Cache-Control: max-age=60, must-revalidate\r\n", "old");
        assertThat(get("/s")).endsWith("old");
        assertThat(get("/t")).endsWith("old");
        edge.passes(Duration.ofSeconds(61));
        origin.on("/s", Origin.Peer::finish);
        origin.on("/t", Origin.Peer::finish);
        assertThat(get("/s"))
                .startsWith("HTTP/1.1 200 ")
                .contains("Cache-Status: weir; hit; ttl=-1; detail=disconnected", "Age: 61\r\n")
                .endsWith("old");
        assertThat(edge.records(3).get(2).getString("cache")).isEqualTo("disconnected");
        origin.on("/s", Origin.Peer::breaksOff);
        assertThat(get("/s")).startsWith("HTTP/1.1 200 ").endsWith("old");
        assertThat(get("/s", "Cache-Control: no-cache\r\n")).startsWith("HTTP/1.1 502 ");
        assertThat(get("/t")).as("RFC 9111 §5.2.2.2").startsWith("HTTP/1.1 502 ");
        origin.answers("/s", "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\noops");
        assertThat(get("/s")).as("it can be reached").startsWith("HTTP/1.1 503 ");
        origin.answers("/s", "HTTP/1.1 2x0 Junk\r\n\r\n");
        assertThat(get("/s")).as("somebody is there").startsWith("HTTP/1.1 502 ");
        edge.passes(Duration.ofDays(2));
        origin.on("/s", Origin.Peer::finish);
        assertThat(get("/s")).startsWith("HTTP/1.1 502 ");
    }

    @Test
    void aTargetedFieldCountsInsteadOfCacheControl() throws IOException {
        origin.serves("/long", "CDN-Cache-Control: max-age=60\r\nCache-Control: no-store\r\nExpires: 0\r\n", "x");
        origin.serves("/never", "CDN-Cache-Control: no-store\r\n" + FRESH, "x");
        origin.serves("/broken", "CDN-Cache-Control: no-store, &\r\n" + FRESH, "x");
        for (int i = 0; i < 2; i++) {
            assertThat(get("/long"))
                    .contains("CDN-Cache-Control: max-age=60\r\n", "Cache-Control: no-store\r\n", "Expires: 0\r\n");
            assertThat(get("/never")).endsWith("x");
            assertThat(get("/broken")).endsWith("x");
        }
        assertThat(origin.heads("/long")).hasSize(1);
        assertThat(origin.heads("/never")).hasSize(2);
        assertThat(origin.heads("/broken")).hasSize(1);
        edge.passes(Duration.ofSeconds(61));
        assertThat(get("/long")).doesNotContain("; hit");
    }

    @Test
    void anAnswerIsWholeWhateverComesBehindItsLength() throws IOException {
        origin.answers("/a", Origin.ok(FRESH, "hello") + ", more than said");
        origin.answers("/b", Origin.ok(FRESH, "hello") + Origin.ok(FRESH, "evil"));
        origin.on(
                "/c",
                peer -> peer.send("HTTP/1.1 200 OK\r\n" + FRESH + "Transfer-Encoding: foo\r\n\r\nhello")
                        .finish());
        assertThat(get("/a")).endsWith("\r\n\r\nhello");
        assertThat(get("/a")).contains("; hit").endsWith("\r\n\r\nhello");
        assertThat(get("/b")).startsWith("HTTP/1.1 502 ");
        assertThat(get("/b")).startsWith("HTTP/1.1 502 ");
        assertThat(get("/c")).contains("hello").doesNotContain("foo");
        assertThat(get("/c")).contains("; hit").endsWith("\r\n\r\nhello").doesNotContain("foo");
    }

    @Test
    void aHeadUpdatesWhatIsStoredOrMakesItStale() throws IOException {
        String fields = "Cache-Control: max-age=60\r\nETag: \"1\"\r\n";
        origin.on(
                "/h",
                peer -> peer.send(
                        peer.head.startsWith("HEAD")
                                ? "HTTP/1.1 200 OK\r\n" + fields + "X-New: yes\r\nContent-Length: 5\r\n\r\n"
                                : Origin.ok(fields, "hello")));
        assertThat(get("/h")).endsWith("hello");
        String noCache = "Cache-Control: no-cache\r\n";
        assertThat(client.sends(request("HEAD", "/h", noCache)).head()).contains("X-New: yes");
        assertThat(get("/h")).contains("; hit", "X-New: yes").endsWith("hello");
        assertThat(origin.heads("/h")).hasSize(2);
        origin.on(
                "/h",
                peer -> peer.send(
                        peer.head.startsWith("HEAD")
                                ? "HTTP/1.1 200 OK\r\n" + fields + "Content-Length: 6\r\n\r\n"
                                : Origin.ok(fields, "hello!")));
        assertThat(client.sends(request("HEAD", "/h", noCache)).head()).contains("Content-Length: 6");
        assertThat(get("/h")).doesNotContain("; hit").endsWith("hello!");
        assertThat(get("/h")).contains("; hit").endsWith("hello!");
    }

    @Test
    void aHeadWithoutTheStoredValidatorMakesItStale() throws IOException {
        origin.on(
                "/hv",
                peer -> peer.send(
                        peer.head.startsWith("HEAD")
                                ? "HTTP/1.1 200 OK\r\n" + FRESH + "Content-Length: 5\r\n\r\n"
                                : Origin.ok(FRESH + "ETag: \"1\"\r\n", "hello")));
        assertThat(get("/hv")).endsWith("hello");
        assertThat(client.sends(request("HEAD", "/hv", "Cache-Control: no-cache\r\n"))
                        .head())
                .contains("Content-Length: 5");
        assertThat(get("/hv")).doesNotContain("; hit").endsWith("hello");
        assertThat(origin.heads("/hv")).hasSize(3);
    }

    @Test
    void a304ForSomethingElseIsAskedAnew() throws IOException {
        origin.serves("/f", FRESH + "ETag: \"1\"\r\n", "one");
        assertThat(get("/f")).endsWith("one");
        edge.passes(Duration.ofSeconds(61));
        origin.on(
                "/f",
                peer -> peer.send(
                        peer.head.contains("If-None-Match")
                                ? "HTTP/1.1 304 Not Modified\r\n" + FRESH + "ETag: \"2\"\r\n\r\n"
                                : Origin.ok(FRESH + "ETag: \"2\"\r\n", "two")));
        assertThat(get("/f")).startsWith("HTTP/1.1 200 ").endsWith("two");
        assertThat(get("/f")).contains("; hit").endsWith("two");
        assertThat(origin.heads("/f")).hasSize(3);
    }

    @Test
    void onlyIfCachedIsAnsweredFromTheCacheOrNotAtAll() throws IOException {
        origin.serves("/a", FRESH, "hello");
        String only = "Cache-Control: only-if-cached\r\n";
        assertThat(get("/a", only)).startsWith("HTTP/1.1 504 ");
        assertThat(origin.heads).isEmpty();
        assertThat(get("/a")).endsWith("hello");
        assertThat(get("/a", only)).startsWith("HTTP/1.1 200 ").endsWith("hello");
        assertThat(get("/a", only, "If-Match: \"x\"\r\n")).startsWith("HTTP/1.1 504 ");
        assertThat(origin.heads).hasSize(1);
    }

    @Test
    void unsafeMethodsInvalidate() throws IOException {
        origin.serves("/a", FRESH, "hello");
        assertThat(get("/a")).endsWith("hello");
        assertThat(get("/a")).contains("; hit");
        origin.on("/a", peer -> {
            String body = peer.body();
            peer.send(body.isEmpty() ? Origin.ok(FRESH, "new") : "HTTP/1.1 204 No Content\r\n\r\n");
        });
        String answer = client.sends(request("PUT", "/a", "Content-Length: 3\r\n") + "new")
                .head();
        assertThat(answer).startsWith("HTTP/1.1 204 ").doesNotContainIgnoringCase("content-length");
        assertThat(get("/a")).endsWith("new").doesNotContain("; hit");
    }

    @Test
    void chunkedAnswersAreStoredWhole() throws IOException {
        origin.answers(
                "/c",
                "HTTP/1.1 200 OK\r\n" + FRESH + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
        assertThat(get("/c")).contains("abc").endsWith("0\r\n\r\n");
        assertThat(get("/c")).contains("; hit", "Content-Length: 5\r\n").endsWith("\r\n\r\nabcde");
        assertThat(client.sends(request("HEAD", "/c")).head())
                .contains("; hit")
                .doesNotContainIgnoringCase("content-length: 0")
                .doesNotContainIgnoringCase("transfer-encoding");
        assertThat(get("/c")).contains("; hit").endsWith("abcde");
    }

    @Test
    void routesWithoutCacheStoreNothing() throws IOException {
        try (EdgeRig other = EdgeRig.with(directory.resolve("other"), """
                        routes:
                          - { host: "*", path: /off/, upstream: site, cache: off }
                          - { host: "*", path: /, upstream: site }
                        upstreams: { site: { targets: ["http://127.0.0.1:%d"] } }
                        """.formatted(origin.port()));
                RawClient its = other.client()) {
            origin.serves("/off/a", FRESH, "x");
            for (int i = 0; i < 2; i++) {
                assertThat(its.sends(request("GET", "/off/a")).answer())
                        .contains("fwd=bypass")
                        .endsWith("x");
            }
            assertThat(origin.heads("/off/a")).hasSize(2);
        }
    }

    @Test
    void permissionIsNotShared() throws IOException {
        origin.serves("/exe", FRESH + "Content-Type: application/x-msdownload\r\n", "MZ");
        assertThat(get("/exe")).endsWith("MZ");
        assertThat(get("/exe")).contains("; hit");
        edge.enforce("""
                rules: [{ name: no-exe, when: { response-type: [application/x-msdownload] }, then: { deny: { status: 451 } } }]
                default: allow
                """);
        assertThat(get("/exe")).startsWith("HTTP/1.1 451 ").doesNotContain("MZ");
        assertThat(edge.records(3).get(2).getString("termination")).isEqualTo("denied");
        edge.enforce(EdgeRig.ALLOW_ALL);
        assertThat(get("/exe")).contains("; hit").endsWith("MZ");
        assertThat(origin.heads("/exe")).hasSize(1);
    }
}
