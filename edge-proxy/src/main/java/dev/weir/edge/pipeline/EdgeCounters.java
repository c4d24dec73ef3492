package dev.weir.edge.pipeline;

import dev.weir.runtime.NodeCounters;
import dev.weir.runtime.metrics.Count;
import dev.weir.runtime.metrics.Latency;
import dev.weir.runtime.metrics.Metrics;
import java.util.concurrent.ConcurrentHashMap;

/** What an edge counts of its exchanges, once each, at their end. Thread-safe; one for all event loops. */
public final class EdgeCounters {
    private final Metrics metrics;
    private final Count requests;
    private final Count hits;
    private final Count lookups;
    private final Count denied;
    private final Count failed;
    private final Latency durations;
    private final ConcurrentHashMap<Labels, Series> series = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Count> unstored = new ConcurrentHashMap<>();

    private final ConcurrentHashMap<Ruled, Count> ruled = new ConcurrentHashMap<>();

    private record Ruled(String rule, String cache) {}

    private record Labels(String listener, int statusClass, String cache, String termination) {}

    private record Series(Count count, Latency duration) {}

    /** Over a process's meters; {@code status} is told the sums that the console shows. */
    public EdgeCounters(Metrics metrics, NodeCounters status) {
        this.metrics = metrics;
        this.requests = metrics.counter("edge.exchanges", "Exchanges ended.");
        this.hits = metrics.counter("edge.cache.hits", "Exchanges answered from what is stored.");
        this.lookups = metrics.counter("edge.cache.lookups", "Exchanges that could be answered from what is stored.");
        this.denied = metrics.counter("edge.denied", "Exchanges that a rule denied.");
        this.failed = metrics.counter("edge.failed", "Exchanges that ended in an error of ours, or broken.");
        this.durations =
                metrics.latency("edge.exchange.duration", "From the head of a request to the end of its answer.");
        status.number("latency-p50-us", () -> durations.quantileMicros(0.5));
        status.number("latency-p99-us", () -> durations.quantileMicros(0.99));
        status.number("requests", requests::sum);
        status.number("hits", hits::sum);
        status.number("lookups", lookups::sum);
        status.number("denied", denied::sum);
        status.number("failed", failed::sum);
    }

    void finished(Exchange exchange) {
        requests.increment();
        CacheOutcome cache = exchange.cache();
        if (cache.key() != null) {
            lookups.increment();
        }
        if (cache.isHit()) {
            hits.increment();
        } else if (cache.key() != null && !cache.reason().isEmpty()) {
            unstored.computeIfAbsent(cache.reason(), this::unstored).increment();
        }
        if (!cache.ruleName().isEmpty()) {
            ruled.computeIfAbsent(new Ruled(cache.ruleName(), cache.word().token()), this::ruled)
                    .increment();
        }
        switch (exchange.termination()) {
            case DENIED -> denied.increment();
            case FAILED, ORIGIN_BROKEN -> failed.increment();
            default -> {}
        }
        int status = exchange.isAnswered() ? exchange.answer().status() : 0;
        Labels labels = new Labels(
                exchange.listener().name(),
                status / 100,
                cache.word().token(),
                exchange.termination().word());
        Series each = series.computeIfAbsent(labels, this::series);
        each.count.increment();
        long nanos = exchange.elapsedNanos();
        each.duration.record(nanos);
        durations.record(nanos);
    }

    /** By the words of {@code Storability.Reason}, and a few of ours: never by what others write. */
    private Count unstored(String reason) {
        return metrics.counter("edge.cache.unstored", "Answers of origins that weren't stored.", "reason", reason);
    }

    /** By names that the configuration has. */
    private Count ruled(Ruled labels) {
        return metrics.counter(
                "edge.cache.rule.requests",
                "Requests that a rule of cache.rules held for.",
                "rule",
                labels.rule,
                "cache",
                labels.cache);
    }

    private Series series(Labels labels) {
        String code = labels.statusClass == 0 ? "none" : labels.statusClass + "xx";
        return new Series(
                metrics.counter(
                        "edge.requests",
                        "Requests, by how they ended.",
                        "listener",
                        labels.listener,
                        "code",
                        code,
                        "cache",
                        labels.cache,
                        "termination",
                        labels.termination),
                metrics.latency(
                        "edge.request.duration",
                        "From the head of a request to the end of its answer.",
                        "listener",
                        labels.listener,
                        "cache",
                        labels.cache));
    }
}
