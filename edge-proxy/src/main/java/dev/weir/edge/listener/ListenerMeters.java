package dev.weir.edge.listener;

import dev.weir.runtime.metrics.Count;
import dev.weir.runtime.metrics.Metrics;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;

/** What a listener counts. Thread-safe. */
final class ListenerMeters {
    private final Metrics metrics;
    private final String listener;
    private final Count opened;
    private final Count failed;
    private final Count slowReaders;
    private final Count empty;
    private final ConcurrentHashMap<String, Count> malformed = new ConcurrentHashMap<>();

    ListenerMeters(Metrics metrics, String listener) {
        this.metrics = metrics;
        this.listener = listener;
        opened = count("listener.connections.accepted", "Client connections accepted");
        failed = count("listener.connections.failed", "Client connections that failed, TLS handshakes included");
        slowReaders = count("listener.connections.slow", "Client connections closed because the client took nothing");
        empty = count("listener.connections.empty", "Connections of balancers that ended without an octet");
    }

    private Count count(String name, String help) {
        return metrics.counter(name, help, "listener", listener);
    }

    void openConnections(IntSupplier open) {
        metrics.gauge("listener.connections", "Client connections open", open::getAsInt, "listener", listener);
    }

    void connectionOpened() {
        opened.increment();
    }

    void connectionFailed() {
        failed.increment();
    }

    void connectionEmpty() {
        empty.increment();
    }

    void slowReader() {
        slowReaders.increment();
    }

    void connectionRefused(String limit) {
        metrics.counter(
                        "listener.connections.refused",
                        "Client connections closed at accept as there were too many",
                        "listener",
                        listener,
                        "limit",
                        limit)
                .increment();
    }

    void malformed(String reason) {
        malformed
                .computeIfAbsent(
                        reason,
                        r -> metrics.counter(
                                "malformed.requests",
                                "Requests refused for their form",
                                "listener",
                                listener,
                                "reason",
                                r))
                .increment();
    }

    void certificates(String outcome) {
        metrics.counter(
                        "listener.certificates",
                        "Changed certificate files taken over, or refused with the old ones kept",
                        "listener",
                        listener,
                        "outcome",
                        outcome)
                .increment();
    }
}
