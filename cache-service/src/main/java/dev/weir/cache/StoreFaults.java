package dev.weir.cache;

import dev.weir.runtime.metrics.Count;
import dev.weir.runtime.metrics.Metrics;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** Counts the faults of a store, by kind. Thread-safe. */
final class StoreFaults {
    private final Map<StoreFault, Count> counts = new EnumMap<>(StoreFault.class);

    StoreFaults(Metrics metrics) {
        for (StoreFault fault : StoreFault.values()) {
            counts.put(
                    fault,
                    metrics.counter("cache.store.faults", "What went wrong in the store.", "kind", fault.word()));
        }
    }

    void count(StoreFault fault) {
        Objects.requireNonNull(counts.get(fault)).increment();
    }

    long of(StoreFault fault) {
        return Objects.requireNonNull(counts.get(fault)).sum();
    }
}
