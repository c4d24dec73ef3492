package dev.weir.edge.forward;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tunnels between real sockets: a blocking client, a blocking origin, and the relay between them. */
class TunnelsTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final NetClient dialler = vertx.createNetClient();
    private final Tunnels<String> tunnels = onLoop(() -> Future.succeededFuture(new Tunnels<>(vertx, 2)));
    private final ServerSocket entry = bind();
    private final ServerSocket exit = bind();

    TunnelsTest() throws Exception {}

    @AfterEach
    void stop() throws Exception {
        onLoop(() -> {
            tunnels.close();
            return Future.succeededFuture();
        });
        entry.close();
        exit.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static ServerSocket bind() throws IOException {
        while (true) {
            ServerSocket server = new ServerSocket();
            try {
                int port = ThreadLocalRandom.current().nextInt(20000, 30000);
                server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return server;
            } catch (BindException taken) {
                server.close();
            }
        }
    }

    @CanIgnoreReturnValue
    private <T> T onLoop(Supplier<Future<T>> work) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        context.runOnContext(go -> work.get().onComplete(result::complete, result::completeExceptionally));
        return result.get(20, TimeUnit.SECONDS);
    }

    /** Both ends, as their owners see them, and what becomes of the tunnel between. */
    private record Ends(Socket client, Socket origin, Future<TunnelReport> report) {
        TunnelReport awaitReport() throws Exception {
            return report.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }

    @CanIgnoreReturnValue
    private Ends open(Duration idle, Duration total, String subject) throws Exception {
        Promise<Future<TunnelReport>> begun = Promise.promise();
        context.runOnContext(go -> dialler.connect(entry.getLocalPort(), "127.0.0.1")
                .map(NetSocket::pause)
                .compose(client -> dialler.connect(exit.getLocalPort(), "127.0.0.1")
                        .map(NetSocket::pause)
                        .map(origin -> tunnels.relay(client, origin, idle, total, subject)))
                .onComplete(begun));
        Socket client = entry.accept();
        Socket origin = exit.accept();
        client.setSoTimeout(20_000);
        origin.setSoTimeout(20_000);
        Future<TunnelReport> report =
                begun.future().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        return new Ends(client, origin, report);
    }

    @Test
    void relaysBothWaysAndKeepsHalfClose() throws Exception {
        Ends ends = open(LONG, LONG, "a");
        ends.client.getOutputStream().write("question".getBytes(US_ASCII));
        ends.client.shutdownOutput();
        assertThat(ends.origin.getInputStream().readAllBytes()).asString().isEqualTo("question");
        // The client's direction is closed; the origin's is not.
        ends.origin.getOutputStream().write("a long answer".getBytes(US_ASCII));
        assertThat(ends.client.getInputStream().readNBytes(6)).asString().isEqualTo("a long");
        ends.origin.getOutputStream().write(", and more".getBytes(US_ASCII));
        ends.origin.shutdownOutput();
        assertThat(ends.client.getInputStream().readAllBytes()).asString().isEqualTo(" answer, and more");
        TunnelReport report = ends.awaitReport();
        assertThat(report.end()).isEqualTo(TunnelEnd.CLOSED);
        assertThat(report.bytesUp()).isEqualTo(8);
        assertThat(report.bytesDown()).isEqualTo(23);
        assertThat(onLoop(() -> Future.succeededFuture(tunnels.size()))).isZero();
    }

    @Test
    void theOriginMayCloseFirst() throws Exception {
        Ends ends = open(LONG, LONG, "a");
        ends.origin.getOutputStream().write("banner".getBytes(US_ASCII));
        ends.origin.shutdownOutput();
        assertThat(ends.client.getInputStream().readAllBytes()).asString().isEqualTo("banner");
        ends.client.getOutputStream().write("late".getBytes(US_ASCII));
        ends.client.close();
        assertThat(ends.origin.getInputStream().readAllBytes()).asString().isEqualTo("late");
        assertThat(ends.awaitReport().end()).isEqualTo(TunnelEnd.CLOSED);
    }

    @Test
    void relaysMuchUnharmedWithBothSidesBusy() throws Exception {
        Ends ends = open(LONG, LONG, "a");
        int octets = 24 << 20;
        CompletableFuture<Long> up = pump(ends.client.getOutputStream(), ends.origin.getInputStream(), octets, 1);
        CompletableFuture<Long> down = pump(ends.origin.getOutputStream(), ends.client.getInputStream(), octets, 2);
        assertThat(up.get(30, TimeUnit.SECONDS)).isEqualTo(octets);
        assertThat(down.get(30, TimeUnit.SECONDS)).isEqualTo(octets);
        ends.client.shutdownOutput();
        ends.origin.shutdownOutput();
        TunnelReport report = ends.awaitReport();
        assertThat(report.bytesUp()).isEqualTo(octets);
        assertThat(report.bytesDown()).isEqualTo(octets);
    }

    private static CompletableFuture<Long> pump(OutputStream out, InputStream in, int octets, long seed) {
        Thread writer = new Thread(() -> {
            Random random = new Random(seed);
            byte[] part = new byte[8192];
            try {
                for (int sent = 0; sent < octets; sent += part.length) {
                    random.nextBytes(part);
                    out.write(part);
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        writer.setDaemon(true);
        writer.start();
        return CompletableFuture.supplyAsync(() -> {
            Random random = new Random(seed);
            byte[] expected = new byte[8192];
            long right = 0;
            try {
                for (int read = 0; read < octets; read += expected.length) {
                    random.nextBytes(expected);
                    if (Arrays.equals(in.readNBytes(expected.length), expected)) {
                        right += expected.length;
                    }
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return right;
        });
    }

    @Test
    void aSideThatDoesNotReadStopsTheOther() throws Exception {
        Ends ends = open(Duration.ofMillis(700), LONG, "a");
        AtomicLong sent = new AtomicLong();
        Thread writer = new Thread(() -> {
            byte[] part = new byte[65536];
            try {
                while (true) {
                    ends.client.getOutputStream().write(part);
                    sent.addAndGet(part.length);
                }
            } catch (IOException cut) {
                // the idle time-out
            }
        });
        writer.setDaemon(true);
        writer.start();
        TunnelReport report = ends.awaitReport();
        assertThat(report.end()).isEqualTo(TunnelEnd.IDLE);
        assertThat(report.bytesUp()).isPositive().isLessThan(16 << 20);
        writer.join(10_000);
        assertThat(writer.isAlive()).isFalse();
    }

    @Test
    void idleAndOldTunnelsAreCut() throws Exception {
        Ends idle = open(Duration.ofMillis(150), LONG, "a");
        assertThat(idle.awaitReport().end()).isEqualTo(TunnelEnd.IDLE);
        assertThat(idle.client.getInputStream().read()).isEqualTo(-1);
        Ends old = open(LONG, Duration.ofMillis(150), "a");
        assertThat(old.awaitReport().end()).isEqualTo(TunnelEnd.TOTAL);
    }

    @Test
    void aHalfClosedTunnelIsCutWhenIdle() throws Exception {
        Ends ends = open(Duration.ofMillis(200), LONG, "a");
        ends.client.shutdownOutput();
        assertThat(ends.awaitReport().end()).isEqualTo(TunnelEnd.IDLE);
    }

    @Test
    void aBrokenSideBreaksTheOther() throws Exception {
        Ends ends = open(LONG, LONG, "a");
        ends.origin.getOutputStream().write("x".getBytes(US_ASCII));
        assertThat(ends.client.getInputStream().read()).isEqualTo('x');
        ends.client.setSoLinger(true, 0);
        ends.client.close();
        assertThat(ends.awaitReport().end()).isEqualTo(TunnelEnd.CLIENT_BROKE);
        assertThatThrownBy(() -> ends.origin.getInputStream().read()).isInstanceOf(SocketException.class);
    }

    @Test
    void aNewPolicyCutsWhatItForbids() throws Exception {
        Ends stays = open(LONG, LONG, "good.example");
        Ends goes = open(LONG, LONG, "bad.example");
        assertThat(onLoop(() -> Future.succeededFuture(tunnels.isFull()))).isTrue();
        int cut = onLoop(() -> Future.succeededFuture(tunnels.recheck(subject -> subject.startsWith("good"))));
        assertThat(cut).isEqualTo(1);
        assertThat(goes.awaitReport().end()).isEqualTo(TunnelEnd.POLICY);
        assertThat(goes.client.getInputStream().read()).isEqualTo(-1);
        assertThat(stays.report.isComplete()).isFalse();
        onLoop(() -> {
            tunnels.close();
            return Future.succeededFuture();
        });
        assertThat(stays.awaitReport().end()).isEqualTo(TunnelEnd.DRAIN);
    }

    @Test
    void noMoreThanTheBoundAreOpen() throws Exception {
        open(LONG, LONG, "1");
        open(LONG, LONG, "2");
        Ends third = open(LONG, LONG, "3");
        assertThatThrownBy(third::awaitReport).hasMessageContaining("2 tunnels are open");
        assertThat(third.client.getInputStream().read()).isEqualTo(-1);
        assertThat(third.origin.getInputStream().read()).isEqualTo(-1);
    }
}
