package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Two edges, of which one asks the origin for both, as long as it lives. */
final class LeasesIT {
    private static final Pattern HEALTH = Pattern.compile("(?m)^health:.*:(\\d+)\"");
    private static final Duration SLACK = Duration.ofSeconds(20);

    /** For three seconds after its last word; the rest is for a busy machine. */
    private static final Duration LEASES_END = Duration.ofSeconds(8);

    private static final int LEASED = 16;

    private final Vertx vertx = Vertx.vertx();
    private final Client client = new Client(vertx, 200);
    private final Set<String> asked = ConcurrentHashMap.newKeySet();
    private final Queue<HttpServerRequest> held = new ConcurrentLinkedQueue<>();
    private final Queue<String> answers = new ConcurrentLinkedQueue<>();
    private final AtomicInteger paths = new AtomicInteger();
    private final AtomicInteger sent = new AtomicInteger();
    private final ClusterDemo cluster;

    @RegisterExtension
    private final Evidence evidence = new Evidence(() -> cluster().evidence());

    LeasesIT(@TempDir Path directory) throws Exception {
        HttpServer origin = vertx.createHttpServer()
                .requestHandler(this::answer)
                .listen(FreePorts.next(), "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
        cluster = ClusterDemo.start(
                directory, Address.loopback(origin.actualPort()).url(""), "rules: []\n");
    }

    private ClusterDemo cluster() {
        return cluster;
    }

    @AfterEach
    void end() {
        release();
        cluster.close();
        client.close();
        var unusedClose = vertx.close();
    }

    /** Who asks for something first waits until it is released. */
    private void answer(HttpServerRequest request) {
        if (asked.add(request.path())) {
            held.add(request);
        } else {
            send(request);
        }
    }

    private void send(HttpServerRequest request) {
        request.response()
                .putHeader("Cache-Control", "max-age=60")
                .end(request.path())
                .onFailure(gone -> answers.add("gone: " + request.path()));
    }

    private void release() {
        for (HttpServerRequest next = held.poll(); next != null; next = held.poll()) {
            HttpServerRequest released = next;
            vertx.runOnContext(go -> send(released));
        }
    }

    @Test
    void theSecondEdgeIsSentToTheFirstUntilThatDies() throws Exception {
        sentToWhoAsksAlready();
        Deque<String> leased = leased();
        Signal.KILL.to(cluster.member("edge-proxy-1").pid());
        double granted = number(event("lease", "granted"), 2);
        AtomicLong due = new AtomicLong(System.nanoTime());
        Duration took = Await.until("the leases of who was killed have ended", LEASES_END, () -> {
            if (System.nanoTime() - due.get() >= 0 && !leased.isEmpty()) {
                due.addAndGet(LEASES_END.toNanos() / LEASED);
                ask("edge-proxy-2", leased.remove());
            }
            return number(event("lease", "granted"), 2) > granted;
        });
        Form.figure("leases: %d ms after its holder was killed somebody else was given one", took.toMillis());
        release();
    }

    /** What the first edge asks the origin for under leases. */
    private Deque<String> leased() throws Exception {
        var unusedTime = Await.until("no lease", SLACK, () -> number(leases(), 1) == 0);
        Deque<String> leased = new ArrayDeque<>();
        var unusedLeases = Await.until("so many leases", Duration.ofSeconds(60), () -> {
            String path = nextPath();
            ask("edge-proxy-1", path);
            // One that took too long has none, or has it later.
            var unusedAsked = Await.until("the origin is asked", SLACK, () -> asked.contains(path));
            if (number(leases(), 1) > leased.size()) {
                leased.add(path);
            }
            return leased.size() == LEASED;
        });
        return leased;
    }

    /** A look-up that took too long sends nobody anywhere: so not the first page. */
    private void sentToWhoAsksAlready() throws Exception {
        double told = number(event("elsewhere", "told"), 2);
        var unusedTime = Await.until("the second edge is sent to the first", SLACK, () -> {
            double leases = number(leases(), 1);
            String path = nextPath();
            ask("edge-proxy-1", path);
            var unusedLease = Await.until("a lease", SLACK, () -> number(leases(), 1) > leases);
            ask("edge-proxy-2", path);
            var unusedAnswer = Await.until(
                    "an answer or word of who asks",
                    SLACK,
                    () -> answers.contains(path) || number(event("elsewhere", "told"), 2) > told);
            return number(event("elsewhere", "told"), 2) > told;
        });
        release();
        var unusedAnswers = Await.until("all answers", SLACK, () -> answers.size() == sent.get());
        assertThat(answers).allMatch(answer -> answer.startsWith("/held/"));
    }

    private String nextPath() {
        return "/held/" + paths.incrementAndGet();
    }

    private void ask(String edge, String path) {
        sent.incrementAndGet();
        var unusedAnswer = client.send(
                        cluster.member(edge).reverse().orElseThrow(), HttpMethod.GET, path, Map.of(), Buffer.buffer())
                .onSuccess(answer -> answers.add(answer.body().toString()))
                .onFailure(failed -> answers.add(edge + " " + path + ": " + failed));
    }

    private static String leases() {
        return "weir_edge_cache_leases ";
    }

    private static String event(String doing, String outcome) {
        return "weir_edge_cache_events_total{doing=\"" + doing + "\",outcome=\"" + outcome + "\"} ";
    }

    /** What an edge has counted. */
    private double number(String line, int edge) throws IOException {
        String yaml = Files.readString(cluster.state().resolve("weir-edge-proxy-" + edge + ".yaml"));
        Matcher health = HEALTH.matcher(yaml);
        assertThat(health.find()).as(yaml).isTrue();
        Address at = Address.loopback(Integer.parseInt(health.group(1)));
        try (InputStream metrics = URI.create(at.url("/metrics")).toURL().openStream()) {
            List<String> lines = new String(metrics.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(each -> each.startsWith(line))
                    .toList();
            return lines.stream()
                    .mapToDouble(each -> Double.parseDouble(each.substring(line.length())))
                    .sum();
        }
    }
}
