package dev.weir.edge.cache;

import dev.weir.contracts.SequencePair;
import dev.weir.contracts.cache.ScopeNotice;
import dev.weir.http.caching.ScopeMarks;
import java.util.List;

/**
 * How many responses each of some purges has met: those that were stored before it, and each of them once, by the first
 * hard purge that took it. Soft ones count what they have made stale, whatever takes it later. Confined to one thread.
 */
final class PurgeTally {
    private final List<Noted> purges;
    private final ScopeMarks scopes;
    private final RecentPurges recent;
    private final long[] met;

    /**
     * A purge.
     *
     * @param notice that told of it
     * @param tick of {@link RecentPurges} that it was noted with
     */
    record Noted(ScopeNotice notice, long tick) {
        SequencePair pair() {
            return notice.pair();
        }
    }

    /** Of no response yet; {@code purges} in the order of their ticks. */
    PurgeTally(List<Noted> purges, RecentPurges recent) {
        this.purges = List.copyOf(purges);
        this.scopes =
                ScopeMarks.of(purges.stream().map(each -> each.notice().scope()).toList());
        this.recent = recent;
        this.met = new long[purges.size()];
    }

    /** Whether any of the purges was of a response. */
    boolean meets(StoredResponse response) {
        for (int i = 0; i < met.length; i++) {
            if (meets(i, response)) {
                return true;
            }
        }
        return false;
    }

    /** Counts a response. */
    void count(StoredResponse response) {
        for (int i = 0; i < met.length; i++) {
            if (meets(i, response)) {
                Noted purge = purges.get(i);
                if (recent.purgedBetween(response.marks, response.tick, purge.tick() - 1)) {
                    // By one that isn't among these.
                    return;
                }
                met[i]++;
                if (!purge.notice().soft()) {
                    return;
                }
            }
        }
    }

    /** The purges. */
    List<Noted> purges() {
        return purges;
    }

    /** How many the purge at {@code index} has met. */
    long met(int index) {
        return met[index];
    }

    private boolean meets(int index, StoredResponse response) {
        return response.tick < purges.get(index).tick() && scopes.meets(index, response.url, response.marks);
    }
}
