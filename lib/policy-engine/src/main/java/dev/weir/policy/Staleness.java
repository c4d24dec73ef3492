package dev.weir.policy;

import dev.weir.settings.Word;
import java.time.Duration;

/**
 * What an edge does once it has not heard of a current revision for too long.
 *
 * @param onStale what it does then
 * @param maxAge how long after the last heartbeat that is
 */
public record Staleness(OnStale onStale, Duration maxAge) {
    /** {@code on-stale: enforce}, {@code max-stale: 24h}. */
    public static final Staleness STANDARD = new Staleness(OnStale.ENFORCE, Duration.ofHours(24));

    public Staleness {
        if (maxAge.isNegative() || maxAge.isZero()) {
            throw new IllegalArgumentException("maxAge: " + maxAge + " (expected: more than 0)");
        }
    }

    /** Whether a revision last confirmed {@code age} ago may still let requests pass. */
    public boolean permits(Duration age) {
        return onStale == OnStale.ENFORCE || age.compareTo(maxAge) <= 0;
    }

    /** The word behind {@code on-stale}. */
    public enum OnStale implements Word {
        /** The last revision goes on deciding. */
        ENFORCE("enforce"),
        /** Nothing passes. */
        DENY("deny");

        private final String word;

        OnStale(String word) {
            this.word = word;
        }

        @Override
        public String word() {
            return word;
        }
    }
}
