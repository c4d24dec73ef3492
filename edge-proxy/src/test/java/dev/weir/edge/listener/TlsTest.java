package dev.weir.edge.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.runtime.config.TlsConfig;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
    @TempDir
    private Path directory;

    private TestCertificate first = TestCertificate.named("first.example");
    private TestCertificate second = TestCertificate.named("second.example");
    private TlsConfig tls = new TlsConfig(List.of());
    private TestEdge edge = TestEdge.clear();

    TlsTest() throws Exception {}

    @BeforeEach
    void open() throws Exception {
        edge.close();
        tls = new TlsConfig(List.of(first.in(directory, "first"), second.in(directory, "second")));
        edge = new TestEdge(
                false, TestEdge.config(Optional.of(tls), TestEdge.TIMEOUTS, TestEdge.LIMITS), TlsTest::tell);
    }

    @AfterEach
    void close() {
        edge.close();
    }

    private static void tell(TestEdge edge, HttpServerRequest request) {
        String names = ((ConnectionBase) request.connection())
                .channel()
                .pipeline()
                .names()
                .toString();
        request.response()
                .end("<" + request.version() + " " + request.uri() + " " + names + ">")
                .onFailure(edge.failures::add);
    }

    private SSLSocket socket(String serverName) throws Exception {
        SSLSocket socket =
                (SSLSocket) TestCertificate.trustingAll().getSocketFactory().createSocket("127.0.0.1", edge.port());
        SSLParameters parameters = socket.getSSLParameters();
        if (!serverName.isEmpty()) {
            parameters.setServerNames(List.of(new SNIHostName(serverName)));
        }
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private X509Certificate shown(String serverName) throws Exception {
        try (SSLSocket socket = socket(serverName)) {
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    @Test
    void choosesTheCertificateByName() throws Exception {
        assertThat(shown("second.example")).isEqualTo(second.leaf());
        assertThat(shown("first.example")).isEqualTo(first.leaf());
        assertThat(shown("unknown.example")).isEqualTo(first.leaf());
        assertThat(shown("")).isEqualTo(first.leaf());
    }

    @Test
    void guardsHttp1InsideTls() throws Exception {
        try (RawClient client = new RawClient(socket("first.example"))) {
            client.sends("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n").receivesUntil("/1 ");
            String all = client.sends("GET /2 HTTP/1.1\nHost: a\r\n\r\nGET /3 HTTP/1.1\r\nHost: a\r\n\r\n")
                    .receivesAll();
            assertThat(all).contains("HTTP/1.1 400 ").doesNotContain("/2", "/3", "<reset>");
            assertThat(edge.refusals).singleElement().asString().startsWith("bare-lf");
        }
    }

    @Test
    void speaksHttp2ByAlpn() {
        HttpClientAgent client = edge.vertx.createHttpClient(new HttpClientOptions()
                .setSsl(true)
                .setTrustAll(true)
                .setVerifyHost(false)
                .setUseAlpn(true)
                .setProtocolVersion(HttpVersion.HTTP_2));
        String body = TestEdge.await(client.request(HttpMethod.GET, edge.port(), "127.0.0.1", "/h2")
                        .compose(request -> request.send())
                        .compose(HttpClientResponse::body))
                .toString();
        assertThat(body).startsWith("<HTTP_2 /h2 ").contains("idleHttp2").doesNotContain(HeadGuard.NAME + ",");
    }

    @Test
    void takesChangedCertificatesOverAndKeepsTheOldWhenTheyAreWrong() throws Exception {
        try (RawClient old = new RawClient(socket("first.example"))) {
            old.sends("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n").receivesUntil("/1 ");
            TestCertificate fresh = TestCertificate.named("first.example");
            TestCertificate.put(tls.certificates().get(0).certificate(), fresh.certificate());
            awaitMetric("weir_listener_certificates_total{listener=\"web\",outcome=\"refused\"} 1.0");
            assertThat(shown("first.example")).isEqualTo(first.leaf());
            TestCertificate.put(tls.certificates().get(0).key(), fresh.key());
            awaitMetric("weir_listener_certificates_total{listener=\"web\",outcome=\"taken\"} 1.0");
            assertThat(shown("first.example")).isEqualTo(fresh.leaf());
            assertThat(shown("second.example")).isEqualTo(second.leaf());
            Files.writeString(tls.certificates().get(1).key(), "");
            awaitMetric("weir_listener_certificates_total{listener=\"web\",outcome=\"refused\"} 2.0");
            assertThat(shown("second.example")).isEqualTo(second.leaf());
            old.sends("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n").receivesUntil("/2 ");
        }
    }

    private void awaitMetric(String line) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!edge.metrics.scrape().contains(line)) {
            assertThat(System.nanoTime()).as(line).isLessThan(end);
            TestEdge.await(edge.vertx.timer(50, TimeUnit.MILLISECONDS));
        }
    }

    @Test
    void refusesToOpenWithoutASoundPair() throws Exception {
        TlsConfig mixed = new TlsConfig(List.of(new TlsConfig.KeyPair(
                tls.certificates().get(0).certificate(),
                tls.certificates().get(1).key())));
        assertThatThrownBy(() -> TestEdge.await(EdgeListener.open(
                        edge.vertx,
                        TestEdge.config(Optional.of(mixed), TestEdge.TIMEOUTS, TestEdge.LIMITS),
                        (request, facts) -> {},
                        (name, client, reason, excerpt) -> {},
                        edge.metrics)))
                .hasMessageContaining("first.crt");
    }
}
