package dev.weir.runtime.metrics;

import java.util.concurrent.atomic.LongAdder;

/** A counter that only grows; cheap from many threads. */
public final class Count {
    private final LongAdder adder = new LongAdder();

    Count() {}

    /** One more. */
    public void increment() {
        adder.increment();
    }

    /** So many more. */
    public void add(long count) {
        adder.add(count);
    }

    /** How many so far. */
    public long sum() {
        return adder.sum();
    }
}
