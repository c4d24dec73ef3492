package dev.weir.edge.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.runtime.config.TlsConfig;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Listeners behind a balancer that speaks the PROXY protocol, by octets. */
class ProxyHeaderGateTest {
    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final String V1 = "PROXY TCP4 192.0.2.7 127.0.0.1 8080 443\r\n";
    private static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";
    private static final String V2 = SIGNATURE + latin1("2111000C" + "C0000208" + "7F000001" + "1F9001BB");
    private static final String V2_LOCAL = SIGNATURE + latin1("20000000");
    private static final String REQUEST = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n";

    private static String latin1(String hex) {
        return new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1);
    }

    private static TestEdge edge(String balancers, Optional<TlsConfig> tls, Duration head, int perClient) {
        return new TestEdge(false, TestEdge.behind(balancers, tls, head, perClient), ProxyHeaderGateTest::tell);
    }

    private static TestEdge edge() {
        return edge("127.0.0.0/8", Optional.empty(), PATIENT, 100);
    }

    private static void tell(TestEdge edge, HttpServerRequest request) {
        String line = request.version() + " " + request.uri() + " of "
                + request.remoteAddress().hostAddress();
        edge.requests.add(line);
        request.response().end("<" + line + ">").onFailure(edge.failures::add);
    }

    private static String counted(String reason, int count) {
        return "weir_malformed_requests_total{listener=\"web\",reason=\"" + reason + "\"} " + count + ".0";
    }

    private static void awaitMetric(TestEdge edge, String line) {
        long end = System.nanoTime() + PATIENT.toNanos();
        while (!edge.metrics.scrape().contains(line)) {
            assertThat(System.nanoTime()).as(line).isLessThan(end);
            TestEdge.await(edge.vertx.timer(10, TimeUnit.MILLISECONDS));
        }
    }

    @Test
    void theClientIsWhomTheHeaderNames() throws Exception {
        try (TestEdge edge = edge();
                RawClient v1 = edge.client();
                RawClient v2 = edge.client();
                RawClient slow = edge.client();
                RawClient local = edge.client();
                RawClient unknown = edge.client()) {
            v1.sends(V1 + REQUEST + "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n").receivesUntil("/2 of 192.0.2.7>");
            v2.sends(V2 + REQUEST).receivesUntil("/1 of 192.0.2.8>");
            slow.sendsEachOctet(V2 + REQUEST).receivesUntil("/1 of 192.0.2.8>");
            local.sends(V2_LOCAL + REQUEST).receivesUntil("/1 of 127.0.0.1>");
            unknown.sends("PROXY UNKNOWN\r\n" + REQUEST).receivesUntil("/1 of 127.0.0.1>");
            assertThat(edge.refusals).isEmpty();
        }
    }

    @Test
    void http2FollowsTheHeader() throws Exception {
        try (TestEdge edge = edge();
                RawClient client = edge.client()) {
            // Preface, empty SETTINGS, and HEADERS of GET http://a/ from the static table.
            String h2 = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + latin1("000000040000000000")
                    + latin1("000006010500000001" + "82" + "86" + "84" + "41" + "0161");
            client.sends(V2 + h2).receivesUntil("<HTTP_2 / of 192.0.2.8>");
        }
    }

    @Test
    void tlsFollowsTheHeader(@TempDir Path directory) throws Exception {
        TestCertificate first = TestCertificate.named("first.example");
        TestCertificate second = TestCertificate.named("second.example");
        TlsConfig tls = new TlsConfig(List.of(first.in(directory, "first"), second.in(directory, "second")));
        for (String protocol : List.of("http/1.1", "h2")) {
            try (TestEdge edge = edge("127.0.0.1", Optional.of(tls), PATIENT, 100);
                    Socket plain = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
                plain.getOutputStream().write(V1.getBytes(StandardCharsets.US_ASCII));
                SSLSocket socket = (SSLSocket) TestCertificate.trustingAll()
                        .getSocketFactory()
                        .createSocket(plain, "second.example", edge.port(), true);
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setServerNames(List.of(new SNIHostName("second.example")));
                parameters.setApplicationProtocols(new String[] {protocol});
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                assertThat((X509Certificate) socket.getSession().getPeerCertificates()[0])
                        .isEqualTo(second.leaf());
                assertThat(socket.getApplicationProtocol()).isEqualTo(protocol);
                try (RawClient client = new RawClient(socket)) {
                    if (protocol.equals("h2")) {
                        client.sends("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + latin1("000000040000000000")
                                        + latin1("000006010500000001" + "82" + "87" + "84" + "41" + "0161"))
                                .receivesUntil("<HTTP_2 / of 192.0.2.7>");
                    } else {
                        client.sends(REQUEST).receivesUntil("/1 of 192.0.2.7>");
                        assertThat(client.sends("GET /2 HTTP/1.1\nHost: a\r\n\r\n")
                                        .receivesAll())
                                .contains("HTTP/1.1 400 ");
                    }
                }
            }
        }
    }

    @Test
    void aStrangerIsClosedBeforeAnOctetIsRead() throws Exception {
        try (TestEdge edge = edge("192.0.2.0/24", Optional.empty(), PATIENT, 100);
                RawClient client = edge.client()) {
            assertThat(client.receivesAll()).isIn("", "<reset>");
            awaitMetric(edge, counted("proxy-header-stranger", 1));
            assertThat(edge.refusals).containsExactly("proxy-header-stranger ");
            assertThat(edge.requests).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                REQUEST,
                "PROXY TCP4 192.0.2.7 127.0.0.1 8080\r\n" + REQUEST,
                "PROXY TCP4 192.0.2.7 127.0.0.1 8080 443\n" + REQUEST,
                "\r\n" + REQUEST,
                "\0",
                "PROXY UNKNOWN 0123456789012345678901234567890123456789012345678901234567890123456789"
                        + "0123456789012345678901234567890123456789",
                SIGNATURE + "\u0011\u0011\0\u000c",
                SIGNATURE + "!\u0012\0\u000c0123456789ab",
                SIGNATURE + "!1\0\0",
                SIGNATURE + "!\u0011\0\u000b0123456789a",
                SIGNATURE + "!\u0011\u00ff\u00ff"
            })
    void whatIsNoHeaderIsClosedWithoutAnAnswer(String octets) throws Exception {
        try (TestEdge edge = edge();
                RawClient client = edge.client()) {
            assertThat(client.sends(octets).receivesAll()).isIn("", "<reset>");
            assertThat(edge.requests).isEmpty();
            assertThat(edge.refusals).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "PROXY TCP4 192.0.2.7 127", SIGNATURE + "!\u0011\0\u000c"})
    void silenceAndHalfAHeaderEndInTime(String octets) throws Exception {
        try (TestEdge edge = edge("127.0.0.1", Optional.empty(), Duration.ofMillis(200), 100);
                RawClient client = edge.client()) {
            assertThat(client.sends(octets).receivesAll()).isIn("", "<reset>");
            awaitMetric(edge, counted("proxy-header-slow", 1));
        }
    }

    @Test
    void aConnectionThatEndsWithinItsHeaderIsCounted() throws Exception {
        try (TestEdge edge = edge()) {
            try (RawClient client = edge.client()) {
                client.sends("PROXY TCP4 ");
            }
            awaitMetric(edge, counted("proxy-header-missing", 1));
            assertThat(edge.refusals).containsExactly("proxy-header-missing PROXY TCP4 ");
        }
    }

    @Test
    void aConnectionThatEndsWithoutAnOctetIsAHealthCheck() throws Exception {
        try (TestEdge edge = edge()) {
            edge.client().close();
            Socket reset = new Socket(InetAddress.getLoopbackAddress(), edge.port());
            reset.setSoLinger(true, 0);
            reset.close();
            awaitMetric(edge, "weir_listener_connections_empty_total{listener=\"web\"} 2.0");
            awaitMetric(edge, "weir_listener_connections{listener=\"web\"} 0");
            assertThat(edge.refusals).isEmpty();
            assertThat(edge.metrics.scrape()).doesNotContain("proxy-header-missing");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n c\r\n\r\n",
                "<v1>",
                "<v2>"
            })
    void theGuardStandsRightBehindTheHeader(String octets) throws Exception {
        try (TestEdge edge = edge();
                RawClient client = edge.client()) {
            String behind = octets.replace("<v1>", V1).replace("<v2>", V2);
            assertThat(client.sends(V2 + behind + REQUEST).receivesAll()).startsWith("HTTP/1.1 400 ");
            assertThat(edge.requests).isEmpty();
            assertThat(edge.refusals).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {V1, SIGNATURE})
    void aHeaderThatNobodyWantsIsMalformed(String header) throws Exception {
        try (TestEdge edge = TestEdge.clear();
                RawClient client = edge.client()) {
            assertThat(client.sends(header + REQUEST).receivesAll()).startsWith("HTTP/1.1 400 ");
            assertThat(edge.noted()).isEmpty();
        }
    }

    @Test
    void connectionsAreCountedByTheClientThatTheHeaderNames() throws Exception {
        try (TestEdge edge = edge("127.0.0.1", Optional.empty(), PATIENT, 1)) {
            try (RawClient first = edge.client();
                    RawClient other = edge.client();
                    RawClient second = edge.client()) {
                first.sends(V1 + REQUEST).receivesUntil("/1 of 192.0.2.7>");
                other.sends(V2 + REQUEST).receivesUntil("/1 of 192.0.2.8>");
                assertThat(second.sends(V1 + REQUEST).receivesAll()).isIn("", "<reset>");
                awaitMetric(edge, "weir_listener_connections_refused_total{limit=\"client\",listener=\"web\"} 1.0");
            }
            awaitMetric(edge, "weir_listener_connections{listener=\"web\"} 0");
            try (RawClient again = edge.client()) {
                again.sends(V1 + REQUEST).receivesUntil("/1 of 192.0.2.7>");
            }
        }
    }

    @Test
    void itWorksOverNio() throws IOException {
        try (TestEdge edge = new TestEdge(
                        true, TestEdge.behind("127.0.0.1", Optional.empty(), PATIENT, 9), ProxyHeaderGateTest::tell);
                RawClient client = edge.client()) {
            client.sends(V2 + REQUEST).receivesUntil("/1 of 192.0.2.8>");
        }
    }
}
