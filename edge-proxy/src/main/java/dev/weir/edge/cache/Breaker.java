package dev.weir.edge.cache;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stops asking somebody who does not answer. Opens after some failures in a row; while open lets one request through
 * now and then as a probe, whose success closes it. Time is {@link System#nanoTime}. Thread-safe.
 */
final class Breaker {
    private final int mostFailures;
    private final long probeEveryNanos;
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicLong nextProbeNanos = new AtomicLong();
    private volatile boolean open;

    Breaker(int mostFailures, Duration probeEvery) {
        this.mostFailures = mostFailures;
        this.probeEveryNanos = probeEvery.toNanos();
    }

    /** Whether to ask; if so, say afterwards how it went. */
    boolean allows(long nowNanos) {
        if (!open) {
            return true;
        }
        long due = nextProbeNanos.get();
        return nowNanos - due >= 0 && nextProbeNanos.compareAndSet(due, nowNanos + probeEveryNanos);
    }

    void succeeded() {
        if (failures.get() != 0) {
            failures.set(0);
        }
        if (open) {
            open = false;
        }
    }

    void failed(long nowNanos) {
        if (failures.incrementAndGet() >= mostFailures && !open) {
            nextProbeNanos.set(nowNanos + probeEveryNanos);
            open = true;
        }
    }

    boolean isOpen() {
        return open;
    }
}
