package dev.weir.edge.cache;

import dev.weir.http.caching.PartialContent;
import java.util.ArrayList;
import java.util.List;

/**
 * Stores the octets of a part while they come, some slices at a time, or all at its end where only the end tells how many
 * there are. Confined to the event loop of the fetch's leader.
 */
final class StoringPart {
    /** Slices that are stored together. */
    private static final int MOST_AT_ONCE = 16;

    /** Parts up to this length are taken as fast as they come, for all who ask for the same; longer ones at their client's pace. */
    private static final long SHORT = 4 * 1024 * 1024;

    private final Storing storing;
    private final Recording.Draft draft;
    private final PartialContent.Part part;
    private final boolean asItComes;
    private final int most;
    private final int atOnce;
    private final List<Slice> waiting = new ArrayList<>();
    private long position;
    private boolean begun;
    private boolean over;

    /**
     * Of a part of which nothing has come.
     *
     * @param asItComes whether its length is told by its framing, so that what has come has its place whatever follows
     * @param most what is held of one representation may weigh
     */
    StoringPart(Storing storing, Recording.Draft draft, PartialContent.Part part, boolean asItComes, int most) {
        this.storing = storing;
        this.draft = draft;
        this.part = part;
        this.asItComes = asItComes;
        this.most = most;
        this.atOnce = Math.max(1, Math.min(MOST_AT_ONCE, most / SparseBody.SLICE / 8));
        this.position = part.first();
    }

    /** Whether a part is taken at the pace of one client, and isn't for others who ask for the same. */
    static boolean isLong(PartialContent.Part part) {
        return part.length() > SHORT;
    }

    boolean isLong() {
        return isLong(part);
    }

    /** The next octets; one hold on the slice passes to here. */
    void add(Slice slice) {
        if (over) {
            slice.release();
            return;
        }
        waiting.add(slice);
        if (asItComes && waiting.size() >= atOnce) {
            store();
        }
    }

    /** All of it has come, or all that will be asked for. */
    void end(boolean whole) {
        if (!over && (whole || asItComes) && !waiting.isEmpty()) {
            store();
        }
        drop();
    }

    /** Nothing of it is stored that isn't yet. */
    void drop() {
        over = true;
        waiting.forEach(Slice::release);
        waiting.clear();
    }

    /** Nothing of it can be relied on: what was stored of the representation goes, too. */
    void disown() {
        if (begun) {
            storing.forget(draft, part);
        }
        drop();
    }

    private void store() {
        boolean done = false;
        try {
            L1.Put put = storing.combine(draft, part, position, waiting, most);
            if (put != L1.Put.STORED) {
                over = true;
                storing.became(draft.key(), put);
            } else if (!begun) {
                begun = true;
                storing.became(draft.key(), put);
            }
            for (Slice each : waiting) {
                position += each.bytes.readableBytes();
            }
            done = true;
        } finally {
            // What comes behind octets that were lost on the way has no place here.
            over |= !done;
            waiting.forEach(Slice::release);
            waiting.clear();
        }
    }
}
