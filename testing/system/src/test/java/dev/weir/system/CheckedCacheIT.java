package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.system.CheckedConnection.Received;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many clients ask at random for a world of objects of every kind, over two zones, while objects change, purges come,
 * origins die in the middle of a body, clients leave, and Weir is restarted: no answer may be wrong, mixed, cut or staler
 * than is allowed, and none may fail but by the origin's fault. The same objects lie under the same URLs in both zones.
 */
final class CheckedCacheIT {
    private static final int THREADS = 24;
    private static final int ANSWERS_BETWEEN_PURGES = 100;
    private static final String SETTINGS = """
            forward: { ports: { plain: [1024-32767] }, destinations: { private: allow } }
            cache: { memory: 24MiB }
            drain: 5s
            """;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicLong answers = new AtomicLong();
    private final AtomicInteger purges = new AtomicInteger();
    private final List<String> failures = java.util.Collections.synchronizedList(new ArrayList<>());

    /** Held for reading while an exchange is under way, for writing while Weir is restarted. */
    private final ReadWriteLock up = new ReentrantReadWriteLock(true);

    private final CheckedOrigin near;
    private final CheckedOrigin far;
    private volatile AllInOne weir;

    /** How often it was started; changed only while nobody asks. */
    private final AtomicInteger launches = new AtomicInteger();

    @RegisterExtension
    private final Evidence evidence = new Evidence(() -> weir.process().tail());

    CheckedCacheIT(@TempDir Path directory) throws Exception {
        near = new CheckedOrigin("near", vertx);
        far = new CheckedOrigin("far", vertx);
        weir = AllInOne.start(directory, Map.of("/", near.address()), "rules: []\n", SETTINGS);
    }

    @AfterEach
    void end() {
        weir.close();
        near.close();
        far.close();
        var unusedClose = vertx.close();
    }

    @Test
    void noAnswerIsWrong() throws Exception {
        long wanted = Form.asked().checkedAnswers();
        int restarts = Form.asked().checkedRestarts();
        CheckedWorld world = new CheckedWorld(List.of(near, far));
        long began = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            threads.add(started("client " + i, () -> ask(world, number, wanted)));
        }
        threads.add(started("purger", () -> purge(world, wanted)));
        for (int i = 1; i <= restarts; i++) {
            long until = wanted * i / (restarts + 1);
            var unusedTime =
                    Await.until("answers before restart " + i, Duration.ofMinutes(30), () -> answers.get() >= until);
            restart();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        weir.close();
        tell(world, seconds, restarts);
        assertThat(world.faults()).isEmpty();
        assertThat(failures).isEmpty();
        assertThat(world.wrong()).isZero();
        assertThat(purges).hasPositiveValue();
        assertThat(near.broken() + far.broken()).isPositive();
        assertThat(near.confirmed() + far.confirmed()).isPositive();
        assertThat(near.parts() + far.parts()).isPositive();
        assertThat(near.requests() + far.requests()).isLessThan(answers.get());
        assertThat(weir.process().tail()).doesNotContain("LEAK");
    }

    private static Thread started(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.start();
        return thread;
    }

    private void restart() throws IOException {
        up.writeLock().lock();
        try {
            weir = weir.restarted();
            launches.incrementAndGet();
        } finally {
            up.writeLock().unlock();
        }
    }

    /** One client: half of what it asks for goes to the site, the other half forward, to another origin. */
    private void ask(CheckedWorld world, int number, long wanted) {
        SplittableRandom random = new SplittableRandom(number);
        Map<Boolean, CheckedConnection> kept = new TreeMap<>();
        Address web = weir.web();
        Address egress = weir.egress();
        int launch = launches.get();
        while (answers.getAndIncrement() < wanted && failures.size() < 20) {
            CheckedRequest request = CheckedRequest.drawn(random);
            boolean forward = random.nextBoolean();
            String path = request.object().path();
            up.readLock().lock();
            try {
                if (launch != launches.get()) {
                    launch = launches.get();
                    kept.values().forEach(CheckedCacheIT::close);
                    kept.clear();
                }
                CheckedConnection connection = kept.remove(forward);
                if (connection == null) {
                    connection = new CheckedConnection(forward ? egress : web);
                }
                long sent = System.nanoTime();
                connection.send(request.octets(
                        forward ? far.address().url(path) : path, far.address().toString()));
                Received answer = connection.receive(request.method(), request.leaves());
                long received = System.nanoTime();
                if (request.method().equals("POST") && answer.status() == 200) {
                    world.forbid(forward ? "far" : "near", request.object().number(), sent, received);
                }
                world.judge(forward ? "far" : "near", request, answer, sent);
                if (connection.lasts()) {
                    kept.put(forward, connection);
                } else {
                    connection.close();
                }
            } catch (IOException | RuntimeException e) {
                failures.add(request + ": " + e);
            } finally {
                up.readLock().unlock();
            }
        }
        kept.values().forEach(CheckedCacheIT::close);
    }

    private static void close(CheckedConnection connection) {
        try {
            connection.close();
        } catch (IOException gone) {
            // so it is
        }
    }

    /** Purges one URL after another, for both zones, and holds Weir to each receipt. */
    private void purge(CheckedWorld world, long wanted) {
        SplittableRandom random = new SplittableRandom(4711);
        HttpClient http = HttpClient.newHttpClient();
        long next = 0;
        while (answers.get() < wanted && failures.size() < 20) {
            if (answers.get() < next) {
                LockSupport.parkNanos(1_000_000);
                continue;
            }
            next = answers.get() + ANSWERS_BETWEEN_PURGES;
            int number = CheckedObject.drawn(random);
            up.readLock().lock();
            try {
                String token = Files.readString(weir.state().resolve("secrets/admin-token"))
                        .strip();
                String asked = "{\"url\": \""
                        + far.address().url(CheckedObject.of(number).path()) + "\"}";
                long decided = System.nanoTime();
                HttpResponse<String> receipt = http.send(
                        HttpRequest.newBuilder(URI.create(weir.admin().url("/api/v1/purge")))
                                .header("Authorization", "Bearer " + token)
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(asked))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                long holds = System.nanoTime();
                if (receipt.statusCode() != 200 || !receipt.body().contains("\"unreachable\":[]")) {
                    failures.add("purge: " + receipt.statusCode() + " " + receipt.body());
                }
                world.forbid("near", number, decided, holds);
                world.forbid("far", number, decided, holds);
                purges.incrementAndGet();
            } catch (IOException e) {
                failures.add("purge: " + e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } finally {
                up.readLock().unlock();
            }
        }
    }

    private void tell(CheckedWorld world, double seconds, int restarts) {
        long judged =
                world.outcomes().values().stream().mapToLong(AtomicLong::get).sum();
        Form.figure(
                "checked cache: %d answers judged in %.0f s (%.0f/s), %d wrong, %d failed; %d purges, %d restarts",
                judged, seconds, judged / seconds, world.wrong(), failures.size(), purges.get(), restarts);
        Form.figure(
                "checked cache: origins were asked %d times, confirmed %d, gave %d parts, died in the middle of %d",
                near.requests() + far.requests(),
                near.confirmed() + far.confirmed(),
                near.parts() + far.parts(),
                near.broken() + far.broken());
        Form.figure("checked cache: by status and way: %s", new TreeMap<>(world.outcomes()));
    }
}
