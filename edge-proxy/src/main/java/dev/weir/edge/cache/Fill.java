package dev.weir.edge.cache;

import dev.weir.contracts.SequencePair;
import dev.weir.contracts.cache.Lease;
import org.jspecify.annotations.Nullable;

/**
 * What a fetch from the origin needs to know to be stored at its end: made before the origin is asked.
 *
 * @param token that the shared tier gave without a lease, which means nothing to it; 0 if it gave none
 * @param purges the newest purge the shared tier knew
 * @param tick of this edge's own {@link RecentPurges}
 * @param claim of the fetch, if it asks for all edges; what is in it may come later
 */
public record Fill(
        long token,
        SequencePair purges,
        long tick,
        @Nullable Claim claim) {
    Fill(long token, SequencePair purges, long tick) {
        this(token, purges, tick, null);
    }

    /** What it is stored under; of no token if there is none. */
    Lease lease() {
        return claim == null ? Lease.NONE : claim.lease();
    }
}
