package dev.weir.runtime.config;

import dev.weir.http.caching.LifetimeRule;
import java.time.Duration;
import java.util.Optional;

/**
 * How long answers are fresh, from when they came; in whole seconds up to 365 d. Age still says how old they are.
 *
 * @param of this long, whatever the origin says; stands alone
 * @param absent this long where the origin says nothing
 * @param least no shorter than this, also where the origin says 0 or nothing
 * @param most no longer than this
 */
public record CacheLifetimeConfig(
        Optional<Duration> of, Optional<Duration> absent, Optional<Duration> least, Optional<Duration> most) {
    LifetimeRule rule() {
        return new LifetimeRule(seconds(of), seconds(absent), seconds(least), seconds(most));
    }

    private static long seconds(Optional<Duration> duration) {
        return duration.map(Duration::toSeconds).orElse(LifetimeRule.UNSAID);
    }
}
