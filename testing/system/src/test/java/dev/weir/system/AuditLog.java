package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The log of a running Weir, as its own command line tells it. */
final class AuditLog {
    private final Path state;

    AuditLog(Path state) {
        this.state = state;
    }

    /** All records there are now. */
    List<JsonObject> records() throws IOException, InterruptedException {
        WeirProcess.Ended ended = WeirProcess.run(
                Checkout.root().resolve("target"),
                Duration.ofSeconds(60),
                "audit",
                "query",
                "--json",
                "--limit",
                "0",
                "--state",
                state.toString());
        assertThat(ended.exit())
                .as("audit query: %s", String.join("\n", ended.err()))
                .isZero();
        return ended.out().stream().map(JsonObject::new).toList();
    }

    /** All records, as soon as audit-service is there to tell them. */
    List<JsonObject> awaitRecords(Duration atMost) {
        List<JsonObject> records = new ArrayList<>();
        var unusedTime = Await.until("the log answers", atMost, () -> records.addAll(records()) || records.isEmpty());
        return records;
    }

    /** How often each client's id stands in records of exchanges. */
    static Map<String, Long> exchanges(List<JsonObject> records) {
        return records.stream()
                .filter(entry -> "exchange".equals(entry.getString("kind")))
                .map(entry -> entry.getString("client_request_id"))
                .filter(Objects::nonNull)
                .collect(Collectors.groupingBy(id -> id, Collectors.counting()));
    }

    /** Waits until all these ids have arrived; then each must be there exactly once, and under no other kind. */
    List<JsonObject> awaitExactlyOnce(Set<String> ids, Duration atMost) throws IOException, InterruptedException {
        long began = System.nanoTime();
        List<JsonObject> records = awaitRecords(atMost);
        while (!exchanges(records).keySet().containsAll(ids)) {
            if (System.nanoTime() - began > atMost.toNanos()) {
                Set<String> missing = new TreeSet<>(ids);
                missing.removeAll(exchanges(records).keySet());
                throw new AssertionError(
                        missing.size() + " of " + ids.size() + " answered ids are not in the log after "
                                + atMost.toSeconds() + " s (" + records.size() + " records): "
                                + missing.stream().limit(20).toList());
            }
            records = awaitRecords(atMost);
        }
        assertThat(exchanges(records).entrySet().stream()
                        .filter(entry -> entry.getValue() > 1)
                        .toList())
                .as("ids that stand in the log more than once")
                .isEmpty();
        assertThat(records.stream()
                        .filter(entry -> !"exchange".equals(entry.getString("kind")))
                        .filter(entry -> entry.getString("client_request_id") != null)
                        .toList())
                .as("records of another kind with a client's id")
                .isEmpty();
        return records;
    }
}
