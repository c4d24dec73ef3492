package dev.weir.edge.cache;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.cache.ScopeNotice;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.CacheKey;
import dev.weir.http.caching.CacheRule;
import dev.weir.http.caching.PurgeScope;
import dev.weir.http.caching.StoredHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/** An L1 of 4 MiB, and short words for putting something into it, purging it and reading it. */
final class FilledL1 {
    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    static final int MIB = 1024 * 1024;

    /** Bytes of bodies that somebody holds. */
    final LongAdder alive = new LongAdder();

    /** What the clock shows to those who purge. */
    Instant now = NOW;

    final RecentPurges purges = new RecentPurges(100, () -> now);
    final L1 l1 = new L1(4 * MIB, 64, purges);

    /** Drops everything; nobody may hold any of it. */
    void empty() {
        purges.recordAll();
        l1.clear();
        if (alive.sum() != 0) {
            throw new AssertionError("bytes held: " + alive.sum() + " (expected: 0)");
        }
    }

    Optional<String> read(String path, HeaderFields request) {
        return l1.find(key("zone", path), request, false).map(entry -> {
            ByteBuf body = entry.takeBody();
            entry.release();
            String text = body.toString(StandardCharsets.UTF_8);
            body.release();
            return text;
        });
    }

    @CanIgnoreReturnValue
    L1.Put put(String path, String body) {
        return put(path, body, fresh(), HeaderFields.empty());
    }

    @CanIgnoreReturnValue
    L1.Put put(String path, String body, HeaderFields fields, HeaderFields request) {
        return put(key("zone", path), body, fields, request, purges.now());
    }

    @CanIgnoreReturnValue
    L1.Put put(CacheKey key, String body, HeaderFields fields, HeaderFields request, long tick) {
        return l1.put(response(key, 200, body, fields, request, tick, NOW), NOW);
    }

    L1.Put putStatus(String path, int status, HeaderFields fields, Instant now) {
        return l1.put(response(key("zone", path), status, "", fields, HeaderFields.empty(), purges.now(), now), now);
    }

    StoredResponse response(
            CacheKey key, int status, String body, HeaderFields fields, HeaderFields request, long tick, Instant now) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        ByteBuf direct = PooledByteBufAllocator.DEFAULT.directBuffer(Math.max(1, bytes.length));
        return new StoredResponse(
                key,
                request,
                new StoredHead(status, fields, now, now),
                HeaderFields.empty(),
                new StoredBody(direct.writeBytes(bytes), alive),
                tick,
                CacheRule.NONE,
                false);
    }

    /** Notes a purge, that {@link #sweep} can tell of. */
    @CanIgnoreReturnValue
    PurgeTally.Noted purge(String scope, boolean soft) {
        long tick = purges.record(scope(scope), soft);
        return new PurgeTally.Noted(new ScopeNotice(new SequencePair(5, tick), scope(scope), soft), tick);
    }

    /** Sweeps behind all that was noted; how many responses each of {@code told} has met. */
    @CanIgnoreReturnValue
    long[] sweep(PurgeTally.Noted... told) {
        PurgeTally tally = new PurgeTally(List.of(told), purges);
        l1.sweep(tally, purges.newestWide());
        return IntStream.range(0, told.length).mapToLong(tally::met).toArray();
    }

    static CacheKey key(String zone, String path) {
        return new CacheKey(zone, "http", "site", path, "");
    }

    static PurgeScope scope(String text) {
        return PurgeScope.parse(text).orElseThrow();
    }

    static HeaderFields tagged(String tags) {
        return HeaderFields.of("Cache-Control", "max-age=60", "Surrogate-Key", tags);
    }

    static HeaderFields fresh() {
        return HeaderFields.of("Cache-Control", "max-age=60");
    }

    static HeaderFields vary(String names) {
        return HeaderFields.of("Cache-Control", "max-age=60", "Vary", names);
    }
}
