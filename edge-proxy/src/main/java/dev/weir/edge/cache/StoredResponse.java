package dev.weir.edge.cache;

import dev.weir.http.ByteRange;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.CacheKey;
import dev.weir.http.caching.CacheRule;
import dev.weir.http.caching.Freshness;
import dev.weir.http.caching.PurgeMarks;
import dev.weir.http.caching.PurgedMarks;
import dev.weir.http.caching.Reuse;
import dev.weir.http.caching.StoredHead;
import dev.weir.http.caching.Vary;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * One stored response of a key, in the memory of this edge. Thread-safe; only what purges made of it ever changes.
 */
final class StoredResponse {
    /** For objects, references and the shares of maps, per response; measured roughly, meant to be on the safe side. */
    private static final int OVERHEAD_BYTES = 1024;

    private static final AtomicLongFieldUpdater<StoredResponse> STALE_SINCE =
            AtomicLongFieldUpdater.newUpdater(StoredResponse.class, "staleSinceMillis");

    final CacheKey key;
    final String url;
    final Vary vary;
    final String variant;
    final StoredHead head;
    final Instant date;
    final Freshness freshness;
    final HeaderFields trailers;
    final HeldBody body;
    final String contentLength;
    final PurgeMarks marks;
    final long tick;
    final int weight;
    private volatile long staleSinceMillis;
    private volatile long judged;

    /**
     * Takes over one hold on {@code body}.
     *
     * @param request fields of the request it answers
     * @param tick of {@link RecentPurges} when the fill began
     * @param rule that holds for the key
     * @param stale whether a soft purge has made it stale, nobody knows when
     */
    StoredResponse(
            CacheKey key,
            HeaderFields request,
            StoredHead head,
            HeaderFields trailers,
            HeldBody body,
            long tick,
            CacheRule rule,
            boolean stale) {
        this.key = key;
        this.url = key.uri();
        this.vary = rule.vary(head.fields());
        this.variant = vary.variant(request);
        this.head = head;
        this.date = head.date();
        this.freshness = Freshness.of(head, rule);
        this.trailers = trailers;
        this.body = body;
        this.contentLength = Long.toString(body.length());
        this.marks = PurgeMarks.of(url, head.fields());
        this.tick = tick;
        this.judged = tick;
        this.staleSinceMillis = stale ? RecentPurges.LONG_AGO : RecentPurges.NEVER;
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
            markStale(purges.softenedSince(judged));
        }
        // Behind the mark of staleness: whoever reads this reads that, too.
        judged = newest;
        return true;
    }

    /** Whether a wide purge was of it that was noted at {@code tick} or before. */
    boolean isDead(RecentPurges purges, long tick) {
        return !survives(purges) && purges.purgedBetween(marks, judged, tick);
    }

    /** Whether it is stale whatever its age. */
    boolean isStale() {
        return staleSinceMillis != RecentPurges.NEVER;
    }

    /** Since when it is: see {@link Reuse}. */
    Instant staleSince() {
        long millis = staleSinceMillis;
        return millis == RecentPurges.NEVER
                ? Instant.MAX
                : millis == RecentPurges.LONG_AGO ? Instant.MIN : Instant.ofEpochMilli(millis);
    }

    /** It must be confirmed before it is used again. */
    void markStale() {
        markStale(RecentPurges.LONG_AGO);
    }

    /** It is stale since then, or has been for longer. */
    void markStale(long millis) {
        var unused = STALE_SINCE.accumulateAndGet(this, millis, Math::min);
    }

    boolean isSuccess() {
        return head.status() < 400;
    }

    boolean isFresh(Instant now) {
        return !isStale() && freshness.isFresh(now);
    }

    Inspection.Kept inspected(boolean unverified, boolean selected, boolean enough) {
        return new Inspection.Kept(
                head,
                vary,
                variant,
                body.length(),
                octets(),
                enough,
                freshness,
                unverified ? Instant.MIN : staleSince(),
                selected);
    }

    /**
     * Whether nothing is missing that an answer to a request would have of it.
     *
     * @param with the head that it would be answered with
     */
    boolean answers(String method, HeaderFields request, StoredHead with, Instant now) {
        if (body.isWhole()) {
            return true;
        }
        List<ByteRange.Part> needed = ByteRange.needed(
                method, request, with.status(), with.fields(), body.length(), with.responseTime(), now);
        for (ByteRange.Part each : needed) {
            if (!body.holds(each.first(), each.last())) {
                return false;
            }
        }
        return true;
    }

    /** Which octets of how many are held; empty if all are. */
    String octets() {
        return body.isWhole() ? "" : body.toString();
    }

    /** Whether this is for the requests that select {@code variant} by {@code vary}. */
    boolean isFor(Vary others, String othersVariant) {
        return vary.equals(others) && variant.equals(othersVariant);
    }

    /** Whether this is for the same requests as {@code old}, and newer. */
    boolean replaces(StoredResponse old) {
        return isFor(old.vary, old.variant);
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
