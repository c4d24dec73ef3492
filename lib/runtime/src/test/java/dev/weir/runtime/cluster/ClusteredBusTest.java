package dev.weir.runtime.cluster;

import static dev.weir.runtime.cluster.BusWords.NEWS;
import static dev.weir.runtime.cluster.BusWords.SHOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.runtime.cluster.BusWords.Words;
import dev.weir.runtime.config.ClusterConfig;
import dev.weir.runtime.metrics.Metrics;
import dev.weir.runtime.secrets.SecretsMaker;
import dev.weir.settings.HostPort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusteredBusTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @TempDir
    static Path directory;

    private static Vertx plain;
    private static final Metrics METRICS = new Metrics();
    private final List<ClusteredBus> open = new ArrayList<>();

    @BeforeAll
    static void secrets() throws IOException {
        plain = Vertx.vertx();
        for (String name : List.of("ours", "foreign")) {
            assertThat(SecretsMaker.fill(directory.resolve(name), new SecureRandom(), Instant.now()))
                    .isNotEmpty();
        }
    }

    @AfterEach
    void closeAll() throws Exception {
        for (ClusteredBus bus : open) {
            bus.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }

    @AfterAll
    static void closePlain() throws Exception {
        METRICS.close();
        plain.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static int freePort() {
        for (int i = 0; i < 100; i++) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    private static ClusterConfig config(int hazelcastPort, int member, String secrets) {
        boolean insecure = secrets.isEmpty();
        return new ClusterConfig(
                "127.0.0.1",
                Optional.empty(),
                freePort(),
                0,
                hazelcastPort,
                List.of(new HostPort("127.0.0.1", member)),
                Optional.empty(),
                directory.resolve(insecure ? "none" : secrets).resolve("bus"),
                insecure);
    }

    private ClusteredBus start(String name, boolean holdsData, ClusterConfig config) {
        ClusteredBus bus = ClusteredBus.start(plain, config, new ClusterIdentity(name, holdsData), new Metrics());
        open.add(bus);
        return bus;
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(25);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            LockSupport.parkNanos(20_000_000);
        }
    }

    private static String ask(ClusteredBus bus, String text) {
        try {
            return bus.request(SHOUT, new Words(text), SECOND)
                    .map(Words::text)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return cause instanceof BusException failure ? failure.kind().name() : cause.toString();
        }
    }

    private static Registration shout(ClusteredBus bus) {
        return bus.serve(
                SHOUT, words -> Future.succeededFuture(new Words(words.text().toUpperCase(Locale.ROOT))));
    }

    @Test
    void edgesJoinLateHealWhenTheDataMemberIsLostAndFindItAgain() throws Exception {
        int port = freePort();
        ClusterConfig data = config(port, port, "ours");
        ClusteredBus edge = start("edge-proxy", false, config(freePort(), port, "ours"));
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        Registration news = edge.subscribe(NEWS, words -> heard.add(words.text()));
        edge.publish(NEWS, new Words("alone"));
        assertThat(heard.poll(5, TimeUnit.SECONDS)).isEqualTo("alone");
        assertThat(ask(edge, "hey")).isEqualTo("NOT_JOINED");

        ClusteredBus service = start("cache-service", true, data);
        Registration served = shout(service);
        await("both joined", () -> edge.joined() && service.joined());
        await("answers", () -> ask(edge, "hey").equals("HEY"));
        service.publish(NEWS, new Words("hello"));
        assertThat(heard.poll(5, TimeUnit.SECONDS)).isEqualTo("hello");
        assertThatThrownBy(() -> edge.publish(NEWS, new Words("x".repeat(70_000))))
                .isInstanceOf(FrameTooLargeException.class);

        // The only one who holds data ends at once, as when it is killed.
        service.membership().orElseThrow().terminate();
        await("the edge has noticed", () -> !edge.joined());
        assertThat(ask(edge, "hey")).isEqualTo("NOT_JOINED");
        await("both are back", () -> ask(edge, "again").equals("AGAIN"));
        await("topics are back", () -> {
            service.publish(NEWS, new Words("back"));
            return "back".equals(heard.poll());
        });

        served.close();
        await("closed is closed", () -> ask(edge, "hey").equals("NO_HANDLERS"));
        news.close();
    }

    @Test
    void aForeignAuthoritysCertificateGetsNothing() throws Exception {
        int port = freePort();
        ClusteredBus service = start("cache-service", true, config(port, port, "ours"));
        Registration served = shout(service);
        ClusteredBus friend = start("edge-proxy-1", false, config(freePort(), port, "ours"));
        await("the friend gets answers", () -> ask(friend, "hey").equals("HEY"));
        ClusteredBus stranger = start("edge-proxy-2", false, config(freePort(), port, "foreign"));
        ClusteredBus plainText = start("edge-proxy-3", false, config(freePort(), port, ""));
        await(
                "they are in Hazelcast, which has no TLS",
                () -> service.membership().map(Joined::members).orElse(0) >= 3);
        for (int i = 0; i < 3; i++) {
            assertThat(ask(stranger, "hey")).isEqualTo("NOT_JOINED");
            assertThat(ask(plainText, "hey")).isEqualTo("NOT_JOINED");
            assertThat(ask(friend, "hey")).isEqualTo("HEY");
        }
        served.close();
    }

    @Test
    void missingCertificatesKeepAProcessOut() throws Exception {
        ClusterConfig config = config(freePort(), freePort(), "none");
        ClusteredBus bus = start("cache-service", true, config);
        assertThat(bus.joined()).isFalse();
        assertThat(ask(bus, "hey")).isEqualTo("NOT_JOINED");
    }

    @Test
    void goesWithoutTlsWhenToldSo() throws Exception {
        int port = freePort();
        ClusteredBus service = start("cache-service", true, config(port, port, ""));
        Registration served = shout(service);
        ClusteredBus edge = start("edge-proxy", false, config(freePort(), port, ""));
        await("answers", () -> ask(edge, "hey").equals("HEY"));
        Registration failing =
                service.serve(BusWords.BROKEN, words -> Future.failedFuture(new IllegalStateException("no")));
        await("the failure is told", () -> message(edge).equals("test.broken: no"));
        failing.close();
        served.close();
    }

    private static String message(ClusteredBus bus) {
        try {
            return bus.request(BusWords.BROKEN, new Words("x"), SECOND)
                    .map(Words::text)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            return String.valueOf(
                    e.getCause() == null ? e.getMessage() : e.getCause().getMessage());
        }
    }
}
