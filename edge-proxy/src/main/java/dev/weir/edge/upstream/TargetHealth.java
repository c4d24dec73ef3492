package dev.weir.edge.upstream;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * What the requests themselves tell about targets: {@value #TRIES} failed connections or broken answers in a row take a
 * target out for a while, but never the last one of an upstream. One for all event loops; a good answer of a target in
 * good standing costs one volatile read.
 */
public final class TargetHealth {
    /** Failures in a row that take a target out. */
    public static final int TRIES = 5;

    private static final Duration OUT = Duration.ofSeconds(10);

    private final ConcurrentMap<TargetSpec, Standing> records = new ConcurrentHashMap<>();
    private final LongSupplier nanoTime;

    /**
     * Nothing known yet.
     *
     * @param nanoTime a clock as {@link System#nanoTime} is one
     */
    public TargetHealth(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    private static final class Standing {
        private final AtomicInteger failuresInARow = new AtomicInteger();
        private volatile boolean out;
        private volatile long outUntil;
    }

    /** Whether requests should go to {@code target}. */
    public boolean isIn(TargetSpec target) {
        Standing known = records.get(target);
        return known == null || !isOut(known);
    }

    void succeeded(TargetSpec target) {
        Standing known = records.get(target);
        if (known != null && known.failuresInARow.get() != 0) {
            known.failuresInARow.set(0);
            known.out = false;
        }
    }

    /** Notes a failure; true if it takes the target out. {@code all} are the targets of its upstream. */
    boolean failed(TargetSpec target, List<TargetSpec> all) {
        Standing record = records.computeIfAbsent(target, unused -> new Standing());
        if (record.failuresInARow.incrementAndGet() < TRIES || isOut(record) || isLast(target, all)) {
            return false;
        }
        record.outUntil = nanoTime.getAsLong() + OUT.toNanos();
        record.out = true;
        return true;
    }

    /** Forgets targets that aren't configured any more. */
    void retain(List<TargetSpec> configured) {
        records.keySet().retainAll(configured);
    }

    private boolean isOut(Standing record) {
        return record.out && record.outUntil - nanoTime.getAsLong() > 0;
    }

    private boolean isLast(TargetSpec target, List<TargetSpec> all) {
        for (TargetSpec other : all) {
            if (!other.equals(target) && isIn(other)) {
                return false;
            }
        }
        return true;
    }
}
