package dev.weir.edge.cache;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.PurgeMarks;
import dev.weir.http.caching.PurgeScope;
import dev.weir.http.caching.PurgedMarks;
import java.time.InstantSource;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What this edge has purged lately, by any cause, so that a fill that began before is recognised at its end. Every
 * purge advances a local clock by one tick; a fill notes the tick it began at. Bounded: when more than {@code capacity}
 * purges are remembered the oldest are forgotten, and fills older than those are treated as purged. Purges that are not
 * of one URL ("wide") are remembered apart: by them also what is stored is judged. While purges are known to be missing
 * here, what began before that was known may have been purged. Thread-safe.
 */
final class RecentPurges {
    /** Of times in milliseconds: not at all. */
    static final long NEVER = Long.MAX_VALUE;

    /** Of times in milliseconds: nobody knows when. */
    static final long LONG_AGO = Long.MIN_VALUE;

    private record Purge(long tick, String url) {}

    private final int capacity;
    private final AtomicLong clock = new AtomicLong();
    private final AtomicLong remembered = new AtomicLong();
    private final PurgedMarks wide;

    /** The same for what has no head yet: what a wide purge could take whatever the head says. */
    private final PurgedMarks headless;

    private final ConcurrentMap<String, Long> lastOf = new ConcurrentHashMap<>();
    private final Queue<Purge> order = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    private volatile long missingSince = Long.MIN_VALUE;

    /** When wide soft purges were, in milliseconds, by their ticks. Written by those who note one, in turn. */
    private final ConcurrentNavigableMap<Long, Long> softened = new ConcurrentSkipListMap<>();

    private final AtomicInteger softenedSize = new AtomicInteger();
    private volatile long softenedForgotten = Long.MIN_VALUE;
    private final InstantSource now;

    RecentPurges(int capacity, InstantSource now) {
        this.capacity = capacity;
        this.now = now;
        this.wide = new PurgedMarks(capacity);
        this.headless = new PurgedMarks(capacity);
    }

    /** The tick of now. */
    long now() {
        return clock.get();
    }

    /** Notes that {@code url} was purged; returns the tick of it. */
    @CanIgnoreReturnValue
    long record(String url) {
        long tick = clock.incrementAndGet();
        lastOf.merge(url, tick, Math::max);
        order.add(new Purge(tick, url));
        if (size.incrementAndGet() > capacity) {
            forgetOldest();
        }
        return tick;
    }

    /** Notes a purge; returns the tick of it. */
    @CanIgnoreReturnValue
    long record(PurgeScope scope, boolean soft) {
        if (!scope.isWide()) {
            return record(scope.subject());
        }
        PurgeScope byUrl = byUrl(scope);
        // One inside the other, so that both know of them in the order of their ticks.
        return wide.note(scope, soft, () -> {
            long tick = headless.note(byUrl, false, clock::incrementAndGet);
            if (soft) {
                remember(tick);
            }
            return tick;
        });
    }

    private void remember(long tick) {
        softened.put(tick, now.millis());
        if (softenedSize.incrementAndGet() > capacity) {
            // Before it is gone: who doesn't find it sees this.
            softenedForgotten = softened.firstKey();
            softened.remove(softenedForgotten);
            softenedSize.decrementAndGet();
        }
    }

    /** When the first wide soft purge after {@code tick} was, in milliseconds, be it of what it may. */
    long softenedSince(long tick) {
        Map.Entry<Long, Long> first = softened.higherEntry(tick);
        return first == null || tick < softenedForgotten ? LONG_AGO : first.getValue();
    }

    /** Milliseconds of now. */
    long millis() {
        return now.millis();
    }

    /** The narrowest scope of URLs that holds all that a response may have which {@code scope} is of. */
    private static PurgeScope byUrl(PurgeScope scope) {
        return switch (scope.kind()) {
            case GROUP ->
                new PurgeScope(
                        PurgeScope.Kind.PREFIX,
                        scope.subject().substring(0, scope.subject().indexOf(' ')) + '/');
            case TAG -> PurgeScope.ALL;
            case URL, PREFIX, ALL -> scope;
        };
    }

    /** Some purge before this moment isn't noted, and nobody knows of what it is. */
    void missing() {
        missingSince = clock.incrementAndGet();
    }

    /** All are noted again. */
    void complete() {
        missingSince = Long.MIN_VALUE;
    }

    /** Whether a purge is known to be missing here that came after {@code tick}, or may have. */
    boolean isMissingSince(long tick) {
        return tick < missingSince;
    }

    /** Notes that everything was purged. */
    void recordAll() {
        record(PurgeScope.ALL, false);
    }

    /** Whether a response of {@code url} with these marks was purged, or may have been, after {@code tick}. */
    boolean purgedSince(String url, PurgeMarks marks, long tick) {
        return urlPurgedSince(url, tick) || wide.since(marks, tick) != PurgedMarks.Standing.GOOD;
    }

    /** Whether a response of {@code url} of which nothing else is known may have been purged after {@code tick}. */
    boolean purgedSince(String url, long tick) {
        return urlPurgedSince(url, tick)
                || (headless.newest() > tick
                        && headless.since(PurgeMarks.of(url, HeaderFields.empty()), tick) != PurgedMarks.Standing.GOOD);
    }

    /** The tick of the newest wide purge: nothing judged at it, or later, has to be judged again. */
    long newestWide() {
        return wide.newest();
    }

    /** What wide purges made of a response with these marks that was good at {@code tick}. */
    PurgedMarks.Standing since(PurgeMarks marks, long tick) {
        return wide.since(marks, tick);
    }

    /** Whether a wide purge after {@code tick}, and not after {@code most}, has taken such a response. */
    boolean purgedBetween(PurgeMarks marks, long tick, long most) {
        return wide.purgedBetween(marks, tick, most);
    }

    private boolean urlPurgedSince(String url, long tick) {
        return tick < remembered.get() || lastOf.getOrDefault(url, 0L) > tick;
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
