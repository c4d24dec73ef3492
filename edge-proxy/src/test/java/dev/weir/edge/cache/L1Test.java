package dev.weir.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.weir.http.HeaderFields;
import dev.weir.http.HttpDate;
import dev.weir.http.caching.CacheKey;
import dev.weir.http.caching.CacheRule;
import dev.weir.http.caching.PurgeScope;
import dev.weir.http.caching.RequestVariants;
import dev.weir.http.caching.StoredHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class L1Test {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final int MIB = 1024 * 1024;

    private final LongAdder alive = new LongAdder();
    private final RecentPurges purges = new RecentPurges(100);
    private final L1 l1 = new L1(4 * MIB, 64, purges);

    @AfterEach
    void givesEverythingBack() {
        purges.recordAll();
        l1.clear();
        assertThat(alive.sum()).isZero();
    }

    @Test
    void givesWhatWasStored() {
        assertThat(put("/a", "hello")).isEqualTo(L1.Put.STORED);
        assertThat(read("/a", HeaderFields.empty())).contains("hello");
        assertThat(read("/b", HeaderFields.empty())).isEmpty();
    }

    @Test
    void tellsVariantsApart() {
        put("/a", "german", vary("Accept-Language"), HeaderFields.of("Accept-Language", "de"));
        put("/a", "english", vary("Accept-Language"), HeaderFields.of("Accept-Language", "en"));
        assertThat(read("/a", HeaderFields.of("accept-language", "de"))).contains("german");
        assertThat(read("/a", HeaderFields.of("accept-language", "en"))).contains("english");
        assertThat(read("/a", HeaderFields.of("accept-language", "fr"))).isEmpty();
        assertThat(read("/a", HeaderFields.empty())).isEmpty();
    }

    @Test
    void keepsNoMoreVariantsThanAllowed() {
        for (int i = 0; i < 200; i++) {
            put("/a", "body " + i, vary("X"), HeaderFields.of("X", "v" + i));
        }
        assertThat(read("/a", HeaderFields.of("X", "v135"))).isEmpty();
        assertThat(read("/a", HeaderFields.of("X", "v136"))).contains("body 136");
        assertThat(read("/a", HeaderFields.of("X", "v199"))).contains("body 199");
        l1.clear();
        assertThat(alive.sum()).isZero();
    }

    @Test
    void aLookUpBuildsOneVariantForAllThatVaryByTheSame() {
        Variants variants = Variants.NONE;
        for (int i = 0; i < 64; i++) {
            HeaderFields language = HeaderFields.of("Accept-Language", "l" + i);
            variants = variants.with(
                    response(key("zone", "/a"), 200, "", vary("Accept-Language"), language, 0, NOW),
                    64,
                    MIB,
                    dropped -> {});
        }
        assertThat(variants.size()).isEqualTo(64);
        RequestVariants request = new RequestVariants(HeaderFields.of("Accept-Language", "none"));
        assertThat(variants.selectedBy(request)).isEmpty();
        assertThat(request.built()).isEqualTo(1);
        variants.forEach(each -> each.body.release());
    }

    @Test
    void choosesTheMostRecentByItsDate() {
        HeaderFields both = HeaderFields.of("X", "1", "Y", "1");
        put("/a", "by x", dated(vary("X"), 2), HeaderFields.of("X", "1"));
        put("/a", "by y", dated(vary("Y"), 1), HeaderFields.of("Y", "1"));
        assertThat(read("/a", both)).contains("by x");
        put("/a", "by y, later", dated(vary("Y"), 3), HeaderFields.of("Y", "1"));
        assertThat(read("/a", both)).contains("by y, later");
    }

    @Test
    void whoForgotVaryComesLast() {
        HeaderFields german = HeaderFields.of("X", "de");
        put("/a", "anything", dated(fresh(), 1), HeaderFields.empty());
        put("/a", "deutsch", dated(vary("X"), 2), german);
        assertThat(read("/a", HeaderFields.of("X", "en")))
                .as("older, and for whom isn't known")
                .isEmpty();
        put("/a", "anything", dated(fresh(), 3), HeaderFields.empty());
        assertThat(read("/a", german)).contains("deutsch");
        assertThat(read("/a", HeaderFields.empty())).contains("anything");
    }

    @Test
    void tellsWhetherAnythingIsStored() {
        assertThat(l1.holds(key("zone", "/a"))).isFalse();
        put("/a", "deutsch", vary("X"), HeaderFields.of("X", "de"));
        assertThat(read("/a", HeaderFields.empty())).isEmpty();
        assertThat(l1.holds(key("zone", "/a"))).isTrue();
        purges.recordAll();
        assertThat(l1.holds(key("zone", "/a"))).as("purged, not swept yet").isFalse();
    }

    private static HeaderFields dated(HeaderFields fields, int seconds) {
        return fields.toBuilder()
                .add("Date", HttpDate.format(NOW.plusSeconds(seconds)))
                .build();
    }

    @Test
    void purgesAllZonesAndVariantsOfAUrl() {
        put("/a", "one");
        put(key("other", "/a"), "two", HeaderFields.of("Cache-Control", "max-age=60"), HeaderFields.empty(), 0);
        put("/b", "stays");
        purges.record("http://site/a");
        assertThat(l1.invalidate("http://site/a")).isEqualTo(2);
        assertThat(read("/a", HeaderFields.empty())).isEmpty();
        assertThat(l1.find(key("other", "/a"), HeaderFields.empty(), false)).isEmpty();
        assertThat(read("/b", HeaderFields.empty())).contains("stays");
    }

    @Test
    void keepsNoMoreContentsOfOneUrlThanAPurgeGoesThrough() {
        L1 wide = new L1(64 * MIB, 64, purges);
        CacheKey got = key("zone", "/a");
        assertThat(wide.put(response(got, 200, "got", fresh(), HeaderFields.empty(), purges.now(), NOW), NOW))
                .isEqualTo(L1.Put.STORED);
        for (int i = 0; i < KeysByUrl.MOST_POSTS + 50; i++) {
            CacheKey posted = key("zone~post-" + i, "/a");
            assertThat(wide.put(response(posted, 200, "", fresh(), HeaderFields.empty(), purges.now(), NOW), NOW))
                    .isEqualTo(L1.Put.STORED);
        }
        assertThat(wide.holds(got)).isTrue();
        assertThat(wide.evictions()).isEqualTo(51);
        purges.record("http://site/a");
        assertThat(wide.invalidate("http://site/a")).isEqualTo(KeysByUrl.MOST_POSTS);
        assertThat(alive.sum()).isZero();
    }

    @Test
    void softPurgeOnlyMarks() {
        put("/a", "one");
        purges.record("http://site/a");
        assertThat(l1.soften("http://site/a")).isEqualTo(1);
        L1Entry entry = l1.find(key("zone", "/a"), HeaderFields.empty(), false).orElseThrow();
        assertThat(entry.stale()).isTrue();
        entry.release();
    }

    @Test
    void refusesWhatBeganBeforeAPurge() {
        long began = purges.now();
        purges.record("http://site/a");
        assertThat(put(key("zone", "/a"), "old", fresh(), HeaderFields.empty(), began))
                .isEqualTo(L1.Put.PURGED);
        assertThat(put(key("zone", "/a"), "new", fresh(), HeaderFields.empty(), purges.now()))
                .isEqualTo(L1.Put.STORED);
        assertThat(put(key("zone", "/b"), "other", fresh(), HeaderFields.empty(), began))
                .isEqualTo(L1.Put.STORED);
        assertThat(read("/a", HeaderFields.empty())).contains("new");
    }

    @Test
    void refusesWhatBeganBeforeAPurgeItNoLongerRemembers() {
        long began = purges.now();
        for (int i = 0; i < 200; i++) {
            purges.record("http://site/" + i);
        }
        assertThat(put(key("zone", "/a"), "old", fresh(), HeaderFields.empty(), began))
                .isEqualTo(L1.Put.PURGED);
    }

    @Test
    void handsOutNothingOfBeforeAClear() {
        put("/a", "old");
        purges.recordAll();
        assertThat(read("/a", HeaderFields.empty())).isEmpty();
        l1.clear();
        assertThat(alive.sum()).isZero();
    }

    @Test
    void widePurgesActAtOnceAndTheSweepGivesBackWhatTheyMet() {
        put("/a/1", "one", tagged("x y"), HeaderFields.empty());
        put("/a/2", "two", tagged("y"), HeaderFields.empty());
        put("/b", "three", tagged("z"), HeaderFields.empty());
        assertThat(l1.count(List.of(scope("tag y"), scope("tag x")))).isEqualTo(2);
        assertThat(l1.count(List.of(scope("prefix http://site/a"), scope("url http://site/b"))))
                .isEqualTo(3);
        long began = purges.now();
        purges.record(scope("tag x"), false);
        purges.record(scope("tag z"), true);
        assertThat(read("/a/1", HeaderFields.empty())).isEmpty();
        assertThat(read("/a/2", HeaderFields.empty())).contains("two");
        L1Entry soft = l1.find(key("zone", "/b"), HeaderFields.empty(), false).orElseThrow();
        soft.release();
        assertThat(soft.stale()).isTrue();
        assertThat(put(key("zone", "/c"), "late", tagged("x"), HeaderFields.empty(), began))
                .isEqualTo(L1.Put.PURGED);
        assertThat(put(key("zone", "/c"), "late", tagged("w"), HeaderFields.empty(), began))
                .isEqualTo(L1.Put.STORED);
        long before = alive.sum();
        assertThat(sweep("tag x", "tag z", "tag none")).containsExactly(1, 1, 0);
        assertThat(alive.sum()).isLessThan(before);
        assertThat(sweep("tag x")).containsExactly(0);
        assertThat(l1.count(List.of(PurgeScope.ALL))).isEqualTo(3);
    }

    @Test
    void aVariantGoesAndTheOthersStay() {
        HeaderFields german = HeaderFields.of("Cache-Control", "max-age=60", "Vary", "L", "Cache-Tag", "de");
        put("/a", "german", german, HeaderFields.of("L", "de"));
        put("/a", "english", vary("L"), HeaderFields.of("L", "en"));
        purges.record(scope("tag de"), false);
        assertThat(sweep()).isEmpty();
        assertThat(read("/a", HeaderFields.of("L", "de"))).isEmpty();
        assertThat(read("/a", HeaderFields.of("L", "en"))).contains("english");
        purges.record("http://site/a");
        assertThat(l1.invalidate("http://site/a")).isEqualTo(1);
    }

    @Test
    void countingAndSweepingHashEachScopeOnce() {
        for (int i = 0; i < 50; i++) {
            put("/" + i, "hello", tagged("x"), HeaderFields.empty());
        }
        AtomicInteger taken = new AtomicInteger();
        List<PurgeScope> scopes = counted(taken, scope("tag none"), scope("tag x"));
        assertThat(l1.count(scopes)).isEqualTo(50);
        assertThat(taken).hasValue(2);
        assertThat(l1.sweep(scopes, purges.newestWide())).containsExactly(0, 50);
        assertThat(taken).hasValue(4);
    }

    /** A list that counts how often one of its scopes is taken out, to be hashed. */
    private static List<PurgeScope> counted(AtomicInteger taken, PurgeScope... scopes) {
        return new AbstractList<>() {
            @Override
            public PurgeScope get(int index) {
                taken.incrementAndGet();
                return scopes[index];
            }

            @Override
            public int size() {
                return scopes.length;
            }
        };
    }

    /** What isn't asked for is judged by the sweeps, so that it outlives purges that are forgotten. */
    @Test
    void sweptResponsesOutliveForgottenPurges() {
        put("/a", "stays");
        for (int i = 0; i < 250; i++) {
            purges.record(scope("tag t" + i), false);
            if (i % 50 == 0) {
                assertThat(sweep()).isEmpty();
            }
        }
        assertThat(read("/a", HeaderFields.empty())).contains("stays");
        for (int i = 0; i < 101; i++) {
            purges.record(scope("tag u" + i), false);
        }
        assertThat(read("/a", HeaderFields.empty())).isEmpty();
    }

    /** A purge may meet a fill at any moment; behind it nothing older is ever handed out. */
    @Test
    void noFillOutrunsAPurgeOfItsTag() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        AtomicLong written = new AtomicLong();
        AtomicBoolean over = new AtomicBoolean();
        List<Future<Integer>> writers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            writers.add(threads.submit(() -> {
                int stored = 0;
                while (!over.get()) {
                    long tick = purges.now();
                    long version = written.incrementAndGet();
                    stored += put(key("zone", "/a"), "v" + version, tagged("t"), HeaderFields.empty(), tick)
                                    == L1.Put.STORED
                            ? 1
                            : 0;
                }
                return stored;
            }));
        }
        Future<?> sweeper = threads.submit(() -> {
            while (!over.get()) {
                var unused = sweep();
            }
        });
        for (int i = 0; i < 5_000; i++) {
            // Whatever was made before this moment must not be seen behind the purge.
            long oldest = written.get();
            purges.record(scope(i % 7 == 0 ? "prefix http://site/a" : "tag t"), false);
            Optional<String> seen = read("/a", HeaderFields.empty());
            if (seen.isPresent()) {
                assertThat(Long.parseLong(seen.get().substring(1))).isGreaterThan(oldest);
            }
        }
        over.set(true);
        for (Future<Integer> writer : writers) {
            assertThat(writer.get(20, TimeUnit.SECONDS)).isPositive();
        }
        sweeper.get(20, TimeUnit.SECONDS);
        threads.shutdown();
    }

    @Test
    void anErrorDoesNotHideAFreshSuccess() {
        put("/a", "good");
        assertThat(putStatus("/a", 500, fresh(), NOW)).isEqualTo(L1.Put.OUTRANKED);
        assertThat(putStatus("/a", 404, vary("X"), NOW)).isEqualTo(L1.Put.OUTRANKED);
        assertThat(read("/a", HeaderFields.empty())).contains("good");
        assertThat(putStatus("/a", 500, fresh(), NOW.plusSeconds(61))).isEqualTo(L1.Put.STORED);
    }

    @Test
    void refusesWhatIsTooBig() {
        assertThat(put("/a", "x".repeat(2 * MIB))).isEqualTo(L1.Put.TOO_BIG);
        assertThat(alive.sum()).isZero();
    }

    @Test
    void bodyOutlivesItsEvictionWhileHeld() {
        put("/a", "hello");
        L1Entry entry = l1.find(key("zone", "/a"), HeaderFields.empty(), false).orElseThrow();
        purges.record("http://site/a");
        assertThat(l1.invalidate("http://site/a")).isEqualTo(1);
        long held = alive.sum();
        assertThat(held).isPositive();
        ByteBuf body = entry.takeBody();
        entry.release();
        entry.release();
        assertThat(alive.sum()).isZero();
        assertThat(body.toString(StandardCharsets.UTF_8)).isEqualTo("hello");
        assertThat(body.release()).isTrue();
        assertThatThrownBy(entry::takeBody).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void weighsAndEvicts() {
        for (int i = 0; i < 100; i++) {
            put("/" + i, "x".repeat(100_000));
        }
        l1.settle();
        assertThat(l1.weight()).isBetween(2L * MIB, 4L * MIB);
        assertThat(alive.sum()).isLessThanOrEqualTo(4L * MIB);
        assertThat(l1.evictions()).isPositive();
        purges.recordAll();
        l1.clear();
        assertThat(alive.sum()).isZero();
        assertThat(l1.keys()).isZero();
    }

    /** Readers, writers and purgers on the same few keys, in a memory that is too small for them. */
    @Test
    void neitherLeaksNorGivesAwayWhatIsReleased() throws Exception {
        L1 small = new L1(MIB, 4, purges);
        ExecutorService threads = Executors.newFixedThreadPool(6);
        List<Future<Integer>> readers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            readers.add(threads.submit(() -> readMany(small)));
        }
        List<Callable<Integer>> writers =
                List.of(() -> writeMany(small), () -> writeMany(small), () -> purgeMany(small));
        for (Future<Integer> writer : threads.invokeAll(writers)) {
            assertThat(writer.get()).isPositive();
        }
        for (Future<Integer> reader : readers) {
            assertThat(reader.get(20, TimeUnit.SECONDS)).isPositive();
        }
        threads.shutdown();
        purges.recordAll();
        small.clear();
        small.settle();
        assertThat(alive.sum()).isZero();
    }

    private int readMany(L1 from) {
        int read = 0;
        for (int i = 0; i < 30_000 || (read == 0 && i < 5_000_000); i++) {
            int which = i % 40;
            Optional<L1Entry> found = from.find(key("zone", "/" + which), HeaderFields.empty(), false);
            if (found.isPresent()) {
                ByteBuf body = found.get().takeBody();
                found.get().release();
                byte expected = (byte) which;
                assertThat(body.getByte(0)).isEqualTo(expected);
                assertThat(body.getByte(body.readableBytes() - 1)).isEqualTo(expected);
                body.release();
                read++;
            }
        }
        return read;
    }

    private int writeMany(L1 into) {
        int stored = 0;
        byte[] content = new byte[40_000];
        for (int i = 0; i < 3_000; i++) {
            int which = ThreadLocalRandom.current().nextInt(40);
            Arrays.fill(content, (byte) which);
            ByteBuf bytes = PooledByteBufAllocator.DEFAULT.directBuffer(40_000).writeBytes(content);
            StoredResponse response = new StoredResponse(
                    key("zone", "/" + which),
                    HeaderFields.empty(),
                    new StoredHead(200, fresh(), NOW, NOW),
                    HeaderFields.empty(),
                    new StoredBody(bytes, alive),
                    purges.now(),
                    CacheRule.NONE,
                    false);
            stored += into.put(response, NOW) == L1.Put.STORED ? 1 : 0;
        }
        return stored;
    }

    private int purgeMany(L1 in) {
        int removed = 0;
        for (int i = 0; i < 3_000; i++) {
            String url = "http://site/" + i % 40;
            purges.record(url);
            removed += in.invalidate(url);
        }
        return removed + 1;
    }

    private Optional<String> read(String path, HeaderFields request) {
        return l1.find(key("zone", path), request, false).map(entry -> {
            ByteBuf body = entry.takeBody();
            entry.release();
            String text = body.toString(StandardCharsets.UTF_8);
            body.release();
            return text;
        });
    }

    @CanIgnoreReturnValue
    private L1.Put put(String path, String body) {
        return put(path, body, fresh(), HeaderFields.empty());
    }

    @CanIgnoreReturnValue
    private L1.Put put(String path, String body, HeaderFields fields, HeaderFields request) {
        return put(key("zone", path), body, fields, request, purges.now());
    }

    @CanIgnoreReturnValue
    private L1.Put put(CacheKey key, String body, HeaderFields fields, HeaderFields request, long tick) {
        return l1.put(response(key, 200, body, fields, request, tick, NOW), NOW);
    }

    private L1.Put putStatus(String path, int status, HeaderFields fields, Instant now) {
        return l1.put(response(key("zone", path), status, "", fields, HeaderFields.empty(), purges.now(), now), now);
    }

    private StoredResponse response(
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

    private static CacheKey key(String zone, String path) {
        return new CacheKey(zone, "http", "site", path, "");
    }

    private long[] sweep(String... scopes) {
        return l1.sweep(Stream.of(scopes).map(L1Test::scope).toList(), purges.newestWide());
    }

    private static PurgeScope scope(String text) {
        return PurgeScope.parse(text).orElseThrow();
    }

    private static HeaderFields tagged(String tags) {
        return HeaderFields.of("Cache-Control", "max-age=60", "Surrogate-Key", tags);
    }

    private static HeaderFields fresh() {
        return HeaderFields.of("Cache-Control", "max-age=60");
    }

    private static HeaderFields vary(String names) {
        return HeaderFields.of("Cache-Control", "max-age=60", "Vary", names);
    }
}
