package dev.weir.edge.cache;

import dev.weir.http.HeaderFields;
import dev.weir.http.caching.CacheKey;
import dev.weir.http.caching.Freshness;
import dev.weir.http.caching.PurgeMarks;
import dev.weir.http.caching.PurgedMarks;
import dev.weir.http.caching.StoredHead;
import dev.weir.http.caching.TargetList;
import dev.weir.http.caching.Vary;
import java.time.Instant;

/**
 * One stored response of a key, in the memory of this edge. Thread-safe; only what purges made of it ever changes.
 */
final class StoredResponse {
    /** For objects, references and the shares of maps, per response; measured roughly, meant to be on the safe side. */
    private static final int OVERHEAD_BYTES = 1024;

    final CacheKey key;
    final String url;
    final Vary vary;
    final String variant;
    final StoredHead head;
    final Instant date;
    final Freshness freshness;
    final HeaderFields trailers;
    final StoredBody body;
    final String contentLength;
    final PurgeMarks marks;
    final long tick;
    final int weight;
    private volatile boolean stale;
    private volatile long judged;

    /**
     * Takes over one hold on {@code body}.
     *
     * @param request fields of the request it answers
     * @param tick of {@link RecentPurges} when the fill began
     * @param targets the fields that count instead of Cache-Control
     * @param stale whether a soft purge has made it stale
     */
    StoredResponse(
            CacheKey key,
            HeaderFields request,
            StoredHead head,
            HeaderFields trailers,
            StoredBody body,
            long tick,
            TargetList targets,
            boolean stale) {
        this.key = key;
        this.url = key.uri();
        this.vary = Vary.of(head.fields());
        this.variant = vary.variant(request);
        this.head = head;
        this.date = head.date();
        this.freshness = Freshness.of(head, targets);
        this.trailers = trailers;
        this.body = body;
        this.contentLength = Integer.toString(body.length());
        this.marks = PurgeMarks.of(url, head.fields());
        this.tick = tick;
        this.judged = tick;
        this.stale = stale;
        this.weight = body.weight()
                + OVERHEAD_BYTES
                + 3 * url.length()
                + Long.BYTES * marks.size()
                + bytes(head.fields())
                + variant.length()
                + bytes(trailers);
    }

    /** Whether no purge was of it that is not of one URL; a soft one makes it stale. Costs next to nothing but after one. */
    boolean survives(RecentPurges purges) {
        long newest = purges.newestWide();
        return judged >= newest || survives(purges, newest);
    }

    private boolean survives(RecentPurges purges, long newest) {
        PurgedMarks.Standing standing = purges.since(marks, judged);
        if (standing == PurgedMarks.Standing.PURGED) {
            return false;
        }
        if (standing == PurgedMarks.Standing.SOFTENED) {
            stale = true;
        }
        // Behind the mark of staleness: whoever reads this reads that, too.
        judged = newest;
        return true;
    }

    /** Whether a wide purge was of it that was noted at {@code tick} or before. */
    boolean isDead(RecentPurges purges, long tick) {
        return !survives(purges) && purges.purgedBetween(marks, judged, tick);
    }

    boolean isStale() {
        return stale;
    }

    void markStale() {
        stale = true;
    }

    boolean isSuccess() {
        return head.status() < 400;
    }

    boolean isFresh(Instant now) {
        return !stale && freshness.isFresh(now);
    }

    Inspection.Kept inspected(boolean unverified, boolean selected) {
        return new Inspection.Kept(head, vary, variant, body.length(), freshness, stale || unverified, selected);
    }

    /** Whether this is for the same requests as {@code old}, and newer. */
    boolean replaces(StoredResponse old) {
        return vary.equals(old.vary) && variant.equals(old.variant);
    }

    /** Whether this tells for whom it is and {@code old}, which is no newer, doesn't. */
    boolean selectsBetterThan(StoredResponse old) {
        return !vary.isNone() && old.vary.isNone() && !old.date.isAfter(date);
    }

    /** Whether some request that {@code old} is for would be given this instead. */
    boolean couldStandFor(StoredResponse old) {
        return !vary.equals(old.vary) || replaces(old);
    }

    private static int bytes(HeaderFields fields) {
        int characters = 0;
        for (int i = 0; i < fields.size(); i++) {
            characters += fields.name(i).length() + fields.value(i).length() + 48;
        }
        return characters;
    }
}
