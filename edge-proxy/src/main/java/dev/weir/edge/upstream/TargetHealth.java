package dev.weir.edge.upstream;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * What the requests themselves tell about targets: failed connections or broken answers in a row take a target out
 * for a while, but never the last one of an upstream. One for all event loops; a good answer of a target in
 * good standing costs one volatile read.
 */
public final class TargetHealth {
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

    /** Notes a failure of a target of {@code upstream}; true if it takes the target out. */
    boolean failed(TargetSpec target, UpstreamSpec upstream) {
        Standing record = records.computeIfAbsent(target, unused -> new Standing());
        if (record.failuresInARow.incrementAndGet() < upstream.health().failures()
                || isOut(record)
                || isLast(target, upstream.targets())) {
            return false;
        }
        record.outUntil = nanoTime.getAsLong() + upstream.health().out().toNanos();
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
