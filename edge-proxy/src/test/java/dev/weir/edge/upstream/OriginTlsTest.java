package dev.weir.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.HeaderFields;
import dev.weir.http.ProxyError;
import dev.weir.runtime.config.OriginProtocol;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exchanges over TLS: who is trusted, under which name, and what a close means. */
class OriginTlsTest {
    private final Vertx vertx = Vertx.vertx();
    private final TestCertificate certificate;
    private final List<String> names = new CopyOnWriteArrayList<>();

    OriginTlsTest(@TempDir Path directory) {
        certificate = TestCertificate.of("localhost", directory);
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private int serve(Consumer<NetSocket> answer) throws Exception {
        int port;
        try (ServerSocket free = ScriptedOrigin.bind()) {
            port = free.getLocalPort();
        }
        NetServer server = vertx.createNetServer(
                new NetServerOptions().setSsl(true).setSni(true).setKeyCertOptions(certificate.options()));
        server.connectHandler(socket -> {
            names.add(String.valueOf(socket.indicatedServerName()));
            socket.handler(request -> answer.accept(socket));
        });
        server.listen(port, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        return port;
    }

    private static void ok(NetSocket socket) {
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
    }

    private List<X509Certificate> authority() throws IOException {
        return Authorities.read(certificate.certificate());
    }

    private UpstreamSpec upstream(String host, int port, List<X509Certificate> authorities) {
        return new UpstreamSpec(
                "site",
                List.of(new TargetSpec("https", host, port)),
                OriginProtocol.HTTP1,
                authorities,
                OnLoop.HEALTH,
                OnLoop.LIMITS);
    }

    @Test
    void aConfiguredAuthorityIsTrustedAndTheNameIndicated() throws Exception {
        int port = serve(OriginTlsTest::ok);
        try (OnLoop loop = new OnLoop(upstream("localhost", port, authority()))) {
            assertThat(loop.whole(OnLoop.get("/")).body()).isEqualTo("hello");
            assertThat(loop.whole(OnLoop.get("/")).answer().timings().reused()).isTrue();
            assertThat(names).containsExactly("localhost");
        }
    }

    @Test
    void anUnknownAuthorityIsNotTrusted() throws Exception {
        int port = serve(OriginTlsTest::ok);
        try (OnLoop loop = new OnLoop(upstream("localhost", port, List.of()))) {
            ProxyFailure failure = loop.failure(OnLoop.get("/"));
            assertThat(failure.type()).isEqualTo(ProxyError.TLS_CERTIFICATE_ERROR);
            assertThat(failure.status()).isEqualTo(502);
        }
    }

    @Test
    void aCertificateForAnotherNameIsNotTrusted() throws Exception {
        int port = serve(OriginTlsTest::ok);
        try (OnLoop loop = new OnLoop(upstream("127.0.0.1", port, authority()))) {
            assertThat(loop.failure(OnLoop.get("/")).type()).isEqualTo(ProxyError.TLS_CERTIFICATE_ERROR);
        }
    }

    @Test
    void trustOfOneUpstreamIsNotTrustOfAnother() throws Exception {
        int port = serve(OriginTlsTest::ok);
        try (OnLoop loop = new OnLoop(upstream("localhost", port, authority()))) {
            assertThat(loop.whole(OnLoop.get("/")).body()).isEqualTo("hello");
            Destination there = new Destination.Dialled(
                    "https", "localhost", port, List.of(InetAddress.getByAddress(new byte[] {127, 0, 0, 1})));
            ProxyFailure failure = loop.failure(new OriginRequest(
                    "GET",
                    "/",
                    HeaderFields.empty(),
                    there,
                    RequestBody.none(),
                    OnLoop.TIMEOUTS,
                    OriginRequest.Host.CLIENT));
            assertThat(failure.type()).isEqualTo(ProxyError.TLS_CERTIFICATE_ERROR);
        }
    }

    @Test
    void changedTrustHoldsForNewExchanges() throws Exception {
        int port = serve(OriginTlsTest::ok);
        List<X509Certificate> authority = authority();
        try (OnLoop loop = new OnLoop(upstream("localhost", port, authority))) {
            assertThat(loop.whole(OnLoop.get("/")).body()).isEqualTo("hello");
            loop.call(() -> {
                loop.origins.update(List.of(upstream("localhost", port, List.of())));
                return Future.succeededFuture();
            });
            assertThat(loop.failure(OnLoop.get("/")).type()).isEqualTo(ProxyError.TLS_CERTIFICATE_ERROR);
        }
    }

    @Test
    void aPlainAnswerWhereTlsIsExpectedIsAProtocolError() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.playing(peer -> peer.send("HTTP/1.1 400 Bad\r\n\r\n"));
                OnLoop loop = new OnLoop(upstream("localhost", origin.port(), List.of()))) {
            assertThat(loop.failure(OnLoop.get("/")).type()).isEqualTo(ProxyError.TLS_PROTOCOL_ERROR);
        }
    }

    @Test
    void aBodyThatRunsToACloseWithItsAlertIsWhole() throws Exception {
        int port = serve(
                socket -> socket.write("HTTP/1.1 200 OK\r\n\r\nto the close").onComplete(sent -> socket.close()));
        try (OnLoop loop = new OnLoop(upstream("localhost", port, authority()))) {
            assertThat(loop.whole(OnLoop.get("/")).body()).isEqualTo("to the close");
        }
    }

    /** Whatever of it came: a FIN that an attacker could have sent says nothing (RFC 9112 §9.8). */
    @Test
    void aBodyThatRunsToACloseWithoutTheAlertIsBroken() throws Exception {
        String answer = "HTTP/1.1 200 OK\r\n\r\nall of it";
        AtomicInteger octets = new AtomicInteger();
        int port =
                serve(socket -> socket.write(answer.substring(0, octets.get())).onComplete(sent -> {
                    var context = ((NetSocketInternal) socket).channelHandlerContext();
                    context.pipeline().remove(SslHandler.class);
                    context.close().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
                }));
        try (OnLoop loop = new OnLoop(upstream("localhost", port, authority()))) {
            for (int i = 1; i <= answer.length(); i++) {
                octets.set(i);
                assertThat(loop.failure(OnLoop.get("/")).type()).isEqualTo(ProxyError.HTTP_RESPONSE_INCOMPLETE);
            }
        }
    }
}
