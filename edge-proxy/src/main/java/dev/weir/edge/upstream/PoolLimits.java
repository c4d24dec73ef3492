package dev.weir.edge.upstream;

import dev.weir.runtime.config.ExchangeLimits;

/**
 * What one event loop may use of a target.
 *
 * @param connections open at once
 * @param waiting requests that wait for one; the next one fails at once
 * @param headBytes of the field section of an answer, and of its trailers
 */
record PoolLimits(int connections, int waiting, int headBytes) {
    /** One loop's part of what all {@code loops} may use together, never less than one connection. */
    static PoolLimits share(ExchangeLimits all, int loops) {
        return new PoolLimits(
                Math.max(1, all.connections() / loops),
                (all.waiting() + loops - 1) / loops,
                all.head().toInt());
    }
}
