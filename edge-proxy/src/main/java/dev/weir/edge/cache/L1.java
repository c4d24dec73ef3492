package dev.weir.edge.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.CacheKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
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
 */
final class L1 {
    /** A key's responses together may weigh this part of the whole. */
    private static final int SHARE_OF_ONE_KEY = 4;

    private final Cache<CacheKey, Variants> responses;
    private final ConcurrentMap<String, List<CacheKey>> keysByUrl = new ConcurrentHashMap<>();
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
        Optional<StoredResponse> selected = variants.selectedBy(request);
        if (selected.isEmpty()) {
            return Optional.empty();
        }
        StoredResponse response = selected.get();
        if (purges.clearedSince(response.tick) || !response.body.tryRetain()) {
            return Optional.empty();
        }
        return Optional.of(new L1Entry(response, unverified));
    }

    /** What became of a response offered to {@link #put}. */
    enum Put {
        STORED,
        PURGED,
        OUTRANKED,
        TOO_BIG
    }

    /**
     * Stores {@code response}, unless its URL was purged since its tick, or it is an error and would replace a success
     * that is still fresh. The hold on its body passes to here, stored or not.
     */
    Put put(StoredResponse response, Instant now) {
        if (response.weight > mostBytesOfKey) {
            response.body.release();
            return Put.TOO_BIG;
        }
        Put[] outcome = new Put[1];
        List<StoredResponse> dropped = new ArrayList<>(1);
        responses.asMap().compute(response.key, (key, present) -> {
            index(response.url, key);
            outcome[0] = judge(response, present, now);
            if (outcome[0] == Put.STORED) {
                Variants before = present == null ? Variants.NONE : present;
                return before.with(response, mostVariants, mostBytesOfKey, dropped::add);
            }
            if (present == null) {
                unindex(response.url, key);
            }
            return present;
        });
        if (outcome[0] != Put.STORED) {
            dropped.add(response);
        }
        dropped.forEach(each -> each.body.release());
        return outcome[0];
    }

    /** Removes all responses of {@code url}, of every zone; returns how many. The purge must already be noted. */
    int invalidate(String url) {
        int removed = 0;
        for (CacheKey key : keysByUrl.getOrDefault(url, List.of())) {
            removed += remove(key);
        }
        return removed;
    }

    /** Marks all responses of {@code url} stale, of every zone. The purge must already be noted. */
    int soften(String url) {
        int[] marked = new int[1];
        for (CacheKey key : keysByUrl.getOrDefault(url, List.of())) {
            responses.asMap().compute(key, (k, present) -> {
                if (present != null) {
                    present.forEach(StoredResponse::markStale);
                    marked[0] += present.size();
                }
                return present;
            });
        }
        return marked[0];
    }

    /** Removes everything; returns how many. That must already be noted, so that nothing of it is handed out meanwhile. */
    @CanIgnoreReturnValue
    int clear() {
        int removed = 0;
        for (List<CacheKey> keys : keysByUrl.values()) {
            for (CacheKey key : keys) {
                removed += remove(key);
            }
        }
        return removed;
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
        if (purges.purgedSince(response.url, response.tick)) {
            return Put.PURGED;
        }
        if (present == null || response.isSuccess()) {
            return Put.STORED;
        }
        return present.any(old -> old.isFresh(now) && old.isSuccess() && response.couldStandFor(old))
                ? Put.OUTRANKED
                : Put.STORED;
    }

    private int remove(CacheKey key) {
        List<StoredResponse> removed = new ArrayList<>();
        responses.asMap().compute(key, (k, present) -> {
            if (present != null) {
                present.forEach(removed::add);
                unindex(present.url(), k);
            }
            return null;
        });
        removed.forEach(each -> each.body.release());
        return removed.size();
    }

    private void evicted(@Nullable CacheKey key, @Nullable Variants variants, RemovalCause cause) {
        if (key != null && variants != null) {
            evictions.add(variants.size());
            unindex(variants.url(), key);
            variants.forEach(each -> each.body.release());
        }
    }

    private void index(String url, CacheKey key) {
        keysByUrl.compute(url, (u, keys) -> {
            if (keys == null) {
                return List.of(key);
            }
            if (keys.contains(key)) {
                return keys;
            }
            List<CacheKey> more = new ArrayList<>(keys);
            more.add(key);
            return List.copyOf(more);
        });
    }

    private void unindex(String url, CacheKey key) {
        keysByUrl.computeIfPresent(url, (u, keys) -> {
            List<CacheKey> fewer = new ArrayList<>(keys);
            fewer.remove(key);
            return fewer.isEmpty() ? null : List.copyOf(fewer);
        });
    }
}
