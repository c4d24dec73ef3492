package dev.weir.edge.forward;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.edge.upstream.Destination;
import dev.weir.edge.upstream.OriginMetrics;
import dev.weir.edge.upstream.Origins;
import dev.weir.edge.upstream.TargetHealth;
import dev.weir.runtime.config.ExchangeLimits;
import dev.weir.settings.ByteSize;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** CONNECT as a client sees it: over HTTP/1.1 and over HTTP/2, dialled by address, relayed. */
class ConnectTunnelTest {
    private final Vertx vertx = Vertx.vertx();
    private final Promise<TunnelReport> report = Promise.promise();
    private final ServerSocket origin = bind();
    private int port;

    ConnectTunnelTest() throws IOException {}

    private static ServerSocket bind() throws IOException {
        ServerSocket server = new ServerSocket();
        server.bind(new InetSocketAddress(
                InetAddress.getLoopbackAddress(), ThreadLocalRandom.current().nextInt(20000, 30000)));
        return server;
    }

    /** The least of a forward proxy. */
    private final class Proxy extends AbstractVerticle {
        @Override
        public void start(Promise<Void> started) {
            Origins origins = new Origins(
                    vertx,
                    1,
                    new ExchangeLimits(8, 8, ByteSize.ofKiB(16)),
                    (address, port) -> false,
                    new TargetHealth(System::nanoTime),
                    OriginMetrics.NONE,
                    List.of());
            Tunnels<String> tunnels = new Tunnels<>(vertx, 8);
            vertx.createHttpServer()
                    .requestHandler(request -> connect(request, origins, tunnels))
                    .listen(port, "127.0.0.1")
                    .<Void>mapEmpty()
                    .onComplete(started);
        }

        private void connect(HttpServerRequest request, Origins origins, Tunnels<String> tunnels) {
            request.pause();
            Destination.Dialled there = new Destination.Dialled(
                    "https", "origin.test", origin.getLocalPort(), List.of(InetAddress.getLoopbackAddress()));
            origins.dial(there, Duration.ofSeconds(5))
                    .compose(dialled -> request.toNetSocket()
                            .map(NetSocket::pause)
                            .compose(client -> tunnels.relay(
                                    client,
                                    request.response(),
                                    dialled,
                                    Duration.ofSeconds(20),
                                    Duration.ofMinutes(1),
                                    "origin.test")))
                    .onComplete(report);
        }
    }

    @BeforeEach
    void start() throws Exception {
        try (ServerSocket free = bind()) {
            port = free.getLocalPort();
        }
        await(vertx.deployVerticle(new Proxy()));
    }

    @AfterEach
    void stop() throws Exception {
        origin.close();
        await(vertx.close());
    }

    private static <T> void await(Future<T> future) throws Exception {
        T unused = future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    /** Reads a question to its end, and answers it then. */
    private CompletableFuture<String> answering(String answer) {
        return CompletableFuture.supplyAsync(() -> {
            try (Socket peer = origin.accept()) {
                String question = new String(peer.getInputStream().readAllBytes(), US_ASCII);
                peer.getOutputStream().write(answer.getBytes(US_ASCII));
                return question;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void halfCloseSurvivesHttp1() throws Exception {
        CompletableFuture<String> question = answering("answer");
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.setSoTimeout(20_000);
            client.getOutputStream()
                    .write("CONNECT origin.test:443 HTTP/1.1\r\nHost: origin.test:443\r\n\r\n".getBytes(US_ASCII));
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) client.getInputStream().read());
            }
            assertThat(head.toString()).startsWith("HTTP/1.1 200");
            client.getOutputStream().write("question".getBytes(US_ASCII));
            client.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("answer");
        }
        assertThat(question.get(20, TimeUnit.SECONDS)).isEqualTo("question");
        await(report.future());
        assertThat(report.future().result().end()).isEqualTo(TunnelEnd.CLOSED);
        assertThat(report.future().result().bytesUp()).isEqualTo(8);
        assertThat(report.future().result().bytesDown()).isEqualTo(6);
    }

    @Test
    void halfCloseSurvivesHttp2() throws Exception {
        CompletableFuture<String> question = answering("answer");
        Promise<Void> end = Promise.promise();
        Buffer got = Buffer.buffer();
        await(vertx.createHttpClient(new HttpClientOptions()
                        .setProtocolVersion(HttpVersion.HTTP_2)
                        .setHttp2ClearTextUpgrade(false))
                .request(new RequestOptions()
                        .setMethod(HttpMethod.CONNECT)
                        .setHost("127.0.0.1")
                        .setPort(port))
                .compose(request -> request.connect())
                .compose(answer -> {
                    NetSocket socket = answer.netSocket();
                    socket.handler(got::appendBuffer);
                    socket.endHandler(end::tryComplete);
                    return socket.write("question").compose(sent -> socket.end());
                }));
        await(end.future());
        assertThat(got.toString()).isEqualTo("answer");
        assertThat(question.get(20, TimeUnit.SECONDS)).isEqualTo("question");
        await(report.future());
        assertThat(report.future().result().bytesUp()).isEqualTo(8);
        assertThat(report.future().result().bytesDown()).isEqualTo(6);
    }
}
