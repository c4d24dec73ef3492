package dev.weir.edge.cache;

import java.time.Duration;
import java.time.Instant;

/**
 * For how long the readers of a body have waited for slower ones. Time without waiting makes up for as much with it, so
 * that who is slower for a moment only, or no slower than half of what the others would be, is nobody's burden. Confined to
 * the event loop of the fetch's leader.
 */
final class HeldUp {
    static final Duration MOST = Duration.ofSeconds(1);

    /** What counts between two looks: a clock that is set, or an event loop that stands still, is no reader's fault. */
    static final Duration MOST_AT_A_TIME = Duration.ofMillis(500);

    private Duration waited = Duration.ZERO;
    private Instant looked = Instant.MIN;
    private boolean waiting;

    /**
     * Whether it has been too long; then it begins anew.
     *
     * @param others whether they wait from now on
     */
    boolean isTooLong(boolean others, Instant now) {
        if (looked.equals(Instant.MIN)) {
            looked = now;
        }
        Duration since = Duration.between(looked, now);
        looked = now;
        if (since.isNegative()) {
            since = Duration.ZERO;
        }
        if (waiting) {
            waited = waited.plus(min(since, MOST_AT_A_TIME));
        } else {
            waited = waited.minus(min(since, waited));
        }
        waiting = others;
        boolean tooLong = others && waited.compareTo(MOST) >= 0;
        if (tooLong) {
            waited = Duration.ZERO;
        }
        return tooLong;
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
