package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Row S12: an attacker brings an origin to answer by an error, and lets it be stored with all the freshness that the
 * origin claims; whoever asks for the same behind him gets the page.
 */
@Tag("S12")
@SuppressWarnings("StringConcatToTextBlock") // octets on the wire, line ends included
class CacheDenialTest {
    private static final String FRESH = "Cache-Control: max-age=60\r\n";
    private static final String LINES = "HTTP/1.1\r\nHost: site.test\r\n";
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Origin ORIGIN = new Origin();

    @TempDir
    private static Path directory;

    private static EdgeRig edge;

    @BeforeAll
    static void start() throws IOException {
        edge = EdgeRig.with(directory, """
                routes: [{ host: "*", path: /, upstream: site }]
                upstreams: { site: { targets: ["http://127.0.0.1:%d"], health: { failures: 1000 } } }
                """.formatted(ORIGIN.port()));
    }

    @AfterAll
    static void stop() throws IOException {
        edge.settles();
        edge.close();
        ORIGIN.close();
    }

    private static String path() {
        return "/p" + NUMBER.incrementAndGet();
    }

    /** What comes back on a connection of its own for these octets. */
    private static String sent(int port, String octets) throws IOException {
        try (RawClient client = RawClient.to(port)) {
            return client.sends(octets).answer();
        }
    }

    private static String get(String path, String fields) throws IOException {
        return sent(edge.reverse, "GET " + path + " " + LINES + fields + "\r\n");
    }

    private static void reflects(String... paths) {
        for (String path : paths) {
            ORIGIN.on(path, peer -> {
                peer.body();
                peer.send(Origin.ok(FRESH, peer.head));
            });
        }
    }

    /** A visitor like others; nothing of what was done before shows. */
    @CanIgnoreReturnValue
    private static String clean(String path) throws IOException {
        String answer = get(path, "");
        assertThat(answer)
                .startsWith("HTTP/1.1 200 ")
                .contains("\r\n\r\nGET " + path + " " + LINES)
                .doesNotContainIgnoringCase("evil");
        return answer;
    }

    /** Answered by an error with explicit freshness if it reaches the origin as it came. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Evil: {long}",
                "X-Evil: {kilobytes}",
                "X-Evil: \u00ff",
                "X_Evil: 1",
                "X-Evil: \u0007",
                "X-Evil: a\nb",
                "X-Evil: a\rb",
                "X-Evil: \0",
                "X Evil: 1",
                "Transfer-Encoding: evil",
                "Expect: evil",
                "X-HTTP-Method-Override: DELETE",
                "X-Invoke-Status: 404",
                "Accept: evil",
                "Accept: text/html, (evil)",
                "Accept-Encoding: (evil)",
                "Accept-Encoding: gzip;q=evil",
                "Accept-Encoding: {list}",
                "Accept-Language: de;q=9",
                "Accept-Charset: @",
                "Range: bytes=cow",
                "Range: evil=1-2",
                "Range: bytes=99999-",
                "Range: bytes=0-,0-,0-",
                "Range: bytes=0-1\r\nIf-Range: evil",
                "If-Match: evil",
                "If-None-Match: evil",
                "If-Modified-Since: evil",
                "If-Unmodified-Since: evil",
                "Authorization: Evil",
                "Cookie: {cookie}",
                "Origin: null",
                "Content-Type: evil",
                "Content-Encoding: evil",
                "Content-Length: 4\r\nContent-Type: evil\r\n\r\nevil",
                "Upgrade: evil\r\nConnection: Upgrade"
            })
    void anErrorThatATrickBringsIsForWhoBroughtIt(String trick) throws IOException {
        String fields = trick.replace("{long}", "a".repeat(70_000))
                .replace("{kilobytes}", "a".repeat(9_000))
                .replace("{list}", "a, ".repeat(40) + "b")
                .replace("{cookie}", "a=" + "b".repeat(9_000));
        for (int status : new int[] {400, 403, 404, 416, 500, 503}) {
            String path = path();
            ORIGIN.on(path, peer -> {
                peer.body();
                peer.send(
                        isPlain(peer.head)
                                ? Origin.ok(FRESH, peer.head)
                                : "HTTP/1.1 " + status + " Evil\r\nCache-Control: public, max-age=600\r\n"
                                        + "Content-Length: 4\r\n\r\nevil");
            });
            try (RawClient attacker = edge.client()) {
                assertThat(attacker.sends("GET " + path + " " + LINES + fields + "\r\n\r\n")
                                .head())
                        .startsWith("HTTP/1.1 ");
                clean(path);
            }
        }
    }

    private static boolean isPlain(String head) {
        return head.lines()
                .skip(1)
                .allMatch(line -> line.isEmpty()
                        || line.startsWith("Host: site.test")
                        || line.startsWith("X-Forwarded-")
                        || line.startsWith("Forwarded: ")
                        || line.matches("Via: 1\\.1 weir-[^,]*"));
    }

    /** Statuses that are about one request, whatever freshness they claim (RFC 6585, RFC 9110 §15.5). */
    @ParameterizedTest
    @ValueSource(ints = {401, 407, 408, 411, 413, 415, 421, 425, 428, 429, 431, 511})
    void whatIsSaidOfOneRequestIsNotKept(int status) throws IOException {
        String path = path();
        AtomicInteger asked = new AtomicInteger();
        ORIGIN.on(
                path,
                peer -> peer.send(
                        asked.incrementAndGet() > 1
                                ? Origin.ok(FRESH, peer.head)
                                : "HTTP/1.1 " + status + " Evil\r\nCache-Control: public, max-age=600\r\n"
                                        + "Content-Length: 4\r\n\r\nevil"));
        assertThat(get(path, "")).startsWith("HTTP/1.1 " + status);
        clean(path);
    }

    /** Tricks nobody foresees: a field that only this origin minds. */
    @Test
    void noErrorTakesThePlaceOfWhatIsFresh() throws IOException {
        String path = path();
        ORIGIN.on(
                path,
                peer -> peer.send(
                        peer.head.contains("X-Evil")
                                ? "HTTP/1.1 503 Evil\r\nCache-Control: max-age=600\r\nContent-Length: 4\r\n\r\nevil"
                                : Origin.ok(FRESH, peer.head)));
        clean(path);
        for (String reload :
                List.of("Cache-Control: no-cache\r\n", "Pragma: no-cache\r\n", "Cache-Control: max-age=0\r\n")) {
            assertThat(get(path, reload + "X-Evil: 1\r\n")).startsWith("HTTP/1.1 503 ");
            assertThat(clean(path)).contains("weir; hit");
        }
    }

    @Test
    void whatWeirSaysItselfIsNotKept() throws IOException {
        String path = path();
        ORIGIN.on(path, Origin.Peer::breaksOff);
        assertThat(get(path, "")).startsWith("HTTP/1.1 502 ");
        reflects(path);
        assertThat(get(path, "Via: 1.1 x\r\nMax-Forwards: 0\r\nExpect: evil\r\n"))
                .startsWith("HTTP/1.1 417 ");
        edge.enforce("rules: [{ name: no, when: { path: " + path + " }, then: deny }]\ndefault: allow\n");
        assertThat(get(path, "")).startsWith("HTTP/1.1 403 ");
        edge.enforce(EdgeRig.ALLOW_ALL);
        clean(path);
    }

    @Test
    void aCautiousCacheKeepsNoErrorWhoeverBringsIt(@TempDir Path own) throws IOException {
        try (EdgeRig cautious = EdgeRig.with(own, """
                routes: [{ host: "*", path: /, upstream: site }]
                upstreams: { site: { targets: ["http://127.0.0.1:%d"] } }
                cache: { profile: cautious }
                """.formatted(ORIGIN.port()))) {
            for (int status : new int[] {400, 403, 404, 410, 500, 599}) {
                String path = path();
                ORIGIN.on(
                        path,
                        peer -> peer.send(
                                peer.head.contains("X-Evil")
                                        ? "HTTP/1.1 " + status + " Evil\r\n" + FRESH + "Content-Length: 4\r\n\r\nevil"
                                        : Origin.ok(FRESH, "good")));
                String head = "GET " + path + " " + LINES;
                assertThat(sent(cautious.reverse, head + "X-Evil: 1\r\n\r\n")).endsWith("evil");
                assertThat(sent(cautious.reverse, head + "\r\n")).endsWith("good");
            }
            cautious.settles();
        }
    }
}
