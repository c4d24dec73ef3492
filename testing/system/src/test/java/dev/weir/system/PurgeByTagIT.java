package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.system.CheckedConnection.Received;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many stored objects, each with one of many tags; then, while clients ask for all of them at random, objects of a tag
 * change at the origin and their tag is purged, one tag after another. Behind a receipt nobody gets what was purged, and
 * what was not purged is still answered without the origin.
 */
final class PurgeByTagIT {
    private static final int THREADS = 8;
    private static final int OBJECTS_OF_TAG = 100;
    private static final String SETTINGS = """
            cache: { memory: 512MiB, shared-memory: 32MiB }
            drain: 2s
            """;

    private final int objects = Form.asked().taggedObjects();
    private final int purges = Form.asked().tagPurges();
    private final int tags = objects / OBJECTS_OF_TAG;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicIntegerArray versions = new AtomicIntegerArray(objects);
    private final AtomicIntegerArray fetches = new AtomicIntegerArray(objects);

    /** By tag: since when nothing older may be seen. */
    private final AtomicIntegerArray purged = new AtomicIntegerArray(tags);

    private final ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();
    private final AtomicInteger answers = new AtomicInteger();
    private final AllInOne weir;

    @RegisterExtension
    private final Evidence evidence = new Evidence(() -> weir().process().tail());

    PurgeByTagIT(@TempDir Path directory) throws Exception {
        HttpServer origin = vertx.createHttpServer()
                .requestHandler(this::answer)
                .listen(FreePorts.next(), "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
        // Not with every buffer watched: that takes several KiB of heap for each stored object.
        weir = AllInOne.startWith(
                "", directory, Map.of("/", Address.loopback(origin.actualPort())), "rules: []\n", SETTINGS);
    }

    private AllInOne weir() {
        return weir;
    }

    @AfterEach
    void end() {
        weir.close();
        var unusedClose = vertx.close();
    }

    private void answer(HttpServerRequest request) {
        int object = Integer.parseInt(request.path().substring(3));
        fetches.incrementAndGet(object);
        request.response()
                .putHeader("Cache-Control", "max-age=86400")
                .putHeader("Surrogate-Key", "every tag-" + object % tags)
                .end(object + " " + versions.get(object) + " " + "x".repeat(200))
                .onFailure(gone -> faults.add("the origin could not answer: " + gone));
    }

    @Test
    void purgesAllThatIsTaggedAndNothingElse() throws Exception {
        inParallel(number -> {
            try (CheckedConnection connection = new CheckedConnection(weir.web())) {
                for (int object = number; object < objects; object += THREADS) {
                    ask(connection, object);
                }
            }
        });
        for (int object = 0; object < objects; object++) {
            assertThat(fetches.get(object)).as("fetches of %d", object).isEqualTo(1);
        }
        List<Long> micros = purgeWhileClientsAsk();
        AtomicInteger hits = new AtomicInteger();
        AtomicInteger others = new AtomicInteger();
        inParallel(number -> {
            try (CheckedConnection connection = new CheckedConnection(weir.web())) {
                for (int object = number; object < objects; object += THREADS) {
                    ask(connection, object);
                    if (object % tags >= purges) {
                        others.incrementAndGet();
                        hits.addAndGet(fetches.get(object) == 1 ? 1 : 0);
                    }
                }
            }
        });
        double share = 100.0 * hits.get() / others.get();
        micros.sort(null);
        Form.figure(
                "purge by tag: %d objects, %d purges of %d objects each: %d wrong of %d answers",
                objects, purges, OBJECTS_OF_TAG, faults.size(), answers.get());
        Form.figure(
                "purge by tag: %.3f %% of the %d objects not named never needed the origin again; a purge took %.1f ms"
                        + " (p50), %.1f ms at the most",
                share, others.get(), micros.get(micros.size() / 2) / 1000.0, micros.get(micros.size() - 1) / 1000.0);
        assertThat(faults).isEmpty();
        assertThat(share).isGreaterThanOrEqualTo(99.9);
        for (int object = 0; object < objects; object++) {
            if (object % tags < purges) {
                assertThat(fetches.get(object)).as("fetches of %d", object).isGreaterThan(1);
            }
        }
    }

    private List<Long> purgeWhileClientsAsk() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        List<Long> micros = new ArrayList<>();
        Thread purger = new Thread(
                () -> {
                    try {
                        purge(micros);
                    } catch (IOException | InterruptedException e) {
                        faults.add("purge: " + e);
                    } finally {
                        over.set(true);
                    }
                },
                "purger");
        purger.start();
        inParallel(number -> {
            SplittableRandom random = new SplittableRandom(number);
            try (CheckedConnection connection = new CheckedConnection(weir.web())) {
                while (!over.get() && faults.size() < 20) {
                    ask(connection, random.nextInt(objects));
                }
            }
        });
        purger.join(Duration.ofMinutes(10).toMillis());
        return micros;
    }

    private void purge(List<Long> micros) throws IOException, InterruptedException {
        HttpClient http = HttpClient.newHttpClient();
        String token =
                Files.readString(weir.state().resolve("secrets/admin-token")).strip();
        for (int tag = 0; tag < purges && faults.size() < 20; tag++) {
            for (int object = tag; object < objects; object += tags) {
                versions.incrementAndGet(object);
            }
            long began = System.nanoTime();
            HttpResponse<String> receipt = http.send(
                    HttpRequest.newBuilder(URI.create(weir.admin().url("/api/v1/purge")))
                            .header("Authorization", "Bearer " + token)
                            .POST(HttpRequest.BodyPublishers.ofString("{\"tag\": \"tag-" + tag + "\"}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            micros.add((System.nanoTime() - began) / 1000);
            if (receipt.statusCode() != 200 || !receipt.body().contains("\"unreachable\":[]")) {
                faults.add("purge: " + receipt.statusCode() + " " + receipt.body());
            }
            purged.set(tag, 1);
        }
    }

    /** One answer, held to what its tag has gone through before it was asked for. */
    private void ask(CheckedConnection connection, int object) throws IOException {
        int least = purged.get(object % tags);
        String request = "GET /o/" + object + " HTTP/1.1\r\nHost: site.test\r\n\r\n";
        connection.send(request.getBytes(StandardCharsets.US_ASCII));
        Received answer = connection.receive("GET", false);
        answers.incrementAndGet();
        String[] body = answer.body().toString(StandardCharsets.US_ASCII).split(" ", 3);
        boolean right = answer.status() == 200
                && answer.whole()
                && body.length == 3
                && body[0].equals(String.valueOf(object))
                && Integer.parseInt(body[1]) >= least;
        if (!right) {
            faults.add(object + ": " + answer.status() + " " + answer.body());
        }
    }

    /** What each of the clients does. */
    private interface Work {
        void run(int number) throws IOException;
    }

    private void inParallel(Work work) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            threads.add(new Thread(
                    () -> {
                        try {
                            work.run(number);
                        } catch (IOException e) {
                            faults.add("client " + number + ": " + e);
                        }
                    },
                    "client " + i));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
