package dev.weir.console;

import dev.weir.contracts.Addresses;
import dev.weir.contracts.cluster.NodeStatus;
import dev.weir.runtime.cluster.Bus;
import dev.weir.runtime.cluster.Registration;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The newest word of every process, and how long ago it came. Lives on the event loop that listens. A process that was
 * silent for an hour is forgotten; at most 1,000 are kept, the longest silent go first.
 */
final class NodeBoard {
    private static final Duration FORGOTTEN = Duration.ofHours(1);
    private static final long SILENT_MILLIS = 5_000;
    private static final int MOST = 1_000;

    /** Only edges say which revision they hold. */
    private static final String WORD_OF_EDGES = "policy.replica";

    /**
     * One process.
     *
     * @param status its newest word
     * @param silentMillis how long ago it came
     */
    record Node(NodeStatus status, long silentMillis) {
        /** Whether it can be counted on to be there. */
        boolean isThere() {
            return silentMillis < SILENT_MILLIS;
        }

        /** Its state in one word. */
        String state() {
            return isThere() ? status.state() : "silent";
        }
    }

    private record Heard(NodeStatus status, long atMillis) {}

    private final InstantSource clock;
    private final Map<String, Heard> heard = new TreeMap<>();

    NodeBoard(InstantSource clock) {
        this.clock = clock;
    }

    Registration listen(Bus bus) {
        return bus.subscribe(Addresses.NODE_STATUS, this::hear);
    }

    void hear(NodeStatus status) {
        long now = clock.millis();
        heard.put(status.name(), new Heard(status, now));
        heard.values().removeIf(old -> now - old.atMillis > FORGOTTEN.toMillis());
        if (heard.size() > MOST) {
            heard.entrySet().stream()
                    .min((a, b) -> Long.compare(a.getValue().atMillis, b.getValue().atMillis))
                    .map(Map.Entry::getKey)
                    .ifPresent(heard::remove);
        }
    }

    /** All processes, by name. */
    List<Node> nodes() {
        long now = clock.millis();
        return heard.values().stream()
                .map(each -> new Node(each.status, Math.max(0, now - each.atMillis)))
                .toList();
    }

    /** All processes that are edges, or have one among others. */
    List<Node> edges() {
        return nodes().stream()
                .filter(node -> node.status().words().containsKey(WORD_OF_EDGES))
                .toList();
    }

    /** The sum of a number over the edges that are there. */
    long edgeSum(String number) {
        return nodes().stream()
                .filter(Node::isThere)
                .mapToLong(node -> node.status().numbers().getOrDefault(number, 0L))
                .sum();
    }

    /** The greatest of a number over the processes that are there. */
    long edgeMax(String number) {
        return nodes().stream()
                .filter(Node::isThere)
                .mapToLong(node -> node.status().numbers().getOrDefault(number, 0L))
                .max()
                .orElse(0);
    }
}
