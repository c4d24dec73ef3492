package dev.weir.edge.cache;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What this edge has purged lately, by any cause, so that a fill that began before is recognised at its end. Every
 * purge advances a local clock by one tick; a fill notes the tick it began at. Bounded: when more than {@code capacity}
 * purges are remembered the oldest are forgotten, and fills older than those are treated as purged. Thread-safe.
 */
final class RecentPurges {
    private record Purge(long tick, String url) {}

    private final int capacity;
    private final AtomicLong clock = new AtomicLong();
    private final AtomicLong remembered = new AtomicLong();
    private final AtomicLong cleared = new AtomicLong();
    private final ConcurrentMap<String, Long> lastOf = new ConcurrentHashMap<>();
    private final Queue<Purge> order = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();

    RecentPurges(int capacity) {
        this.capacity = capacity;
    }

    /** The tick of now. */
    long now() {
        return clock.get();
    }

    /** Notes that {@code url} was purged. */
    void record(String url) {
        long tick = clock.incrementAndGet();
        lastOf.merge(url, tick, Math::max);
        order.add(new Purge(tick, url));
        if (size.incrementAndGet() > capacity) {
            forgetOldest();
        }
    }

    /** Notes that everything was purged. */
    void recordAll() {
        raise(cleared, clock.incrementAndGet());
    }

    /** Whether {@code url} was purged, or may have been, after {@code tick}. */
    boolean purgedSince(String url, long tick) {
        return tick < remembered.get() || clearedSince(tick) || lastOf.getOrDefault(url, 0L) > tick;
    }

    /** Whether everything was purged after {@code tick}. */
    boolean clearedSince(long tick) {
        return tick < cleared.get();
    }

    private void forgetOldest() {
        Purge oldest = order.poll();
        if (oldest != null) {
            size.decrementAndGet();
            raise(remembered, oldest.tick());
            lastOf.remove(oldest.url(), oldest.tick());
        }
    }

    @CanIgnoreReturnValue
    private static long raise(AtomicLong mark, long tick) {
        return mark.accumulateAndGet(tick, Math::max);
    }
}
