package dev.weir.edge.cache;

import dev.weir.contracts.SequencePair;

/**
 * What a fetch from the origin needs to know to be stored at its end: made before the origin is asked. Requests for one
 * key that are under way together could share one, which is where collapsing will stand.
 *
 * @param token of the shared tier; 0 if it gave none
 * @param purges the newest purge the shared tier knew
 * @param tick of this edge's own {@link RecentPurges}
 */
public record Fill(long token, SequencePair purges, long tick) {}
