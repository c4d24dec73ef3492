package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rows S13 and S14: a victim is made to load a page of its own under a name that looks like everybody's, then the attacker
 * asks for it; and what was chosen by a field of one request is for those who sent the same.
 */
class CacheDeceptionTest {
    private static final String FRESH = "Cache-Control: max-age=60\r\n";
    private static final String VICTIM = "Cookie: sid=victim\r\n";
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Origin ORIGIN = new Origin();

    @TempDir
    private static Path directory;

    private static EdgeRig edge;

    @BeforeAll
    static void start() throws IOException {
        edge = EdgeRig.before(directory, ORIGIN);
    }

    @AfterAll
    static void stop() throws IOException {
        edge.settles();
        edge.close();
        ORIGIN.close();
    }

    private static String path() {
        return "/account" + NUMBER.incrementAndGet() + ".php";
    }

    private static String get(String path, String fields) throws IOException {
        try (RawClient client = edge.client()) {
            return client.sends("GET " + path + " HTTP/1.1\r\nHost: site.test\r\n" + fields + "\r\n")
                    .answer();
        }
    }

    /** An origin that knows its visitor by the cookie and says these fields of its page. */
    private static void personal(String path, String fields) {
        ORIGIN.on(path, peer -> {
            boolean victim = peer.head.contains(VICTIM);
            peer.send(
                    peer.head.contains("If-None-Match: \"of the victim\"") && victim
                            ? "HTTP/1.1 304 Not Modified\r\n" + fields + "\r\n"
                            : Origin.ok(
                                    victim ? fields.replace("{who}", "the victim") : fields.replace("{who}", "nobody"),
                                    victim ? "secret" : "log in"));
        });
    }

    /** All that an attacker can say to get hold of what is stored, each time right behind the victim if it {@code reloads}. */
    private static void isMissed(String path, String reloads) throws IOException {
        for (String words : List.of(
                "",
                "Cache-Control: max-stale\r\n",
                "Cache-Control: max-stale=2147483647, only-if-cached\r\n",
                "Cache-Control: only-if-cached\r\n",
                "Cache-Control: stale-if-error=2147483647\r\n",
                "If-None-Match: \"of the victim\"\r\n",
                "If-None-Match: *\r\n",
                "Range: bytes=0-1\r\n",
                "Cookie: sid=attacker\r\n")) {
            if (!reloads.isEmpty()) {
                assertThat(get(path, reloads)).endsWith("secret");
            }
            assertThat(get(path, words))
                    .as(words)
                    .doesNotContain("secret", "of the victim")
                    .doesNotContain(words.contains("*") ? "secret" : "HTTP/1.1 304", "\r\n\r\nse");
        }
    }

    /** No name makes an answer one for everybody: what the origin says does, and it says of these that they aren't. */
    @Tag("S13")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/x.css",
                "/%2e%2e/x.css",
                "%2Fx.css",
                "%2f..%2fx.css",
                ";x.css",
                "%3Bx.css",
                "%3Fx.css",
                "%23x.css",
                "?x.css",
                ".css",
                "%0A.css",
                "%00.css",
                "/x.js",
                "/x.ico",
                "/.avif",
                "/x.css;a=b.png",
                "//x.css",
                "\\x.css",
                "%5Cx.css",
                "/static/..%2f",
                "?a=/static/x.css",
                ".woff2?v=1",
                "/robots.txt",
                "/"
            })
    void noNameMakesAPageEverybodys(String suffix) throws IOException {
        for (String says : List.of("Cache-Control: private\r\n", "Cache-Control: no-store\r\n", "")) {
            String path = path() + suffix;
            personal(path, says + "Content-Type: text/css\r\n");
            String loaded = get(path, VICTIM);
            boolean refused = suffix.startsWith("%0");
            assertThat(loaded).startsWith(refused ? "HTTP/1.1 400 " : "HTTP/1.1 200 ");
            isMissed(path, refused ? "" : VICTIM);
            assertThat(ORIGIN.heads(path).isEmpty()).isEqualTo(refused);
        }
    }

    /** As origins write them that mean a page for one visitor, or say nothing at all. */
    @Tag("S13")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Cache-Control: private, max-age=60\n",
                "Cache-Control: private=\"Set-Cookie\", max-age=60\n",
                "Cache-Control: no-store, max-age=60\n",
                "Cache-Control: no-cache\nETag: \"of {who}\"\n",
                "Cache-Control: no-cache=\"Set-Cookie\", max-age=60\nETag: \"of {who}\"\n",
                "Cache-Control: max-age=0\nETag: \"of {who}\"\n",
                "Cache-Control: max-age=60, max-age=0\nETag: \"of {who}\"\n",
                "Cache-Control: max-age=x\nETag: \"of {who}\"\n",
                "Expires: 0\nETag: \"of {who}\"\n",
                "Expires: Thu, 19 Nov 1981 08:52:00 GMT\nETag: \"of {who}\"\n",
                "ETag: \"of {who}\"\n",
                "ETag: W/\"of {who}\"\n",
                "Pragma: no-cache\n",
                "Set-Cookie: sid=of {who}\nETag: \"of {who}\"\n",
                "Set-Cookie: sid=of {who}\nCache-Control: no-cache\nETag: \"of {who}\"\n",
                "Set-Cookie: sid=of {who}\nLast-Modified: Fri, 01 May 2026 00:00:00 GMT\n",
                "Cache-Control: max-age=60\nVary: *\n",
                "Cache-Control: max-age=60\nVary: Cookie\n",
                "CDN-Cache-Control: private\nCache-Control: max-age=60\n"
            })
    void aPageOfOneVisitorIsMissedByOthers(String fields) throws IOException {
        String says = fields.replace("\n", "\r\n");
        String path = path();
        personal(path, says);
        isMissed(path, VICTIM);
        edge.passes(Duration.ofSeconds(61));
        isMissed(path, VICTIM);
        assertThat(get(path, VICTIM)).endsWith("secret");
        edge.passes(Duration.ofSeconds(61));
        // The origin fails, by itself or because somebody sees to it: that opens nothing either.
        ORIGIN.answers(path, "HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops");
        isMissed(path, "");
        ORIGIN.on(path, Origin.Peer::breaksOff);
        isMissed(path, "");
    }

    @Tag("S13")
    @Test
    void credentialsSetAnswersApart() throws IOException {
        String path = path();
        ORIGIN.on(
                path,
                peer -> peer.send(
                        peer.head.contains("Authorization: Basic victim")
                                ? Origin.ok(FRESH + "ETag: \"of the victim\"\r\n", "secret")
                                : "HTTP/1.1 401 No\r\n" + FRESH + "Content-Length: 0\r\n\r\n"));
        isMissed(path, "Authorization: Basic victim\r\n");
        assertThat(get(path, "Authorization: Basic evil\r\n")).startsWith("HTTP/1.1 401 ");
        assertThat(get(path, "Authorization: Basic victim\r\n")).endsWith("secret");
    }

    /** Connection takes the field away before the origin looks: what it then answers isn't for those who have it. */
    @Tag("S14")
    @Test
    void whatTheOriginDidNotSeeSelectsNothing() throws IOException {
        String path = path();
        ORIGIN.on(
                path,
                peer -> peer.send(Origin.ok(
                        FRESH + "Vary: X-Lang\r\n", peer.head.contains("X-Lang: de\r\n") ? "hallo" : "evil")));
        assertThat(get(path, "X-Lang: de\r\nConnection: X-Lang\r\n")).endsWith("evil");
        assertThat(get(path, "Connection: keep-alive, x-lang\r\nX-Lang: de\r\n"))
                .endsWith("evil");
        assertThat(get(path, "X-Lang: de\r\n")).endsWith("hallo").doesNotContain("weir; hit");
        assertThat(get(path, "X-Lang: de\r\n")).endsWith("hallo").contains("weir; hit");
        edge.passes(Duration.ofSeconds(61));
        assertThat(get(path, "X-Lang: de\r\nConnection: X-Lang\r\n")).endsWith("evil");
        assertThat(get(path, "X-Lang: de\r\n")).endsWith("hallo");
    }

    /** Fields that Weir writes itself: by what a client sends nobody knows what the origin was told of the next one. */
    @Tag("S14")
    @ParameterizedTest
    @ValueSource(strings = {"X-Forwarded-For", "Forwarded", "Via", "X-Lang, x-forwarded-for"})
    void whatIsSelectedByTheClientsAddressIsForThatClient(String vary) throws IOException {
        String path = path();
        ORIGIN.serves(path, FRESH + "Vary: " + vary + "\r\n", "you");
        for (int i = 1; i <= 3; i++) {
            assertThat(get(path, "")).endsWith("you").doesNotContain("weir; hit");
            assertThat(ORIGIN.heads(path)).hasSize(i);
        }
    }

    @Tag("S14")
    @Test
    void schemeAndHostAreInTheKeyAlready() throws IOException {
        String path = path();
        ORIGIN.serves(path, FRESH + "Vary: X-Forwarded-Proto, X-Forwarded-Host, Host\r\n", "hello");
        assertThat(get(path, "")).endsWith("hello");
        assertThat(get(path, "")).endsWith("hello").contains("weir; hit");
    }

    /** What an origin forgot to vary by, though its answer shows that it did. */
    @Tag("S14")
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Origin: http://evil.test | Access-Control-Allow-Origin: http://evil.test | Origin: http://site.test
            Origin: http://evil.test | Access-Control-Allow-Origin: http://evil.test | ''
            Origin: null             | Access-Control-Allow-Origin: null             | Origin: http://site.test
            Accept-Encoding: br      | Content-Encoding: br                          | ''
            Accept-Encoding: br      | Content-Encoding: br                          | Accept-Encoding: gzip
            Accept-Encoding: gzip, br;q=0 | Content-Encoding: br                     | Accept-Encoding: gzip
            """)
    void whatWasChosenForOneIsNotForOthers(String attacker, String answered, String victim) throws IOException {
        String path = path();
        ORIGIN.on(
                path,
                peer -> peer.send(
                        peer.head.contains(attacker + "\r\n")
                                ? Origin.ok(FRESH + answered + "\r\n", "evil")
                                : Origin.ok(FRESH, "good")));
        assertThat(get(path, attacker + "\r\n")).endsWith("evil");
        assertThat(get(path, victim.isEmpty() ? "" : victim + "\r\n"))
                .endsWith("good")
                .doesNotContain(answered);
    }

    /** More variants than are kept: the oldest go, none is mixed up, and the page that everybody asks for stays right. */
    @Tag("S14")
    @Test
    void manyVariantsPushOutOneAnother() throws IOException {
        String path = path();
        ORIGIN.on(
                path,
                peer -> peer.send(Origin.ok(
                        FRESH + "Vary: X-Who\r\n",
                        peer.head
                                .lines()
                                .filter(line -> line.startsWith("X-Who: "))
                                .findFirst()
                                .orElse("nobody"))));
        assertThat(get(path, "")).endsWith("nobody");
        try (RawClient client = edge.client()) {
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < 300; i++) {
                    assertThat(client.sends("GET " + path + " HTTP/1.1\r\nHost: site.test\r\nX-Who: " + i + "\r\n\r\n")
                                    .answer())
                            .endsWith("\r\n\r\nX-Who: " + i);
                }
            }
        }
        assertThat(get(path, "")).endsWith("nobody");
        assertThat(ORIGIN.heads(path)).hasSize(602);
    }
}
