package dev.weir.cache;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts the faults of a store, by kind. Thread-safe. */
final class StoreFaults {
    private final Map<StoreFault, LongAdder> counts = new EnumMap<>(StoreFault.class);

    StoreFaults() {
        for (StoreFault fault : StoreFault.values()) {
            counts.put(fault, new LongAdder());
        }
    }

    void count(StoreFault fault) {
        counter(fault).increment();
    }

    long of(StoreFault fault) {
        return counter(fault).sum();
    }

    private LongAdder counter(StoreFault fault) {
        return counts.getOrDefault(fault, new LongAdder());
    }
}
