package dev.weir.edge.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.CacheKey;
import dev.weir.http.caching.PurgeScope;
import dev.weir.http.caching.RequestVariants;
import dev.weir.http.caching.ScopeMarks;
import dev.weir.http.caching.Vary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The responses stored in this edge's memory: W-TinyLFU, weighed in bytes of body and overhead, shared by all event
 * loops.
 *
 * <p>A purge and the end of a fill may meet on two threads. A fill first enters its key in the index by URL, then asks
 * {@link RecentPurges}, then stores, all inside the computation that holds the key; a purge is first noted in
 * RecentPurges, then reads the index, then computes on the keys found. So either the fill sees the purge and gives up,
 * or the purge sees the key, waits for the fill's computation and removes what it stored. For that the purge must use
 * {@code compute}, which locks the key even while nothing is stored under it ({@code computeIfPresent} would look
 * first, and pass).
 *
 * <p>A purge that is not of one URL looks for nothing: from the moment it is noted each response is judged by it before
 * it is handed out, once. {@link #sweep} then gives back the memory of those that it met.
 */
final class L1 {
    /** A key's responses together may weigh this part of the whole. */
    private static final int SHARE_OF_ONE_KEY = 4;

    private final Cache<CacheKey, Variants> responses;
    private final KeysByUrl keysByUrl = new KeysByUrl();
    private final RecentPurges purges;
    private final int mostVariants;
    private final int mostBytesOfKey;
    private final LongAdder evictions = new LongAdder();

    /**
     * An empty one.
     *
     * @param bytes what it may weigh
     * @param mostVariants responses of one key
     */
    L1(long bytes, int mostVariants, RecentPurges purges) {
        this.purges = purges;
        this.mostVariants = mostVariants;
        this.mostBytesOfKey = (int) Math.min(Integer.MAX_VALUE, bytes / SHARE_OF_ONE_KEY);
        this.responses = Caffeine.newBuilder()
                .maximumWeight(bytes)
                .<CacheKey, Variants>weigher((key, variants) -> variants.weight())
                .evictionListener(this::evicted)
                .executor(Runnable::run)
                .build();
    }

    /**
     * The response under {@code key} that {@code request} selects, held for the caller, who releases it.
     *
     * @param unverified whether it is to be handed out as stale
     */
    Optional<L1Entry> find(CacheKey key, HeaderFields request, boolean unverified) {
        Variants variants = responses.getIfPresent(key);
        if (variants == null) {
            return Optional.empty();
        }
        Optional<StoredResponse> selected = variants.selectedBy(new RequestVariants(request));
        if (selected.isEmpty()) {
            return Optional.empty();
        }
        StoredResponse response = selected.get();
        if (!response.survives(purges) || !response.body.tryRetain()) {
            return Optional.empty();
        }
        return Optional.of(new L1Entry(response, unverified));
    }

    /** Whether anything is stored under {@code key} and wasn't purged; nothing takes note of the question. */
    boolean holds(CacheKey key) {
        Variants variants = responses.policy().getIfPresentQuietly(key);
        return variants != null && variants.any(each -> each.survives(purges));
    }

    /** What is stored under {@code key} and wasn't purged; nothing takes note of the question. */
    @SuppressWarnings("ReferenceEquality") // the one that was selected
    List<Inspection.Kept> inspect(CacheKey key, String method, HeaderFields request, boolean unverified, Instant now) {
        Variants variants = responses.policy().getIfPresentQuietly(key);
        if (variants == null) {
            return List.of();
        }
        StoredResponse selected =
                variants.selectedBy(new RequestVariants(request)).orElse(null);
        List<Inspection.Kept> kept = new ArrayList<>(variants.size());
        variants.forEach(each -> {
            if (each.survives(purges)) {
                kept.add(each.inspected(unverified, each == selected, each.answers(method, request, each.head, now)));
            }
        });
        return kept;
    }

    /** What became of a response offered to {@link #put}. */
    enum Put {
        STORED,
        PURGED,
        OUTRANKED,
        TOO_BIG,
        TOO_MANY_TAGS,
        /** Of a part: it and what is stored contradict each other, and neither is stored now. */
        CONTRADICTED,
        /** Of a part: it may not stand alone, and nothing is stored that it belongs to. */
        ALONE,
        /** Of a part: all of the representation is stored. */
        WHOLE,
        /** Of a part: there was no memory for it. */
        NO_MEMORY
    }

    /**
     * Stores {@code response}, unless it was purged since its tick, or it is an error and would replace a success that is
     * still fresh. The hold on its body passes to here, stored or not.
     */
    Put put(StoredResponse response, Instant now) {
        if (response.weight > mostBytesOfKey) {
            response.body.release();
            return Put.TOO_BIG;
        }
        if (!response.marks.whole()) {
            response.body.release();
            return Put.TOO_MANY_TAGS;
        }
        keysByUrl.surplus(response.url, response.key).ifPresent(this::evict);
        Put[] outcome = new Put[1];
        List<StoredResponse> dropped = new ArrayList<>(1);
        boolean judged = false;
        try {
            responses.asMap().compute(response.key, (key, present) -> {
                keysByUrl.add(response.url, key);
                outcome[0] = judge(response, present, now);
                if (outcome[0] == Put.STORED) {
                    Variants before = present == null ? Variants.NONE : present;
                    return before.with(response, mostVariants, mostBytesOfKey, dropped::add);
                }
                if (present == null) {
                    keysByUrl.remove(response.url, key);
                }
                return present;
            });
            judged = true;
        } finally {
            if (!judged) {
                // The key has what it had.
                response.body.release();
            }
        }
        if (outcome[0] != Put.STORED) {
            dropped.add(response);
        }
        dropped.forEach(each -> each.body.release());
        return outcome[0];
    }

    /** Stores what comes of {@code part} and what is stored for the same requests, unless it was purged since its tick. */
    Put combine(Combining part, Instant now) {
        if (!part.marks.whole()) {
            return Put.TOO_MANY_TAGS;
        }
        Put[] outcome = new Put[1];
        List<StoredResponse> dropped = new ArrayList<>(1);
        try {
            responses.asMap().compute(part.key, (key, present) -> {
                keysByUrl.add(part.url, key);
                Variants before = present == null ? Variants.NONE : present;
                Variants after = combined(part, before, now, outcome, dropped);
                if (after.size() == 0) {
                    keysByUrl.remove(part.url, key);
                    return null;
                }
                return after;
            });
        } catch (OutOfMemoryError e) {
            // The key has what it had.
            return Put.NO_MEMORY;
        }
        dropped.forEach(each -> each.body.release());
        return outcome[0];
    }

    private Variants combined(
            Combining part, Variants before, Instant now, Put[] outcome, List<StoredResponse> dropped) {
        if (purges.purgedSince(part.url, part.marks, part.tick)) {
            outcome[0] = Put.PURGED;
            return before;
        }
        StoredResponse old = before.of(part.vary, part.variant)
                .filter(each -> each.survives(purges))
                .orElse(null);
        Combining.Made made = part.onto(old, now);
        outcome[0] = made.put();
        StoredResponse response = made.response();
        if (response != null) {
            boolean tooBig = response.weight > mostBytesOfKey;
            if (tooBig || !response.marks.whole()) {
                dropped.add(response);
                outcome[0] = tooBig ? Put.TOO_BIG : Put.TOO_MANY_TAGS;
                return before;
            }
            return before.with(response, mostVariants, mostBytesOfKey, dropped::add);
        }
        return made.put() == Put.CONTRADICTED ? before.without(part.vary, part.variant, dropped::add) : before;
    }

    /** Removes what is stored under {@code key} for these requests. */
    void remove(CacheKey key, Vary vary, String variant) {
        List<StoredResponse> removed = new ArrayList<>(1);
        responses.asMap().computeIfPresent(key, (k, present) -> {
            Variants left = present.without(vary, variant, removed::add);
            if (left.size() == 0) {
                keysByUrl.remove(present.url(), k);
                return null;
            }
            return left;
        });
        removed.forEach(each -> each.body.release());
    }

    /** Removes all responses of {@code url}, of every zone; returns how many. The purge must already be noted. */
    int invalidate(String url) {
        int removed = 0;
        for (CacheKey key : keysByUrl.of(url)) {
            removed += remove(key);
        }
        return removed;
    }

    /** Makes all responses of {@code url} stale from now on, of every zone. The purge must already be noted. */
    int soften(String url) {
        long since = purges.millis();
        int[] marked = new int[1];
        for (CacheKey key : keysByUrl.of(url)) {
            responses.asMap().compute(key, (k, present) -> {
                if (present != null) {
                    present.forEach(each -> {
                        marked[0] += each.survives(purges) ? 1 : 0;
                        each.markStale(since);
                    });
                }
                return present;
            });
        }
        return marked[0];
    }

    /**
     * Removes what the purges noted up to a moment have met, key by key, so that nobody waits for more than one of them.
     * Takes as long as it takes: not for an event loop.
     *
     * @param tally of what is met is made on the way
     * @param tick of {@link RecentPurges#newestWide}: what later ones have met stays, to be counted when they are swept
     */
    void sweep(PurgeTally tally, long tick) {
        responses.asMap().forEach((key, variants) -> {
            if (variants.any(each -> each.isDead(purges, tick) || tally.meets(each))) {
                sweep(key, tally, tick);
            }
        });
    }

    /** How many responses a purge of any of these scopes would meet. Takes as long as {@link #sweep}. */
    long count(List<PurgeScope> scopes) {
        ScopeMarks asked = ScopeMarks.of(scopes);
        long[] met = new long[1];
        responses
                .asMap()
                .values()
                .forEach(variants -> variants.forEach(each -> {
                    boolean one = asked.anyMeets(each.url, each.marks);
                    met[0] += one && each.survives(purges) ? 1 : 0;
                }));
        return met[0];
    }

    /** What is counted here nobody else removes meanwhile. */
    private void sweep(CacheKey key, PurgeTally tally, long tick) {
        List<StoredResponse> removed = new ArrayList<>();
        responses.asMap().computeIfPresent(key, (k, present) -> {
            present.forEach(tally::count);
            if (!present.any(each -> each.isDead(purges, tick))) {
                return present;
            }
            Variants left = present.where(each -> !each.isDead(purges, tick), removed::add);
            if (left.size() == 0) {
                keysByUrl.remove(present.url(), k);
                return null;
            }
            return left;
        });
        removed.forEach(each -> each.body.release());
    }

    /** Removes everything; returns how many. That must already be noted, so that nothing of it is handed out meanwhile. */
    @CanIgnoreReturnValue
    int clear() {
        int[] removed = new int[1];
        keysByUrl.forEach(key -> removed[0] += remove(key));
        return removed[0];
    }

    /** What all responses weigh, in bytes. */
    long weight() {
        return responses
                .policy()
                .eviction()
                .flatMap(policy -> policy.weightedSize().stream().boxed().findFirst())
                .orElse(0L);
    }

    /** How many keys there are; an estimate. */
    long keys() {
        return responses.estimatedSize();
    }

    /** How many responses had to go for others. */
    long evictions() {
        return evictions.sum();
    }

    /** Does the work that is put off until later; for tests. */
    void settle() {
        responses.cleanUp();
    }

    private Put judge(StoredResponse response, @Nullable Variants present, Instant now) {
        if (purges.purgedSince(response.url, response.marks, response.tick)) {
            return Put.PURGED;
        }
        if (present == null || response.isSuccess()) {
            return Put.STORED;
        }
        return present.any(old ->
                        old.survives(purges) && old.isFresh(now) && old.isSuccess() && response.couldStandFor(old))
                ? Put.OUTRANKED
                : Put.STORED;
    }

    private int remove(CacheKey key) {
        List<StoredResponse> removed = new ArrayList<>();
        responses.asMap().compute(key, (k, present) -> {
            if (present != null) {
                present.forEach(removed::add);
                keysByUrl.remove(present.url(), k);
            }
            return null;
        });
        removed.forEach(each -> each.body.release());
        return removed.size();
    }

    /** For another one of the same URL. */
    private void evict(CacheKey key) {
        evictions.add(remove(key));
    }

    private void evicted(@Nullable CacheKey key, @Nullable Variants variants, RemovalCause cause) {
        if (key != null && variants != null) {
            evictions.add(variants.size());
            keysByUrl.remove(variants.url(), key);
            variants.forEach(each -> each.body.release());
        }
    }
}
