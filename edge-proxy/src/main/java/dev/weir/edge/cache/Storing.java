package dev.weir.edge.cache;

import dev.weir.contracts.cache.CacheLookupReply;
import dev.weir.contracts.cache.CacheStore;
import dev.weir.contracts.cache.Lease;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.CacheKey;
import dev.weir.http.caching.CacheRule;
import dev.weir.http.caching.CacheRules;
import dev.weir.http.caching.PartialContent;
import dev.weir.http.caching.PurgeMarks;
import dev.weir.http.caching.StoredHead;
import dev.weir.http.caching.Vary;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Makes responses to be stored, of what was taken down, of a head that was renewed and of what the shared tier has, and
 * puts them into L1; what is new is offered to the shared tier. Thread-safe.
 */
final class Storing {
    private final L1 l1;
    private final SharedTier shared;
    private final BodyMemory memory;
    private final RecentPurges recent;
    private final CacheCounters counters;
    private final LastRefusals lastRefusals;
    private final InstantSource clock;
    private final CacheRules rules;

    Storing(
            L1 l1,
            SharedTier shared,
            BodyMemory memory,
            RecentPurges recent,
            CacheCounters counters,
            LastRefusals lastRefusals,
            InstantSource clock,
            CacheRules rules) {
        this.l1 = l1;
        this.shared = shared;
        this.memory = memory;
        this.recent = recent;
        this.counters = counters;
        this.lastRefusals = lastRefusals;
        this.clock = clock;
        this.rules = rules;
    }

    Instant now() {
        return clock.instant();
    }

    /** What was to be stored under {@code key} isn't: counted, and remembered for who asks for the reason later. */
    void unstored(CacheKey key, CacheCounter why) {
        counters.count(why);
        lastRefusals.note(key, why.outcome());
    }

    /** A response was taken down whole. The hold on {@code body} passes to here, even if this throws. */
    void recorded(Recording.Draft draft, HeldBody body, HeaderFields trailers) {
        StoredResponse response;
        Optional<Buffer> copy;
        Instant now;
        boolean made = false;
        try {
            response = response(draft, trailers, body, false);
            now = clock.instant();
            copy = forSharedTier(response);
            made = true;
        } finally {
            if (!made) {
                body.release();
            }
        }
        store(response, draft, now, copy);
    }

    /** Puts a new head in the place of the one of {@code old}, which the caller goes on holding. */
    void refresh(Recording.Draft renewed, StoredResponse old) {
        if (old.body instanceof SparseBody held) {
            refresh(renewed, old, held);
        } else if (old.body.tryRetain()) {
            recorded(renewed, old.body, old.trailers);
        }
    }

    /** The same of what is held in part: more of it may be stored by now than {@code old} had. */
    private void refresh(Recording.Draft renewed, StoredResponse old, SparseBody held) {
        PartialContent.Part head = new PartialContent.Part(renewed.head(), 0, -1, held.length(), false);
        L1.Put put = combine(renewed, head, 0, List.of(), Integer.MAX_VALUE);
        if (put == L1.Put.ALONE && held.tryRetain()) {
            recorded(renewed, held, old.trailers);
        } else {
            became(renewed.key(), put);
        }
    }

    /**
     * Stores octets of a part with what is held of the same representation.
     *
     * @param first position of the octets
     * @param slices where they are; the caller goes on holding them
     * @param most what is held of one representation may weigh
     */
    L1.Put combine(Recording.Draft draft, PartialContent.Part part, long first, List<Slice> slices, int most) {
        return l1.combine(
                new Combining(draft, part, first, slices, most, memory, rules.of(draft.key())), clock.instant());
    }

    /** Drops what is stored for the same requests as {@code part}. */
    void forget(Recording.Draft draft, PartialContent.Part part) {
        Vary vary = rules.of(draft.key()).vary(part.head().fields());
        l1.remove(draft.key(), vary, vary.variant(draft.request()));
    }

    /** Takes note of what became of storing something under {@code key}. */
    void became(CacheKey key, L1.Put put) {
        switch (put) {
            case STORED -> counters.count(CacheCounter.RECORD_STORED);
            case PURGED -> unstored(key, CacheCounter.RECORD_PURGED);
            case OUTRANKED -> unstored(key, CacheCounter.RECORD_OUTRANKED);
            case TOO_BIG -> unstored(key, CacheCounter.RECORD_TOO_BIG);
            case TOO_MANY_TAGS -> unstored(key, CacheCounter.RECORD_TOO_MANY_TAGS);
            case CONTRADICTED -> unstored(key, CacheCounter.RECORD_PART_CONTRADICTS);
            case ALONE -> unstored(key, CacheCounter.RECORD_PART_ALONE);
            case NO_MEMORY -> unstored(key, CacheCounter.RECORD_NO_MEMORY);
            case WHOLE -> {}
        }
    }

    /**
     * Takes what the shared tier has into L1, and gives it held once for the receiver; empty if it was purged meanwhile
     * or there is no memory for it.
     */
    Optional<StoredResponse> adopt(Recording.Draft draft, CacheLookupReply.Hit hit, Instant now) {
        String url = draft.key().uri();
        if (recent.purgedSince(
                url, PurgeMarks.of(url, hit.fields()), draft.fill().tick())) {
            return Optional.empty();
        }
        StoredBody body = memory.copyOf(hit.body()).orElse(null);
        if (body == null) {
            unstored(draft.key(), CacheCounter.RECORD_NO_MEMORY);
            return Optional.empty();
        }
        boolean given = false;
        try {
            StoredResponse response = response(draft, HeaderFields.empty(), body, hit.stale());
            if (!body.tryRetain()) {
                throw new IllegalStateException("body: already given back (expected: held by its maker)");
            }
            // One hold passes to L1, even if this throws; the other one is the receiver's.
            given = l1.put(response, now) != L1.Put.PURGED;
            return given ? Optional.of(response) : Optional.empty();
        } finally {
            if (!given) {
                body.release();
            }
        }
    }

    /** The head of what the shared tier has, with its times by the clock here. */
    static StoredHead head(CacheLookupReply.Hit hit, Instant now) {
        Instant received = now.minusMillis(Math.max(0, hit.residentMillis()));
        return new StoredHead(
                hit.status(), hit.fields(), received.minusMillis(Math.max(0, hit.responseDelayMillis())), received);
    }

    private StoredResponse response(Recording.Draft draft, HeaderFields trailers, HeldBody body, boolean stale) {
        return new StoredResponse(
                draft.key(),
                draft.request(),
                draft.head(),
                trailers,
                body,
                draft.fill().tick(),
                rules.of(draft.key()),
                stale);
    }

    /** Stores here, and offers {@code copy} to the shared tier. The hold on the body passes to here. */
    private void store(StoredResponse response, Recording.Draft draft, Instant now, Optional<Buffer> copy) {
        L1.Put put = l1.put(response, now);
        became(response.key, put);
        if (copy.isPresent() && (put == L1.Put.STORED || put == L1.Put.TOO_BIG)) {
            long keepMillis = WorthKeeping.millis(response.freshness, now);
            if (keepMillis > 0) {
                Claim claim = draft.fill().claim();
                if (shared.offer(
                                message(response, draft, now, keepMillis, copy.get()),
                                draft.fill().lease())
                        && claim != null) {
                    claim.handedOver();
                }
            }
        }
    }

    /** A copy of what is whole in one message. What is held in part stays on this edge, and so do answers to POST. */
    private static Optional<Buffer> forSharedTier(StoredResponse response) {
        return response.trailers.isEmpty()
                        && !CacheRule.isOfPost(response.key)
                        && response.body.isWhole()
                        && response.body.length() <= SharedTier.LARGEST_BODY
                ? Optional.of(copy(response.body))
                : Optional.empty();
    }

    private static Buffer copy(HeldBody body) {
        ByteBuf bytes = body.take(0, Math.toIntExact(body.length()));
        try {
            return Buffer.buffer(ByteBufUtil.getBytes(bytes));
        } finally {
            bytes.release();
        }
    }

    private static CacheStore message(
            StoredResponse response, Recording.Draft draft, Instant now, long keepMillis, Buffer body) {
        StoredHead head = response.head;
        Lease lease = draft.fill().lease();
        return new CacheStore(
                response.key.toString(),
                response.url,
                response.vary.names(),
                draft.request().without(name -> !response.vary.names().contains(name.toLowerCase(Locale.ROOT))),
                head.status(),
                head.fields(),
                Math.max(
                        0,
                        Duration.between(head.requestTime(), head.responseTime())
                                .toMillis()),
                Math.max(0, Duration.between(head.responseTime(), now).toMillis()),
                keepMillis,
                lease.token() == 0 ? draft.fill().token() : lease.token(),
                draft.fill().purges(),
                body);
    }
}
