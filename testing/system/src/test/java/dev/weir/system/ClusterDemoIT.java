package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Two edges and every service as processes of their own, which are killed and stopped while clients go on asking. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ClusterDemoIT {
    private static final String OPEN = "rules: []\n";
    private static final String CLOSED = """
            rules:
              - { name: no-entry, when: { path: /closed/ }, then: deny }
            """;
    private static final Duration POLICY_ACTS = Duration.ofSeconds(5);
    private static final Duration LOG_COMPLETE = Duration.ofSeconds(60);
    private static final List<String> BEHIND_THE_EDGES =
            List.of("cache-service", "policy-service", "audit-service", "redis");

    private final Form form = Form.asked();
    private final Vertx vertx = Vertx.vertx();
    private final Client client = new Client(vertx);
    private final Path directory;
    private final Origin origin;
    private final ClusterDemo cluster;
    private final AtomicReference<Set<String>> failed = new AtomicReference<>(Set.of());

    @RegisterExtension
    private final Evidence evidence;

    ClusterDemoIT(@TempDir Path directory) throws Exception {
        this.directory = directory;
        origin = new Origin(vertx);
        long began = System.nanoTime();
        cluster = ClusterDemo.start(directory, origin.address().url(""), CLOSED);
        evidence = new Evidence(() -> cluster.evidence() + "\n" + recordsOfFailed());
        Form.figure("cluster: ready %d ms after its start", millisSince(began));
    }

    /** What the log knows of requests that their clients saw fail. */
    private String recordsOfFailed() {
        Set<String> ids = failed.getAndSet(Set.of());
        if (ids.isEmpty()) {
            return "";
        }
        try {
            return new AuditLog(cluster.state())
                    .records().stream()
                            .filter(entry -> ids.contains(entry.getString("client_request_id", "")))
                            .map(JsonObject::encode)
                            .collect(Collectors.joining("\n", "--- the log of " + ids + ":\n", ""));
        } catch (IOException | InterruptedException | AssertionError unreadable) {
            return "(the log: " + unreadable + ")";
        }
    }

    @AfterAll
    void endAll() {
        cluster.close();
        client.close();
        origin.close();
        var unusedClose = vertx.close();
    }

    @Test
    @Order(1)
    void everyPartIsAProcessOfItsOwn() {
        List<ClusterDemo.Member> members = cluster.members();
        assertThat(members.stream().map(ClusterDemo.Member::name))
                .contains("edge-proxy-1", "edge-proxy-2", "console", "redis")
                .containsAll(ClusterDemo.SERVICES);
        assertThat(members.stream().map(ClusterDemo.Member::pid)).doesNotHaveDuplicates();
        assertThat(members).allMatch(member -> ProcessHandle.of(member.pid()).isPresent());
        assertThat(cluster.edges()).hasSize(2);
    }

    @Test
    @Order(2)
    void oneFetchServesBothEdges() throws Exception {
        // The first entry may be on its way to the shared tier while the second edge asks: so not the first page.
        var unusedTime = Await.until("one fetch for two edges", Duration.ofSeconds(20), () -> {
            String path = "/cache/shared/" + System.nanoTime();
            Answer filled = client.get(cluster.edges().get(0), path);
            assertThat(filled.status()).isEqualTo(200);
            awaitStored(path);
            return origin.fetches(path) == 1;
        });
    }

    /** Until the other edge answers from the cache. */
    private void awaitStored(String path) {
        var unusedTime = Await.until("the other edge hits " + path, Duration.ofSeconds(2), () -> {
            Answer answer = client.get(cluster.edges().get(1), path);
            assertThat(answer.body()).isEqualTo(Bodies.of(path));
            return answer.isHit();
        });
    }

    @Test
    @Order(3)
    void policyChangeActsOnBothEdges() throws Exception {
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < form.policyChanges(); i++) {
            times.add(change(OPEN, 200));
            times.add(change(CLOSED, 403));
        }
        Form.figure(
                "cluster: a policy change acts on both edges after %d ms at the most (%d changes)",
                times.stream().mapToLong(time -> time).max().orElseThrow(), times.size());
    }

    private long change(String rules, int status) throws Exception {
        cluster.publish(rules);
        Duration took = Await.until("both edges answer " + status, POLICY_ACTS, () -> {
            for (Address edge : cluster.edges()) {
                if (client.get(edge, "/closed/door").status() != status) {
                    return false;
                }
            }
            return true;
        });
        return took.toMillis();
    }

    @Test
    @Order(4)
    void purgeReachesBothEdges() throws Exception {
        purgeReachesBothEdges("/cache/purged", "http://" + Client.SITE + "/cache/purged");
        purgeReachesBothEdges("/cache/below/purged", "--prefix", "http://" + Client.SITE + "/cache/below");
    }

    private void purgeReachesBothEdges(String path, String... what) throws Exception {
        for (Address edge : cluster.edges()) {
            var unusedTime = Await.until(
                    "stored at " + edge,
                    Duration.ofSeconds(5),
                    () -> client.get(edge, path).isHit());
        }
        int before = origin.fetches(path);
        List<String> command =
                new ArrayList<>(List.of("purge", "--state", cluster.state().toString()));
        command.addAll(List.of(what));
        WeirProcess.Ended ended = WeirProcess.run(directory, Duration.ofSeconds(30), command.toArray(String[]::new));
        assertThat(ended.exit()).as(ended.said()).isZero();
        for (Address edge : cluster.edges()) {
            var unusedTime = Await.until(
                    "gone from " + edge,
                    Duration.ofSeconds(5),
                    () -> origin.fetches(path) > before
                            || !client.get(edge, path).isHit());
        }
        assertThat(origin.fetches(path)).isGreaterThan(before);
    }

    @Test
    @Order(5)
    void noRequestFailsWhileServicesDieAndStop() throws Exception {
        Set<String> answered;
        try (Fleet fleet = new Fleet(vertx, "faults", cluster.edges(), form)) {
            fleet.awaitAnswers(form.requestsPerSecond());
            for (int round = 0; round < form.faultRounds(); round++) {
                for (String name : BEHIND_THE_EDGES) {
                    kill(name, fleet);
                }
                for (String name : BEHIND_THE_EDGES) {
                    stop(name, fleet);
                }
            }
            fleet.awaitAnswers(form.requestsPerSecond());
            failed.set(fleet.failed());
            Fleet.Report report = fleet.finish();
            Form.figure(
                    "faults: %d requests, %d answered, %d failed, slowest %d ms",
                    report.sent(),
                    report.answered().size(),
                    report.failures().size(),
                    report.slowest().toMillis());
            assertThat(report.kinds()).as("failed requests").isEmpty();
            assertThat(report.answered()).hasSize(report.sent());
            answered = report.answered();
        }
        List<JsonObject> records = new AuditLog(cluster.state()).awaitExactlyOnce(answered, LOG_COMPLETE);
        Form.figure("faults: %d answered ids, each once among %d records", answered.size(), records.size());
    }

    private void kill(String name, Fleet fleet) throws Exception {
        long pid = cluster.member(name).pid();
        Signal.KILL.to(pid);
        Duration took = cluster.awaitRestart(name, pid);
        Form.figure("faults: %s killed, told as ready again after %d ms", name, took.toMillis());
        failed.set(fleet.failed());
        assertThat(fleet.hasNoFailure())
                .as("requests answered when %s was killed", name)
                .isTrue();
    }

    private void stop(String name, Fleet fleet) throws Exception {
        ClusterDemo.Member member = cluster.member(name);
        Signal.STOP.to(member.pid());
        try {
            Await.holds("requests answered while " + name + " is stopped", form.stopped(), fleet::hasNoFailure);
        } finally {
            failed.set(fleet.failed());
            Signal.CONT.to(member.pid());
        }
        fleet.awaitAnswers(form.requestsPerSecond());
        assertThat(cluster.member(name).pid()).as("left alone").isEqualTo(member.pid());
    }

    @Test
    @Order(6)
    void coldEdgeForwardsNothing() throws Exception {
        ColdEdge cold = ColdEdge.beside(cluster.state());
        ClusterDemo.Member policy = cluster.member("policy-service");
        Signal.STOP.to(policy.pid());
        try (WeirProcess edge = cold.start()) {
            var unusedTime = Await.until(
                    "the cold edge answers",
                    Duration.ofSeconds(60),
                    () -> client.get(cold.reverse(), "/pass/cold").status() > 0);
            for (int i = 0; i < 20; i++) {
                Answer answer = client.get(cold.reverse(), "/pass/cold");
                assertThat(answer.status()).as(answer.text()).isEqualTo(503);
            }
            assertThat(AllInOne.status(cold.health(), "/readyz")).isEqualTo(503);
            assertThat(AllInOne.status(cold.health(), "/livez")).isEqualTo(200);
            assertThat(origin.fetches("/pass/cold")).as("forwarded").isZero();
            Signal.CONT.to(policy.pid());
            var unusedWarm = Await.until(
                    "the edge has its rules now\n" + edge.tail(),
                    Duration.ofSeconds(60),
                    () -> client.get(cold.reverse(), "/pass/warm").status() == 200
                            && AllInOne.status(cold.health(), "/readyz") == 200);
            assertThat(client.get(cold.reverse(), "/closed/door").status()).isEqualTo(403);
        } finally {
            Signal.CONT.to(policy.pid());
        }
    }

    @Test
    @Order(7)
    void edgeRestartedAloneServesByTheRevisionOnItsDisk() throws Exception {
        List<Long> stopped = new ArrayList<>();
        for (String name : BEHIND_THE_EDGES) {
            stopped.add(cluster.member(name).pid());
        }
        ClusterDemo.Member edge = cluster.member("edge-proxy-1");
        Address reverse = edge.reverse().orElseThrow();
        try {
            for (long pid : stopped) {
                Signal.STOP.to(pid);
            }
            Signal.KILL.to(edge.pid());
            Duration took = Await.until(
                    "the edge serves again",
                    Duration.ofSeconds(60),
                    () -> client.get(reverse, "/pass/alone").status() == 200);
            Form.figure("an edge killed while all services are stopped serves again after %d ms", took.toMillis());
            assertThat(client.get(reverse, "/closed/door").status()).isEqualTo(403);
        } finally {
            for (long pid : stopped) {
                Signal.CONT.to(pid);
            }
        }
        long continued = System.nanoTime();
        var unusedRecords = new AuditLog(cluster.state()).awaitRecords(LOG_COMPLETE);
        Form.figure("all services stopped together: the log answers again after %d ms", millisSince(continued));
        var unusedTime = cluster.awaitRestart("edge-proxy-1", edge.pid());
    }

    @Test
    @Order(8)
    void killedEdgeLosesNoRecordOfWhatItAnswered() throws Exception {
        ClusterDemo.Member edge = cluster.member("edge-proxy-2");
        Map<String, Long> kinds = new HashMap<>();
        Set<String> answered;
        try (Fleet fleet = new Fleet(vertx, "edge-killed", cluster.edges(), form)) {
            fleet.awaitAnswers(form.requestsPerSecond());
            Signal.KILL.to(edge.pid());
            var unusedTime = cluster.awaitRestart("edge-proxy-2", edge.pid());
            fleet.awaitAnswers(form.requestsPerSecond());
            Fleet.Report report = fleet.finish();
            answered = report.answered();
            kinds.putAll(report.kinds());
        }
        // Clients of the edge that died have seen it; nobody else has.
        assertThat(kinds.keySet())
                .allMatch(kind -> kind.startsWith(edge.reverse().orElseThrow() + ":"));
        List<JsonObject> records = new AuditLog(cluster.state()).awaitExactlyOnce(answered, LOG_COMPLETE);
        Form.figure("edge killed: %d answered ids, each once among %d records", answered.size(), records.size());
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void sigtermEndsAllStoppedOnesToo() throws Exception {
        List<Long> pids =
                cluster.members().stream().map(ClusterDemo.Member::pid).toList();
        Signal.STOP.to(cluster.member("audit-service").pid());
        long began = System.nanoTime();
        cluster.process().send(Signal.TERM);
        WeirProcess.Ended ended = cluster.process().awaitEnd(WeirProcess.TERMINATION);
        Form.figure("cluster: ended %d ms after SIGTERM", millisSince(began));
        assertThat(ended.exit()).isZero();
        assertThat(pids)
                .as("processes that are left")
                .noneMatch(pid ->
                        ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent());
    }

    private static long millisSince(long began) {
        return Duration.ofNanos(System.nanoTime() - began).toMillis();
    }
}
