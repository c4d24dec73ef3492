package dev.weir.runtime.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that are none, or none any more. */
class ChannelPeersTest extends ChannelRig {
    @ParameterizedTest
    @ValueSource(strings = {"foreign", ""})
    void strangersGetNothing(String authority) throws Exception {
        BodyChannel a = peer("ours");
        BodyChannel stranger = peer(authority);
        a.serve("fetch", (name, stream) -> held.add(stream));
        assertThat(ask(stranger, address(a), "/fetch/1").next()).isIn("lost:UNREACHABLE", "lost:CUT");
        stranger.serve("fetch", (name, stream) -> held.add(stream));
        assertThat(ask(a, address(stranger), "/fetch/1").next()).isIn("lost:UNREACHABLE", "lost:CUT");
        assertThat(held).isEmpty();
        BodyChannel friend = peer("ours");
        Heard heard = ask(friend, address(a), "/fetch/1");
        until("the friend is heard", () -> held.size() == 1);
        assertThat(heard.hasMore()).isFalse();
    }

    @Test
    void whoHasNoCertificateGetsNothing() throws Exception {
        BodyChannel a = peer("ours");
        a.serve("fetch", (name, stream) -> held.add(stream));
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream certificate = Files.newInputStream(directory.resolve("ours/bus/ca.crt"))) {
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(certificate));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), a.port())) {
            socket.setSoTimeout(10_000);
            var parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            socket.setSSLParameters(parameters);
            assertThat(answer(socket, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")).startsWith("failed");
        }
        assertThat(held).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ours", ""})
    void nothingButHttp2IsSpoken(String authority) throws Exception {
        BodyChannel a = peer(authority);
        a.serve("fetch", (name, stream) -> held.add(stream));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), a.port())) {
            socket.setSoTimeout(10_000);
            assertThat(answer(socket, "GET /fetch/1 HTTP/1.1\r\nHost: a\r\n\r\n"))
                    .doesNotContain("HTTP/1");
        }
        assertThat(held).isEmpty();
    }

    private static String answer(Socket socket, String request) {
        try {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "failed: " + e;
        }
    }

    /** A peer of another make. */
    private String stranger(BiConsumer<String, HttpServerResponse> answers) throws Exception {
        HttpServer server = vertx().createHttpServer()
                .requestHandler(request -> answers.accept(request.path(), request.response()));
        var unused = server.listen(0, "127.0.0.1").await(10, TimeUnit.SECONDS);
        return "127.0.0.1:" + server.actualPort();
    }

    private static void unheeded(Future<Void> written) {
        written.onFailure(gone -> {});
    }

    @Test
    void whatIsNoFrameEndsTheStream() throws Exception {
        String server = stranger((path, response) -> {
            Buffer octets = switch (path) {
                case "/long" -> Buffer.buffer().appendByte((byte) 3).appendInt(64 * 1024 + 1);
                case "/kind" -> Buffer.buffer().appendByte((byte) 9).appendInt(0);
                default -> Buffer.buffer().appendByte((byte) 3).appendInt(4).appendString("ab");
            };
            if (path.equals("/half")) {
                unheeded(response.end(octets));
            } else if (path.equals("/503")) {
                unheeded(response.setStatusCode(503).end());
            } else {
                unheeded(response.write(octets));
            }
        });
        BodyChannel b = peer("");
        for (String path : List.of("/long", "/kind", "/half")) {
            assertThat(ask(b, server, path).next()).as(path).isEqualTo("lost:MALFORMED");
        }
        assertThat(ask(b, server, "/503").next()).isEqualTo("lost:CUT");
        until("nothing is left", () -> streams(b) == 0);
    }

    @Test
    void aPeerThatDoesNotAnswerIsNotWaitedFor() throws Exception {
        within = Duration.ofMillis(500);
        BodyChannel b = peer("ours");
        try (ServerSocket mute = new ServerSocket(0)) {
            String address = "127.0.0.1:" + mute.getLocalPort();
            Heard heard = ask(b, address, "/fetch/1");
            assertThat(heard.next()).isEqualTo("lost:UNREACHABLE");
            // Nobody else waits for it.
            long before = System.nanoTime();
            assertThat(ask(b, address, "/fetch/1").next()).isEqualTo("lost:UNREACHABLE");
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofMillis(450));
        }
        assertThat(ask(b, "nonsense", "/fetch/1").next()).isEqualTo("lost:UNREACHABLE");
        until("nothing is left", () -> streams(b) == 0);
    }
}
