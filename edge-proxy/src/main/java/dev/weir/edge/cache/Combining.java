package dev.weir.edge.cache;

import dev.weir.http.HeaderFields;
import dev.weir.http.caching.CacheKey;
import dev.weir.http.caching.CacheRule;
import dev.weir.http.caching.PartialContent;
import dev.weir.http.caching.PurgeMarks;
import dev.weir.http.caching.StoredHead;
import dev.weir.http.caching.Vary;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Octets of a part, or nothing but a newer head, on their way to what is stored of the same representation (RFC 9111 §3.4). */
final class Combining {
    final CacheKey key;
    final String url;
    final Vary vary;
    final String variant;
    final PurgeMarks marks;
    final long tick;
    private final Recording.Draft draft;
    private final PartialContent.Part part;
    private final long first;
    private final List<Slice> slices;
    private final int most;
    private final BodyMemory memory;
    private final CacheRule rule;

    /**
     * What is to be stored now.
     *
     * @param put what became of it
     * @param response in the place of what was there; null if nothing is to be stored
     */
    record Made(L1.Put put, @Nullable StoredResponse response) {
        static Made nothing(L1.Put put) {
            return new Made(put, null);
        }
    }

    /**
     * Of some octets.
     *
     * @param first position of the octets
     * @param slices where they are; the caller goes on holding them
     * @param most what is held of one representation may weigh
     */
    Combining(
            Recording.Draft draft,
            PartialContent.Part part,
            long first,
            List<Slice> slices,
            int most,
            BodyMemory memory,
            CacheRule rule) {
        this.draft = draft;
        this.part = part;
        this.first = first;
        this.slices = slices;
        this.most = most;
        this.memory = memory;
        this.rule = rule;
        this.key = draft.key();
        this.url = key.uri();
        this.vary = rule.vary(part.head().fields());
        this.variant = vary.variant(draft.request());
        this.marks = PurgeMarks.of(url, part.head().fields());
        this.tick = draft.fill().tick();
    }

    /**
     * With what is stored for the same requests and wasn't purged. The hold on a new body passes to the receiver.
     *
     * @throws OutOfMemoryError if there is no memory for it; then nothing was changed
     */
    Made onto(@Nullable StoredResponse old, Instant now) {
        if (old == null) {
            return begun();
        }
        return switch (part.with(old.head, old.body.length())) {
            case CONTRADICTS -> Made.nothing(L1.Put.CONTRADICTED);
            case REPLACES -> slices.isEmpty() || outranks(old, now) ? Made.nothing(L1.Put.OUTRANKED) : begun();
            case COMBINES -> old.body instanceof SparseBody held ? added(old, held) : Made.nothing(L1.Put.WHOLE);
        };
    }

    /** A whole one that is fresh stays, and so does what came later than this. */
    private boolean outranks(StoredResponse old, Instant now) {
        boolean later = old.head.responseTime().isAfter(part.head().responseTime());
        return old.isFresh(now) && old.isSuccess() && (later || old.body instanceof StoredBody);
    }

    private Made begun() {
        return part.mayBegin() && !slices.isEmpty()
                ? made(SparseBody.empty(part.completeLength()), part.head(), false)
                : Made.nothing(L1.Put.ALONE);
    }

    private Made added(StoredResponse old, SparseBody held) {
        StoredHead mine = part.head();
        boolean older = old.head.responseTime().isAfter(mine.responseTime());
        boolean confirms = tick > old.tick || mine.responseTime().isAfter(old.head.responseTime());
        return made(held, older ? old.head : part.updating(old.head), old.isStale() && !confirms);
    }

    private Made made(SparseBody held, StoredHead head, boolean stale) {
        SparseBody more = memory.with(held, first, slices, most);
        boolean given = false;
        try {
            Made made = new Made(
                    L1.Put.STORED,
                    new StoredResponse(key, draft.request(), head, HeaderFields.empty(), more, tick, rule, stale));
            given = true;
            return made;
        } finally {
            if (!given) {
                more.release();
            }
        }
    }
}
