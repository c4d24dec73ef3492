package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an intermediary owes those before and behind it (RFC 9110 §7.6), by octets. */
class EdgeHopsTest {
    private static final String ALLOW = "\r\nAllow: GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH\r\n";

    @TempDir
    private Path directory;

    private final Origin origin = new Origin();
    private EdgeRig edge;

    @BeforeEach
    void start() throws IOException {
        edge = EdgeRig.with(directory, """
                routes: [{ host: "*", path: /, upstream: site }]
                upstreams: { site: { targets: ["http://127.0.0.1:%1$d"] } }
                forward: { ports: { connect: [1-65535], plain: [1-65535] }, destinations: { private: allow } }
                """.formatted(origin.port()));
    }

    @AfterEach
    void stop() throws IOException {
        edge.settles();
        edge.close();
        origin.close();
    }

    /** The answer to a head that ends with what is given. */
    private String answered(boolean forward, String head) throws IOException {
        try (RawClient client = forward ? edge.proxyClient() : edge.client()) {
            return client.sends(head + "\r\n").answer();
        }
    }

    private String seen(boolean forward, String method, String path, String fields) throws IOException {
        origin.serves(path, "", "");
        String target = forward ? "http://127.0.0.1:" + origin.port() + path : path;
        assertThat(answered(
                        forward,
                        method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + origin.port() + "\r\n" + fields))
                .startsWith("HTTP/1.1 200 ");
        return origin.heads(path).get(0);
    }

    @Test
    void http10WithoutHostMeansTheAddressItCameTo() throws IOException {
        origin.serves("/old", "", "");
        assertThat(answered(false, "GET /old HTTP/1.0\r\n")).startsWith("HTTP/1.");
        assertThat(origin.heads("/old").get(0)).containsPattern("\r\nHost: 127\\.0\\.0\\.1:\\d+\r\n");
        assertThat(answered(true, "GET /old HTTP/1.0\r\n")).matches("(?s)HTTP/1\\.[01] 400 .*");
        assertThat(origin.heads("/old")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            OPTIONS | Max-Forwards: 5  | Max-Forwards: 4
            OPTIONS | Max-Forwards: 1  | Max-Forwards: 0
            OPTIONS | max-forwards: 07 | Max-Forwards: 6
            GET     | Max-Forwards: 5  | Max-Forwards: 5
            GET     | Max-Forwards: 0  | Max-Forwards: 0
            GET     | Max-Forwards: x  | Max-Forwards: x
            POST    | Max-Forwards: 0  | Max-Forwards: 0
            """)
    void countsDownForOptionsAlone(String method, String sent, String expected) throws IOException {
        for (boolean forward : new boolean[] {false, true}) {
            assertThat(seen(forward, method, forward ? "/f" : "/r", sent + "\r\n"))
                    .contains("\r\n" + expected + "\r\n");
        }
    }

    @Test
    void optionsThatMayGoNoFurtherAreAnsweredHere() throws IOException {
        for (String target : new String[] {"/o", "*", "http://127.0.0.1:" + origin.port() + "/o"}) {
            boolean forward = target.startsWith("http");
            String head =
                    "OPTIONS " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + origin.port() + "\r\nMax-Forwards: 0\r\n";
            assertThat(answered(forward, head))
                    .startsWith("HTTP/1.1 200 ")
                    .contains(ALLOW)
                    .containsIgnoringCase("\r\ncontent-length: 0\r\n");
        }
        assertThat(origin.heads).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Max-Forwards: x",
                "Max-Forwards:",
                "Max-Forwards: -1",
                "Max-Forwards: 1, 1",
                "Max-Forwards: 1\r\nMax-Forwards: 1"
            })
    void aNumberThatIsNoneIsMalformed(String field) throws IOException {
        for (String method : new String[] {"OPTIONS", "TRACE"}) {
            assertThat(answered(false, method + " /o HTTP/1.1\r\nHost: a\r\n" + field + "\r\n"))
                    .startsWith("HTTP/1.1 400 ");
        }
        assertThat(origin.heads).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Max-Forwards: 0\r\n", "Max-Forwards: 9\r\n"})
    void traceIsOff(String field) throws IOException {
        assertThat(answered(false, "TRACE / HTTP/1.1\r\nHost: a\r\n" + field))
                .startsWith("HTTP/1.1 405 ")
                .contains(ALLOW);
        assertThat(answered(true, "TRACE http://127.0.0.1:" + origin.port() + "/ HTTP/1.1\r\nHost: a\r\n" + field))
                .startsWith("HTTP/1.1 405 ")
                .contains(ALLOW);
        assertThat(origin.heads).isEmpty();
    }

    @Test
    void aRequestThatWasHereIsALoop() throws IOException {
        Matcher name = Pattern.compile("Via: 1\\.1 (weir-[^\r]+)").matcher(seen(false, "GET", "/via", ""));
        assertThat(name.find()).isTrue();
        for (String field : new String[] {
            "Via: 1.1 " + name.group(1),
            "Via: 1.0 a, HTTP/2 " + name.group(1).toUpperCase(java.util.Locale.ROOT) + " (x)",
            "CDN-Loop: other; a=b, " + name.group(1)
        }) {
            assertThat(answered(false, "GET /l HTTP/1.1\r\nHost: a\r\n" + field + "\r\n"))
                    .startsWith("HTTP/1.1 508 Loop Detected\r\n");
            assertThat(answered(
                            true,
                            "GET http://127.0.0.1:" + origin.port() + "/l HTTP/1.1\r\nHost: a\r\n" + field + "\r\n"))
                    .startsWith("HTTP/1.1 508 ");
        }
        assertThat(origin.heads("/l")).isEmpty();
    }

    @Test
    void theCdnLoopOfOthersStaysAndOursJoinsItInFrontOfASite() throws IOException {
        String reverse = seen(false, "GET", "/r", "CDN-Loop: other\r\nConnection: CDN-Loop, Via\r\nVia: 1.0 x\r\n");
        assertThat(reverse).contains("\r\nCDN-Loop: other\r\n", "\r\nCDN-Loop: weir-", "\r\nVia: 1.0 x\r\n");
        String forward = seen(true, "GET", "/f", "CDN-Loop: other\r\n");
        assertThat(forward).contains("\r\nCDN-Loop: other\r\n").doesNotContain("CDN-Loop: weir-");
        assertThat(seen(false, "GET", "/n", "")).doesNotContain("CDN-Loop");
        assertThat(seen(false, "GET", "/m", "CDN-Loop: ;;,\"\r\n")).contains("\r\nCDN-Loop: ;;,\"\r\n");
    }

    @Test
    void aDestinationThatIsAListenerOfOursIsALoop() throws IOException {
        for (int port : new int[] {edge.forward, edge.reverse}) {
            String own = "127.0.0.1:" + port;
            assertThat(answered(true, "GET http://" + own + "/ HTTP/1.1\r\nHost: " + own + "\r\n"))
                    .startsWith("HTTP/1.1 508 ");
            assertThat(answered(true, "CONNECT " + own + " HTTP/1.1\r\nHost: " + own + "\r\n"))
                    .startsWith("HTTP/1.1 508 ");
        }
        assertThat(origin.heads).isEmpty();
    }

    @Test
    void interimAnswersReachWhoKnowsThem() throws IOException {
        origin.answers(
                "/i",
                "HTTP/1.1 102 Processing\r\nX-A: 1\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                        + "HTTP/1.1 199 Odd\r\nX-B: 2\r\nConnection: X-C\r\nX-C: 3\r\n\r\n" + Origin.ok("", "hi"));
        try (RawClient client = edge.client()) {
            client.sends("GET /i HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 102 ").containsIgnoringCase("\r\nx-a: 1\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 103 ").containsIgnoringCase("\r\nlink: </a>\r\n");
            assertThat(client.head())
                    .startsWith("HTTP/1.1 199 ")
                    .containsIgnoringCase("\r\nx-b: 2\r\n")
                    .doesNotContainIgnoringCase("x-c", "content-length", "transfer-encoding");
            assertThat(client.answer()).startsWith("HTTP/1.1 200 ").endsWith("hi");
            client.sends("GET /i HTTP/1.0\r\nHost: a\r\n\r\n");
            assertThat(client.answer()).matches("(?s)HTTP/1\\.[01] 200 .*hi");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content_Length",
                "Transfer_Encoding",
                "X_Forwarded_For",
                "X-Forwarded_For",
                "X.Forwarded.For",
                "Authorization_",
                "Host_",
                "_Host",
                "X_Mine"
            })
    void whatReadsAsAnotherFieldDoesntPass(String name) throws IOException {
        String head = seen(false, "GET", "/u", name + ": 7\r\n");
        boolean harmless = name.endsWith("_") || name.startsWith("_") || name.equals("X_Mine");
        assertThat(head.contains("\r\n" + name + ":")).isEqualTo(harmless);
    }

    @Test
    void aProtectedFieldStaysWhateverConnectionNames() throws IOException {
        String head = seen(
                false,
                "POST",
                "/p",
                String.join(
                        "\r\n",
                        "Content-Length: 0",
                        "Authorization: Basic eA==",
                        "Cookie: a=b",
                        "X-Mine: 1",
                        "Connection: Host, Content-Length, Authorization, Cookie, X-Forwarded-For, Via, X-Mine",
                        ""));
        assertThat(head)
                .contains(
                        "\r\nHost: ",
                        "\r\nContent-Length: 0\r\n",
                        "\r\nAuthorization: Basic eA==\r\n",
                        "\r\nCookie: a=b\r\n",
                        "\r\nX-Forwarded-For: 127.0.0.1\r\n",
                        "\r\nVia: 1.1 weir-")
                .doesNotContain("X-Mine", "\r\nConnection:");
    }

    @Test
    void anonymousTellsNothingOfAnybody() throws IOException {
        String head = seen(true, "GET", "/a", """
                X-Forwarded-For: 192.0.2.7
                Forwarded: for=192.0.2.7
                X-Real-IP: 192.0.2.7
                CF-Connecting-IP: 192.0.2.7
                CF-IPCountry: XX
                True-Client-IP: 192.0.2.7
                Fastly-Client-IP: 192.0.2.7
                X-Client-IP: 192.0.2.7
                X-Cluster-Client-IP: 192.0.2.7
                Forwarded-For: 192.0.2.7
                X-ProxyUser-Ip: 192.0.2.7
                WL-Proxy-Client-IP: 192.0.2.7
                X-Originating-IP: 192.0.2.7
                Via: 1.1 192.0.2.7
                From: a@192.0.2.7
                """.replace("\n", "\r\n"));
        assertThat(head).doesNotContain("192.0.2.7", "127.0.0.1\r\nX", "CF-").contains("\r\nVia: 1.1 weir-");
    }

    @Test
    void whatAnOriginInsistsOnIsTold() throws IOException {
        origin.answers(
                "/426",
                String.join(
                        "\r\n",
                        "HTTP/1.1 426 Upgrade Required",
                        "Upgrade: websocket",
                        "Connection: Upgrade, X-A",
                        "X-A: 1",
                        "Content-Length: 0",
                        "",
                        ""));
        try (RawClient client = edge.client()) {
            String answer = client.sends("GET /426 HTTP/1.1\r\nHost: a\r\n\r\n").answer();
            assertThat(answer)
                    .startsWith("HTTP/1.1 426 ")
                    .containsIgnoringCase("\r\nupgrade: websocket\r\n")
                    .containsIgnoringCase("\r\nconnection: upgrade\r\n")
                    .doesNotContain("X-A");
            assertThat(client.sends("GET /426 HTTP/1.0\r\nHost: a\r\n\r\n").answer())
                    .doesNotContainIgnoringCase("\r\nupgrade:");
        }
    }

    @Test
    void answersOfOurOwnAreDated() throws IOException {
        assertThat(answered(false, "TRACE / HTTP/1.1\r\nHost: a\r\n"))
                .containsIgnoringCase("\r\ndate: Mon, 04 May 2026 03:02:01 GMT\r\n");
    }
}
