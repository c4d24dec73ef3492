package dev.weir.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.contracts.Addresses;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.cache.CacheLookupReply;
import dev.weir.contracts.cache.CacheStoreReply;
import dev.weir.contracts.cache.PurgeApplied;
import dev.weir.contracts.cache.PurgeMet;
import dev.weir.contracts.cache.ScopeLog;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.CacheKey;
import dev.weir.http.caching.PurgeScope;
import dev.weir.http.caching.StoredHead;
import dev.weir.runtime.config.CacheConfig;
import dev.weir.runtime.config.CacheProfile;
import dev.weir.runtime.config.WhenCutOff;
import dev.weir.runtime.metrics.Metrics;
import dev.weir.settings.ByteSize;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;

/** The cache of one edge on a bus where nobody is at home but the test; what is left is looked at behind each. */
abstract class CacheUnderTest {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    static final CacheKey KEY = new CacheKey("zone", "http", "site", "/a", "");
    static final HeaderFields NO_FIELDS = HeaderFields.empty();
    static final HeaderFields FRESH = HeaderFields.of("Cache-Control", "max-age=60");
    static final HeaderFields TAGGED =
            HeaderFields.of("Cache-Control", "max-age=60", "Surrogate-Key", "s t", "Cache-Groups", "\"g\"");

    final Vertx vertx = Vertx.vertx();
    final FakeBus bus = new FakeBus();
    volatile Instant now = START;
    volatile boolean clockFails;
    final AtomicLong nanos = new AtomicLong();
    volatile ScopeLog log = new ScopeLog(false, pair(1), List.of());
    volatile CacheLookupReply tier = new CacheLookupReply.Fill(7, pair(1));
    final EdgeCache cache = make(WhenCutOff.SERVE);
    final List<Seat> seats = new ArrayList<>();

    @AfterEach
    void givesEverythingBack() throws Exception {
        seats.forEach(Seat::leave);
        cache.close();
        cache.l1().settle();
        until(() -> cache.bodyBytes() == 0 && cache.recordingBytes() == 0);
        await(vertx.close());
    }

    static PurgeScope scope(String text) {
        return PurgeScope.parse(text).orElseThrow();
    }

    /** What happens on a worker thread. */
    static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("twenty seconds are over").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    static boolean stale(EdgeCache of) {
        L1Entry entry = of.peek(KEY, NO_FIELDS).orElseThrow();
        entry.release();
        return entry.stale();
    }

    EdgeCache make(WhenCutOff whenCutOff) {
        return make(whenCutOff, 8_000_000, 2_000_000);
    }

    EdgeCache make(WhenCutOff whenCutOff, long memory, long object) {
        serveTier();
        var sinceServed = bus.serve(Addresses.CACHE_SCOPES_SINCE, asked -> Future.succeededFuture(log));
        var storesServed = bus.serve(
                Addresses.CACHE_STORE,
                given -> Future.succeededFuture(new CacheStoreReply(CacheStoreReply.Outcome.STORED)));
        assertThat(List.of(sinceServed, storesServed)).hasSize(2);
        CacheConfig config = new CacheConfig(
                new ByteSize(memory),
                new ByteSize(8_000_000),
                CacheProfile.STRICT_RFC,
                new ByteSize(object),
                64,
                Duration.ofSeconds(10),
                whenCutOff,
                Duration.ofMillis(20),
                List.of(),
                Duration.ofDays(1),
                100,
                Optional.empty(),
                List.of());
        return new EdgeCache(vertx, bus, "edge", null, config, new Metrics(), this::instant, nanos::get);
    }

    Instant instant() {
        if (clockFails) {
            throw new IllegalStateException("test");
        }
        return now;
    }

    void serveTier() {
        var served = bus.serve(Addresses.CACHE_LOOKUP, asked -> Future.succeededFuture(tier));
        assertThat(served).isNotNull();
    }

    Found look() throws Exception {
        return await(cache.lookup(KEY, NO_FIELDS));
    }

    void record(Fill fill, HeaderFields fields, String... pieces) {
        record(cache, fill, fields, pieces);
    }

    void record(EdgeCache into, Fill fill, HeaderFields fields, String... pieces) {
        Seat leader = into.alone(KEY, vertx.getOrCreateContext());
        Recording recording = into.begin(KEY, NO_FIELDS, head(200, fields), fill, leader);
        for (String piece : pieces) {
            recording.append(Buffer.buffer(piece));
        }
        recording.complete(NO_FIELDS);
        leader.leave();
    }

    Recording begin(HeaderFields fields) {
        Seat leader = cache.alone(KEY, vertx.getOrCreateContext());
        seats.add(leader);
        return cache.begin(KEY, NO_FIELDS, head(200, fields), cache.beginFill(), leader);
    }

    StoredHead head(int status, HeaderFields fields) {
        return new StoredHead(status, fields, now, now);
    }

    Optional<String> read() {
        return cache.peek(KEY, NO_FIELDS).map(entry -> {
            ByteBuf body = entry.takeBody();
            entry.release();
            String text = body.toString(StandardCharsets.UTF_8);
            body.release();
            return text;
        });
    }

    static void release(Found found) {
        if (found instanceof Found.InL1 here) {
            here.entry().release();
        } else if (found instanceof Found.InL2 there) {
            there.entry().release();
        }
    }

    static CacheLookupReply hit(String body, long residentMillis) {
        return new CacheLookupReply.Hit(200, FRESH, List.of(), 5, residentMillis, false, pair(1), Buffer.buffer(body));
    }

    static SequencePair pair(long number) {
        return new SequencePair(3, number);
    }

    <T> T only(Class<T> kind) {
        assertThat(all(kind)).hasSize(1);
        return all(kind).get(0);
    }

    <T> List<T> all(Class<T> kind) {
        boolean told = kind == PurgeApplied.class || kind == PurgeMet.class;
        return (told ? bus.published : bus.requests)
                .stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
