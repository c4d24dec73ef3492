package dev.weir.http.caching;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Which purges there were that are not of one URL: for each mark the number of its last. With it a stored response need
 * not be looked for when it is purged: it is judged when it is asked for, by the number up to which it was judged
 * before. Bounded: what is older than a purge that was forgotten counts as purged.
 *
 * <p>Thread-safe. Those who purge take turns, which is rare and short, so that no number is ever told before all lower
 * ones can be read; those who ask don't wait.
 */
public final class PurgedMarks {
    /** What became of a response. */
    public enum Standing {
        /** No purge was of it. */
        GOOD,
        /** A soft purge was: it must be confirmed. */
        SOFTENED,
        /** A purge was, or may have been. */
        PURGED
    }

    private record Purge(long number, long mark, boolean soft) {}

    private final int most;
    private final ConcurrentMap<Long, Long> hard = new ConcurrentHashMap<>();
    private final ConcurrentMap<Long, Long> soft = new ConcurrentHashMap<>();
    private final Deque<Purge> order = new ArrayDeque<>();
    private final ReentrantLock turns = new ReentrantLock();
    private volatile long hardFloor = Long.MIN_VALUE;
    private volatile long softFloor = Long.MIN_VALUE;
    private volatile long newest = Long.MIN_VALUE;

    /**
     * None yet.
     *
     * @param most how many purges are remembered
     */
    public PurgedMarks(int most) {
        this.most = most;
    }

    /**
     * Notes a purge and gives its number.
     *
     * @param scope of the purge; not a URL
     * @param numbers gives a higher one each time
     */
    public long note(PurgeScope scope, boolean softly, LongSupplier numbers) {
        turns.lock();
        try {
            long number = numbers.getAsLong();
            if (scope.kind() == PurgeScope.Kind.ALL) {
                raise(number, softly);
            } else {
                (softly ? soft : hard).put(scope.mark(), number);
                order.addLast(new Purge(number, scope.mark(), softly));
                if (order.size() > most) {
                    forget(order.removeFirst());
                }
            }
            newest = number;
            return number;
        } finally {
            turns.unlock();
        }
    }

    /** The number of the newest: nothing judged at it, or later, has to be judged again. */
    public long newest() {
        return newest;
    }

    /** What became of a response that has these marks and was good at {@code number}. */
    public Standing since(PurgeMarks marks, long number) {
        if (number >= newest) {
            return Standing.GOOD;
        }
        if (number < hardFloor) {
            return Standing.PURGED;
        }
        boolean softened = number < softFloor;
        for (int i = 0; i < marks.size(); i++) {
            if (hard.getOrDefault(marks.at(i), Long.MIN_VALUE) > number) {
                return Standing.PURGED;
            }
            softened |= soft.getOrDefault(marks.at(i), Long.MIN_VALUE) > number;
        }
        // Had one been forgotten while this was reading, the floor was raised before.
        return number < hardFloor
                ? Standing.PURGED
                : softened || number < softFloor ? Standing.SOFTENED : Standing.GOOD;
    }

    /** Whether a hard purge with a number above {@code number}, and none above {@code most}, was of such a response. */
    public boolean purgedBetween(PurgeMarks marks, long number, long most) {
        long floor = hardFloor;
        if (number < floor && floor <= most) {
            return true;
        }
        for (int i = 0; i < marks.size(); i++) {
            long last = hard.getOrDefault(marks.at(i), Long.MIN_VALUE);
            if (last > number && last <= most) {
                return true;
            }
        }
        return false;
    }

    private void forget(Purge oldest) {
        ConcurrentMap<Long, Long> last = oldest.soft() ? soft : hard;
        if (last.getOrDefault(oldest.mark(), Long.MIN_VALUE) == oldest.number()) {
            raise(oldest.number(), oldest.soft());
            last.remove(oldest.mark());
        }
    }

    private void raise(long number, boolean softly) {
        if (softly) {
            softFloor = number;
        } else {
            hardFloor = number;
        }
    }
}
