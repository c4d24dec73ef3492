package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Row S11: an attacker asks first, with a trick; whoever asks for the same behind him gets nothing of it. The
 * origin lets everything be stored and answers with what it was asked, so that whatever reached it can be seen.
 */
@Tag("S11")
@SuppressWarnings("StringConcatToTextBlock") // octets on the wire, line ends included
class CachePoisoningTest {
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
                upstreams: { site: { targets: ["http://127.0.0.1:%1$d"], health: { failures: 1000 } } }
                forward: { ports: { plain: [1-65535] }, destinations: { private: allow } }
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
    private static String sent(String octets) throws IOException {
        return sent(edge.reverse, octets);
    }

    private static String sent(int port, String octets) throws IOException {
        try (RawClient client = RawClient.to(port)) {
            return client.sends(octets).answer();
        }
    }

    private static String get(String path, String fields) throws IOException {
        return sent("GET " + path + " " + LINES + fields + "\r\n");
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

    static List<String> overrides() {
        return Stream.of(
                        "X-Forwarded-Host",
                        "X-Forwarded-Scheme",
                        "X-Forwarded-Proto",
                        "X-Forwarded-Protocol",
                        "X-Forwarded-Port",
                        "X-Forwarded-Prefix",
                        "X-Forwarded-Server",
                        "X-Forwarded-Ssl",
                        "X-Forwarded-Path",
                        "X-Forwarded-Uri",
                        "X-Forwarded-Request-Uri",
                        "X-Forwarded-Method",
                        "X-Forwarded-For",
                        "X-Forwarded-By",
                        "X-Forwarded",
                        "x-forwarded-host",
                        "X_Forwarded_Host",
                        "X.Forwarded-Host",
                        "X-Original-URL",
                        "X-Original-URI",
                        "X-Original-Host",
                        "X-Original-Method",
                        "X-Rewrite-URL",
                        "X_Rewrite_URL",
                        "X-Override-URL",
                        "X-Proxy-URL",
                        "X-Request-URI",
                        "Request-Uri",
                        "Base-Url",
                        "X-Script-Name",
                        "X-HTTP-DestinationURL",
                        "X-HTTP-Path-Override",
                        "X-HTTP-Host-Override",
                        "X-HTTP-Method-Override",
                        "X-HTTP-Method",
                        "X-Method-Override",
                        "X_HTTP_Method_Override",
                        "X-URL-Scheme",
                        "Front-End-Https",
                        "X-Host",
                        "X-Backend-Host",
                        "X-Envoy-Original-Path",
                        "X-Envoy-Original-Host",
                        "X-Invoke-Path",
                        "X-Invoke-Status",
                        "X-Middleware-Subrequest",
                        "X-Real-IP",
                        "X-Client-IP",
                        "True-Client-IP",
                        "CF-Connecting-IP",
                        "Client-IP",
                        "Proxy-Authorization",
                        "Proxy-Connection",
                        "Keep-Alive",
                        "TE",
                        "HTTP2-Settings",
                        "Weir-Debug")
                .flatMap(name -> Stream.of(
                        name + ": evil",
                        name + ": evil\r\n" + name + ": evil",
                        "Connection: " + name + "\r\n" + name + ": evil"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("overrides")
    void whatOverridesTheTargetReachesNoOriginAndNoVisitor(String field) throws IOException {
        String path = path();
        reflects(path);
        assertThat(get(path, field + "\r\n")).startsWith("HTTP/1.1 200 ");
        assertThat(ORIGIN.heads(path).get(0)).doesNotContainIgnoringCase("evil");
        assertThat(clean(path)).contains("weir; hit");
        assertThat(ORIGIN.heads(path)).hasSize(1);
    }

    /** The origin's reading of the target is its own: only octets that are the same share an answer. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/x/..{p}",
                "/.{p}",
                "/%2e{p}",
                "/{p}",
                "/{p}//",
                "{p}/",
                "{p}//",
                "{p}/.",
                "{p}/%2e%2e{p}",
                "{p};evil",
                "{p};evil=1",
                "{p}/..;evil{p}",
                "{p}%3Fevil",
                "{p}%23evil",
                "{p}%2Fevil",
                "{p}%2f..",
                "{p}%5cevil",
                "{p}\\evil",
                "{p}%3bevil",
                "{p}%20",
                "{p}%c0%ae",
                "{p}?",
                "{p}?evil",
                "{p}?&",
                "{p}?a=1;evil=2",
                "{p}?utm_source=evil",
                "{p}?callback=evil",
                "{p}?_method=evil",
                "{p}??evil",
                "{p}.css",
                "{p}%2ecss",
                "{p}/evil.js"
            })
    void noTargetThatReadsLikeAnotherIsKeptForIt(String template) throws IOException {
        String path = path();
        String trick = template.replace("{p}", path);
        reflects(path, trick, path + "?a=1");
        assertThat(get(trick, "")).startsWith("HTTP/1.1 200 ").contains("GET " + trick + " HTTP/1.1\r\n");
        assertThat(clean(path)).doesNotContain("weir; hit");
        clean(path + "?a=1");
    }

    /** Encoded letters are other octets, too; a fragment, a control or half a triple is nothing at all. */
    @Test
    void whatIsNoTargetIsRefusedAndKeepsNothing() throws IOException {
        String path = path();
        reflects(path, path.replace("p", "%70"), path.toUpperCase(java.util.Locale.ROOT));
        for (String trick :
                List.of(path + "#evil", path + "%00.css", path + "%0d%0aX:evil", path + "%", path + "\tevil")) {
            assertThat(get(trick, "")).startsWith("HTTP/1.1 400 ");
        }
        assertThat(get(path.replace("p", "%70"), "")).contains("GET /%70");
        assertThat(get(path.toUpperCase(java.util.Locale.ROOT), "")).contains("GET /P");
        assertThat(clean(path)).doesNotContain("weir; hit");
    }

    /** Another host, another way to say the same host, or two of them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET {p} HTTP/1.1\r\nHost: evil.test\r\n",
                "GET {p} HTTP/1.1\r\nHost: site.test:1337\r\n",
                "GET {p} HTTP/1.1\r\nHost: site.test.\r\n",
                "GET http://evil.test{p} HTTP/1.1\r\nHost: site.test\r\n",
                "GET http://site.test:81{p} HTTP/1.1\r\nHost: site.test\r\n",
                "GET {p} HTTP/1.1\r\nHost: SITE.test\r\n",
                "GET {p} HTTP/1.1\r\nHost: site.test:80\r\n",
                "GET http://SITE.test:80{p} HTTP/1.1\r\nHost: site.test\r\n",
                "GET {p} HTTP/1.1\r\nHost: evil@site.test\r\n",
                "GET {p} HTTP/1.1\r\nHost: site.test#evil\r\n",
                "GET {p} HTTP/1.1\r\nHost: site.test, evil.test\r\n",
                "GET {p} HTTP/1.1\r\nHost: site.test\r\nHost: evil.test\r\n",
                "GET {p} HTTP/1.1\r\nHost: evil.test\r\nhost: site.test\r\n",
                "GET {p} HTTP/1.1\r\nHost : evil.test\r\nHost: site.test\r\n",
                "GET {p} HTTP/1.1\r\n Host: evil.test\r\nHost: site.test\r\n",
                "GET https://site.test{p} HTTP/1.1\r\nHost: site.test\r\n",
                "GET {p} HTTP/1.0\r\n",
                "GET {p} HTTP/1.0\r\nHost: evil.test\r\n"
            })
    void anAnswerIsForTheHostThatWasNamedAsItWasNamed(String head) throws IOException {
        String path = path();
        // Whoever is not called by the only right name is told that nothing is there, for a long time.
        ORIGIN.on(
                path,
                peer -> peer.send(
                        peer.head.contains("\r\nHost: site.test\r\n")
                                ? Origin.ok(FRESH, peer.head)
                                : "HTTP/1.1 404 No evil\r\n" + FRESH + "Content-Length: 4\r\n\r\nevil"));
        assertThat(sent(head.replace("{p}", path) + "\r\n")).isNotEmpty();
        clean(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET {p} {l}Content-Length: 4\r\n\r\nevil",
                "GET {p} {l}Content-Length: 6\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\na=evil",
                "GET {p} {l}Transfer-Encoding: chunked\r\n\r\n4\r\nevil\r\n0\r\n\r\n",
                "GET {p} {l}Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Forwarded-Host: evil\r\n\r\n",
                "POST {p} {l}Content-Length: 4\r\n\r\nevil",
                "HEAD {p} {l}\r\n",
                "OPTIONS {p} {l}\r\n",
                "EVIL {p} {l}\r\n",
                "get {p} {l}\r\n",
                "GET {p} {l}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\nevil",
                "GET {p} {l}Upgrade: evil\r\nConnection: Upgrade\r\n\r\n"
            })
    void whatIsNoPlainGetIsNotKept(String request) throws IOException {
        String path = path();
        ORIGIN.on(path, peer -> {
            String content = peer.head + peer.body();
            peer.send(
                    peer.head.startsWith("HEAD")
                            ? "HTTP/1.1 200 OK\r\n" + FRESH + "X-Evil: yes\r\nContent-Length: 4\r\n\r\n"
                            : Origin.ok(FRESH, content));
        });
        try (RawClient attacker = edge.client()) {
            assertThat(attacker.sends(request.replace("{p}", path).replace("{l}", LINES))
                            .head())
                    .startsWith("HTTP/1.1 ");
            assertThat(clean(path)).doesNotContain("weir; hit");
        }
        assertThat(clean(path)).contains("weir; hit");
    }

    @Test
    void http2SaysItsTargetOnce() throws IOException {
        String path = path();
        reflects(path);
        try (RawHttp2 client = RawHttp2.clear(edge.reverse)) {
            String[] plain = {":method", "GET", ":scheme", "http", ":authority", "site.test", ":path", path};
            for (String[] more : new String[][] {
                {"host", "evil.test"},
                {"host", "site.test", "host", "evil.test"},
                {":path", "/evil"},
                {"x-evil", "\r\nevil"}
            }) {
                String[] fields =
                        Stream.concat(Stream.of(plain), Stream.of(more)).toArray(String[]::new);
                assertThat(client.outcome(client.request(fields))).startsWith("reset");
            }
            int upper = client.request(":method", "GET", ":scheme", "http", ":authority", "SITE.test", ":path", path);
            assertThat(client.outcome(upper)).isEqualTo("200");
            int forwarded = client.request(
                    Stream.concat(Stream.of(plain), Stream.of("x-forwarded-host", "evil", "x-original-url", "/evil"))
                            .toArray(String[]::new));
            assertThat(client.outcome(forwarded)).isEqualTo("200");
            int fat = client.open(plain);
            client.data(fat, "evil", RawHttp2.END_STREAM);
            assertThat(client.outcome(fat)).isEqualTo("200");
        }
        clean(path);
        assertThat(ORIGIN.heads(path)).noneMatch(head -> head.contains("evil"));
    }

    /** Whoever reaches one origin by a listener can't speak for another one that is reached otherwise. */
    @Test
    void whatOneZoneKeepsNoOtherHandsOut() throws IOException {
        String path = path();
        try (Origin other = new Origin()) {
            String host = "127.0.0.1:" + other.port();
            ORIGIN.serves(path, FRESH, "evil");
            other.serves(path, FRESH, "good");
            assertThat(sent("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n"))
                    .endsWith("evil");
            String forward = "GET http://" + host + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
            assertThat(sent(edge.forward, forward)).endsWith("good");
            assertThat(sent("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n"))
                    .endsWith("evil")
                    .contains("weir; hit");
            assertThat(sent(edge.forward, forward)).endsWith("good").contains("weir; hit");
        }
    }

    /** A front is believed, a stranger on the same listener isn't: what the one varies by the other can't say. */
    @Test
    void aStrangerDoesNotFillInWhatAFrontSays(@TempDir Path own) throws IOException {
        try (EdgeRig both = EdgeRig.withWeb(own, ORIGIN, ", trusted-proxies: [127.0.0.1]")) {
            String path = path();
            ORIGIN.on(
                    path,
                    peer -> peer.send(Origin.ok(
                            FRESH + "Vary: CF-IPCountry\r\n",
                            peer.head.contains("CF-IPCountry: DE\r\n") ? "hallo" : "evil")));
            String request = "GET " + path + " " + LINES + "CF-IPCountry: DE\r\n\r\n";
            InetAddress here = InetAddress.getLoopbackAddress();
            try (RawClient stranger =
                    new RawClient(new Socket(here, both.reverse, InetAddress.getByName("127.0.0.2"), 0))) {
                assertThat(stranger.sends(request).answer()).endsWith("evil");
            }
            assertThat(sent(both.reverse, request)).endsWith("hallo");
            String host = path();
            reflects(host);
            for (String said : List.of("X-Forwarded-Host: SITE.test", "Forwarded: host=SITE.test;proto=http")) {
                assertThat(sent(both.reverse, "GET " + host + " " + LINES + said + "\r\n\r\n"))
                        .contains(said.substring(0, said.indexOf(' ')));
            }
            assertThat(sent(both.reverse, "GET " + host + " " + LINES + "\r\n"))
                    .contains("X-Forwarded-Host: site.test\r\n")
                    .doesNotContain("SITE");
            both.settles();
        }
    }
}
