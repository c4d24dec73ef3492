package dev.weir.edge.cache;

import dev.weir.runtime.metrics.Count;
import dev.weir.runtime.metrics.Metrics;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** The counts of {@link CacheCounter}. Thread-safe. */
final class CacheCounters {
    private final Map<CacheCounter, Count> counts = new EnumMap<>(CacheCounter.class);

    CacheCounters(Metrics metrics) {
        for (CacheCounter each : CacheCounter.values()) {
            Count count = metrics.counter(
                    "edge.cache.events",
                    "What the edge's cache did and what came of it.",
                    "doing",
                    each.doing(),
                    "outcome",
                    each.outcome());
            counts.put(each, count);
        }
    }

    void count(CacheCounter what) {
        counter(what).increment();
    }

    long of(CacheCounter what) {
        return counter(what).sum();
    }

    private Count counter(CacheCounter what) {
        return Objects.requireNonNull(counts.get(what));
    }
}
