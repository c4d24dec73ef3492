package dev.weir.runtime.channel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.weir.runtime.config.ClusterConfig;
import dev.weir.runtime.metrics.Metrics;
import dev.weir.runtime.secrets.SecretsMaker;
import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Processes with a channel, on real sockets and a clock that tests may push on. */
class ChannelRig {
    @TempDir
    static Path directory;

    final List<Vertx> opened = new ArrayList<>();
    final List<Metrics> meters = new ArrayList<>();
    final AtomicLong jumped = new AtomicLong();
    /** A machine may be busy; nobody is waited for where that is what is tried. */
    Duration within = Duration.ofSeconds(15);

    /** The channel's clock goes so many times slower, where silence isn't what is tried. */
    int slower = 20;

    final Queue<Outgoing> held = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void secrets() throws IOException {
        for (String authority : List.of("ours", "foreign")) {
            assertThat(SecretsMaker.fill(directory.resolve(authority), new SecureRandom(), Instant.now()))
                    .isNotNull();
        }
    }

    @AfterEach
    void close() throws Exception {
        for (Vertx vertx : opened) {
            var unused = vertx.close().await(20, TimeUnit.SECONDS);
        }
        meters.forEach(Metrics::close);
    }

    Vertx vertx() {
        Vertx made = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
        opened.add(made);
        return made;
    }

    /** A process of the cluster; of an insecure one if no authority is named. */
    BodyChannel peer(Vertx vertx, String authority) throws Exception {
        ClusterConfig config = new ClusterConfig(
                "127.0.0.1",
                Optional.empty(),
                0,
                0,
                0,
                List.of(),
                Optional.empty(),
                directory.resolve(authority).resolve("bus"),
                authority.isEmpty());
        Metrics metrics = new Metrics();
        meters.add(metrics);
        return BodyChannel.open(
                        vertx,
                        config,
                        () -> Optional.of("127.0.0.1"),
                        metrics,
                        () -> System.nanoTime() / slower + jumped.get(),
                        within)
                .await(20, TimeUnit.SECONDS);
    }

    BodyChannel peer(String authority) throws Exception {
        return peer(vertx(), authority);
    }

    static String address(BodyChannel of) {
        return of.address().orElseThrow();
    }

    Heard ask(BodyChannel from, String address, String path) {
        return ask(vertx -> vertx.getOrCreateContext(), from, address, path);
    }

    Heard ask(Function<Vertx, Context> on, BodyChannel from, String address, String path) {
        Heard heard = new Heard();
        on.apply(parts(from).vertx()).runOnContext(here -> heard.stream = from.ask(address, path, heard));
        return heard;
    }

    static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            LockSupport.parkNanos(2_000_000);
        }
    }

    static BodyChannel.Parts parts(BodyChannel of) {
        return of.parts().orElseThrow();
    }

    /** Under way, served and read. */
    static int streams(BodyChannel of) {
        return parts(of).meters().served.get() + parts(of).meters().read.get();
    }

    static long received(BodyChannel by) {
        return parts(by).meters().receivedOctets.sum();
    }

    static long lost(BodyChannel by, Loss why) {
        return parts(by).meters().losses(why);
    }

    /** Sends as much as there is room for, whenever there is. */
    static final class Flood {
        final AtomicLong sent = new AtomicLong();
        private final Outgoing to;
        private final long all;

        Flood(Outgoing to, long all) {
            this.to = to;
            this.all = all;
        }

        void goOn() {
            while (!to.isFull() && sent.get() < all) {
                int octets = (int) Math.min(FrameKind.PIECE.most(), all - sent.get());
                var piece = PooledByteBufAllocator.DEFAULT.directBuffer(octets);
                byte[] content = new byte[octets];
                for (int i = 0; i < octets; i++) {
                    content[i] = (byte) ((sent.get() + i) % 251);
                }
                piece.writeBytes(content);
                to.sendPiece(piece);
                sent.addAndGet(octets);
            }
            if (sent.get() == all && !to.isOver()) {
                to.send(FrameKind.END, Buffer.buffer());
                to.end();
            }
        }
    }

    @CanIgnoreReturnValue
    static Flood[] floods(BodyChannel by, long all) {
        Flood[] made = new Flood[1];
        by.serve("flood", (name, stream) -> {
            Flood flood = new Flood(stream, all);
            made[0] = flood;
            stream.whenRoom(flood::goOn);
            flood.goOn();
        });
        return made;
    }

    static void assertIntact(Buffer pieces, int length) {
        assertThat(pieces.length()).isEqualTo(length);
        for (int i = 0; i < length; i++) {
            if (pieces.getByte(i) != (byte) (i % 251)) {
                assertThat(pieces.getByte(i)).as("octet " + i).isEqualTo((byte) (i % 251));
            }
        }
    }

    static Context from(BodyChannel of) {
        return parts(of).vertx().getOrCreateContext();
    }

    static void resume(Heard heard) {
        Incoming stream = heard.stream;
        if (stream != null) {
            stream.resume();
        }
    }

    void on(BodyChannel of, Consumer<Outgoing> what) {
        until("asked", () -> !held.isEmpty());
        Outgoing stream = held.remove();
        parts(of).context().runOnContext(there -> what.accept(stream));
    }
}
