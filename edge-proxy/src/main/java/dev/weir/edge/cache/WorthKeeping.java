package dev.weir.edge.cache;

import dev.weir.http.caching.Directive;
import dev.weir.http.caching.Freshness;
import java.time.Duration;
import java.time.Instant;

/** For how long the shared tier should keep a response. */
final class WorthKeeping {
    /** What can be validated is worth a while longer: a 304 is cheaper than the body. */
    private static final long VALIDATABLE_SECONDS = Duration.ofHours(1).toSeconds();

    private static final long LONGEST_SECONDS = Duration.ofDays(365).toSeconds();

    private WorthKeeping() {}

    /** From {@code now}, in milliseconds; not positive if it isn't worth it. */
    static long millis(Freshness freshness, Instant now) {
        long stale = Math.max(
                freshness.directives().seconds(Directive.STALE_WHILE_REVALIDATE).orElse(0),
                freshness.directives().seconds(Directive.STALE_IF_ERROR).orElse(0));
        long after = Math.max(stale, freshness.validatable() ? VALIDATABLE_SECONDS : 0);
        long seconds = freshness.remainingSeconds(now) + Math.min(after, LONGEST_SECONDS);
        return Math.min(seconds, LONGEST_SECONDS) * 1000;
    }
}
