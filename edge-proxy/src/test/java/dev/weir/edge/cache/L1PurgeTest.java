package dev.weir.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.HeaderFields;
import dev.weir.http.caching.CacheDirectives;
import dev.weir.http.caching.CacheKey;
import dev.weir.http.caching.PurgeScope;
import dev.weir.http.caching.Reuse;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What purges make of what is stored, and of what is about to be. */
class L1PurgeTest {
    private final FilledL1 stored = new FilledL1();

    @AfterEach
    void givesEverythingBack() {
        stored.empty();
    }

    @Test
    void purgesAllZonesAndVariantsOfAUrl() {
        stored.put("/a", "one");
        stored.put(
                FilledL1.key("other", "/a"),
                "two",
                HeaderFields.of("Cache-Control", "max-age=60"),
                HeaderFields.empty(),
                0);
        stored.put("/b", "stays");
        stored.purges.record("http://site/a");
        assertThat(stored.l1.invalidate("http://site/a")).isEqualTo(2);
        assertThat(stored.read("/a", HeaderFields.empty())).isEmpty();
        assertThat(stored.l1.find(FilledL1.key("other", "/a"), HeaderFields.empty(), false))
                .isEmpty();
        assertThat(stored.read("/b", HeaderFields.empty())).contains("stays");
    }

    @Test
    void keepsNoMoreContentsOfOneUrlThanAPurgeGoesThrough() {
        L1 wide = new L1(64 * FilledL1.MIB, 64, stored.purges);
        CacheKey got = FilledL1.key("zone", "/a");
        assertThat(wide.put(empty(got), FilledL1.NOW)).isEqualTo(L1.Put.STORED);
        for (int i = 0; i < KeysByUrl.MOST_POSTS + 50; i++) {
            CacheKey posted = FilledL1.key("zone~post-" + i, "/a");
            assertThat(wide.put(empty(posted), FilledL1.NOW)).isEqualTo(L1.Put.STORED);
        }
        assertThat(wide.holds(got)).isTrue();
        assertThat(wide.evictions()).isEqualTo(51);
        stored.purges.record("http://site/a");
        assertThat(wide.invalidate("http://site/a")).isEqualTo(KeysByUrl.MOST_POSTS);
        assertThat(stored.alive.sum()).isZero();
    }

    private StoredResponse empty(CacheKey key) {
        HeaderFields none = HeaderFields.empty();
        return stored.response(key, 200, "", FilledL1.fresh(), none, stored.purges.now(), FilledL1.NOW);
    }

    @Test
    void softPurgeOnlyMarks() {
        stored.put("/a", "one");
        stored.purges.record("http://site/a");
        assertThat(stored.l1.soften("http://site/a")).isEqualTo(1);
        L1Entry entry = stored.l1
                .find(FilledL1.key("zone", "/a"), HeaderFields.empty(), false)
                .orElseThrow();
        assertThat(entry.stale()).isTrue();
        entry.release();
    }

    /** The first of several counts, whatever they are of, for what is handed out and for what is just looked at. */
    @ParameterizedTest
    @ValueSource(strings = {"url http://site/a", "tag x", "prefix http://site/", "all"})
    void whatASoftPurgeMakesStaleIsStaleSinceThen(String scope) {
        HeaderFields fields = HeaderFields.of(
                "Cache-Control", "max-age=60, stale-while-revalidate=10", "Surrogate-Key", "x", "ETag", "\"1\"");
        stored.put("/a", "one", fields, HeaderFields.empty());
        assertThat(reuse(0)).isInstanceOf(Reuse.Fresh.class);
        for (int second : List.of(5, 9)) {
            stored.now = FilledL1.NOW.plusSeconds(second);
            stored.purge(scope, true);
            if (scope.startsWith("url")) {
                assertThat(stored.l1.soften("http://site/a")).isEqualTo(1);
            }
        }
        assertThat(reuse(14)).isEqualTo(new Reuse.StaleWhileRevalidate(14, -9));
        assertThat(reuse(15)).isEqualTo(new Reuse.Revalidate(Reuse.Reason.STALE));
        stored.put("/a", "renewed", fields, HeaderFields.empty());
        assertThat(reuse(15)).isInstanceOf(Reuse.Fresh.class);
    }

    private Reuse reuse(int second) {
        L1Entry entry = stored.l1
                .find(FilledL1.key("zone", "/a"), HeaderFields.empty(), false)
                .orElseThrow();
        entry.release();
        return entry.reuse(CacheDirectives.ofRequest(HeaderFields.empty()), FilledL1.NOW.plusSeconds(second));
    }

    @Test
    void refusesWhatBeganBeforeAPurge() {
        long began = stored.purges.now();
        stored.purges.record("http://site/a");
        assertThat(stored.put(FilledL1.key("zone", "/a"), "old", FilledL1.fresh(), HeaderFields.empty(), began))
                .isEqualTo(L1.Put.PURGED);
        assertThat(stored.put(
                        FilledL1.key("zone", "/a"), "new", FilledL1.fresh(), HeaderFields.empty(), stored.purges.now()))
                .isEqualTo(L1.Put.STORED);
        assertThat(stored.put(FilledL1.key("zone", "/b"), "other", FilledL1.fresh(), HeaderFields.empty(), began))
                .isEqualTo(L1.Put.STORED);
        assertThat(stored.read("/a", HeaderFields.empty())).contains("new");
    }

    @Test
    void refusesWhatBeganBeforeAPurgeItNoLongerRemembers() {
        long began = stored.purges.now();
        for (int i = 0; i < 200; i++) {
            stored.purges.record("http://site/" + i);
        }
        assertThat(stored.put(FilledL1.key("zone", "/a"), "old", FilledL1.fresh(), HeaderFields.empty(), began))
                .isEqualTo(L1.Put.PURGED);
    }

    @Test
    void handsOutNothingOfBeforeAClear() {
        stored.put("/a", "old");
        stored.purges.recordAll();
        assertThat(stored.read("/a", HeaderFields.empty())).isEmpty();
        stored.l1.clear();
        assertThat(stored.alive.sum()).isZero();
    }

    @Test
    void widePurgesActAtOnceAndTheSweepGivesBackWhatTheyMet() {
        stored.put("/a/1", "one", FilledL1.tagged("x y"), HeaderFields.empty());
        stored.put("/a/2", "two", FilledL1.tagged("y"), HeaderFields.empty());
        stored.put("/b", "three", FilledL1.tagged("z"), HeaderFields.empty());
        assertThat(stored.l1.count(List.of(FilledL1.scope("tag y"), FilledL1.scope("tag x"))))
                .isEqualTo(2);
        assertThat(stored.l1.count(
                        List.of(FilledL1.scope("prefix http://site/a"), FilledL1.scope("url http://site/b"))))
                .isEqualTo(3);
        long began = stored.purges.now();
        PurgeTally.Noted hard = stored.purge("tag x", false);
        PurgeTally.Noted soft = stored.purge("tag z", true);
        assertThat(stored.read("/a/1", HeaderFields.empty())).isEmpty();
        assertThat(stored.read("/a/2", HeaderFields.empty())).contains("two");
        L1Entry entry = stored.l1
                .find(FilledL1.key("zone", "/b"), HeaderFields.empty(), false)
                .orElseThrow();
        entry.release();
        assertThat(entry.stale()).isTrue();
        assertThat(stored.put(FilledL1.key("zone", "/c"), "late", FilledL1.tagged("x"), HeaderFields.empty(), began))
                .isEqualTo(L1.Put.PURGED);
        assertThat(stored.put(FilledL1.key("zone", "/c"), "late", FilledL1.tagged("w"), HeaderFields.empty(), began))
                .isEqualTo(L1.Put.STORED);
        long before = stored.alive.sum();
        assertThat(stored.sweep(hard, soft, stored.purge("tag none", false))).containsExactly(1, 1, 0);
        assertThat(stored.alive.sum()).isLessThan(before);
        assertThat(stored.sweep(hard)).containsExactly(0);
        assertThat(stored.l1.count(List.of(PurgeScope.ALL))).isEqualTo(3);
    }

    @Test
    void aVariantGoesAndTheOthersStay() {
        HeaderFields german = HeaderFields.of("Cache-Control", "max-age=60", "Vary", "L", "Cache-Tag", "de");
        stored.put("/a", "german", german, HeaderFields.of("L", "de"));
        stored.put("/a", "english", FilledL1.vary("L"), HeaderFields.of("L", "en"));
        stored.purges.record(FilledL1.scope("tag de"), false);
        stored.sweep();
        assertThat(stored.read("/a", HeaderFields.of("L", "de"))).isEmpty();
        assertThat(stored.read("/a", HeaderFields.of("L", "en"))).contains("english");
        stored.purges.record("http://site/a");
        assertThat(stored.l1.invalidate("http://site/a")).isEqualTo(1);
    }

    @Test
    void aResponseCountsForTheFirstHardPurgeAndForSoftOnesBeforeIt() {
        stored.put("/a", "both", FilledL1.tagged("x y"), HeaderFields.empty());
        stored.put("/b", "one", FilledL1.tagged("y"), HeaderFields.empty());
        PurgeTally.Noted soft = stored.purge("tag y", true);
        PurgeTally.Noted first = stored.purge("tag x", false);
        PurgeTally.Noted second = stored.purge("prefix http://site/", false);
        PurgeTally.Noted third = stored.purge("all", false);
        assertThat(stored.sweep(soft, first, second, third)).containsExactly(2, 1, 1, 0);
        assertThat(stored.alive.sum()).isZero();
    }

    @Test
    void whatWasStoredBehindAPurgeDoesNotCountForIt() {
        stored.put("/a", "old", FilledL1.tagged("x"), HeaderFields.empty());
        PurgeTally.Noted hard = stored.purge("tag x", false);
        PurgeTally.Noted soft = stored.purge("tag x", true);
        stored.put("/a", "new", FilledL1.tagged("x"), HeaderFields.empty());
        stored.put("/b", "new", FilledL1.tagged("x"), HeaderFields.empty());
        PurgeTally.Noted later = stored.purge("tag x", true);
        assertThat(stored.sweep(hard, soft, later)).containsExactly(0, 0, 2);
        assertThat(stored.read("/a", HeaderFields.empty())).contains("new");
    }

    @Test
    void whatAPurgeTookThatNobodyAsksAboutDoesNotCountForALaterOne() {
        stored.put("/a", "one", FilledL1.tagged("x y"), HeaderFields.empty());
        stored.put("/b", "two", FilledL1.tagged("y"), HeaderFields.empty());
        stored.purge("tag x", false);
        assertThat(stored.sweep(stored.purge("tag y", false))).containsExactly(1);
        stored.put("/c", "three", FilledL1.tagged("y"), HeaderFields.empty());
        stored.purges.recordAll();
        assertThat(stored.sweep(stored.purge("tag y", false))).containsExactly(0);
    }

    @Test
    void aPurgeOfOneUrlCountsWhatItMakesStaleOrTakes() {
        stored.put("/a", "german", FilledL1.vary("L"), HeaderFields.of("L", "de"));
        stored.put("/a", "english", FilledL1.vary("L"), HeaderFields.of("L", "en"));
        stored.purge("url http://site/a", true);
        assertThat(stored.l1.soften("http://site/a")).isEqualTo(2);
        stored.purge("url http://site/a", false);
        assertThat(stored.l1.invalidate("http://site/a")).isEqualTo(2);
        assertThat(stored.l1.invalidate("http://site/a")).isZero();
    }

    @Test
    void countingHashesEachScopeOnce() {
        for (int i = 0; i < 50; i++) {
            stored.put("/" + i, "hello", FilledL1.tagged("x"), HeaderFields.empty());
        }
        AtomicInteger taken = new AtomicInteger();
        List<PurgeScope> scopes = counted(taken, FilledL1.scope("tag none"), FilledL1.scope("tag x"));
        assertThat(stored.l1.count(scopes)).isEqualTo(50);
        assertThat(taken).hasValue(2);
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

    @Test
    void sweptResponsesOutliveForgottenPurges() {
        stored.put("/a", "stays");
        for (int i = 0; i < 250; i++) {
            stored.purges.record(FilledL1.scope("tag t" + i), false);
            if (i % 50 == 0) {
                stored.sweep();
            }
        }
        assertThat(stored.read("/a", HeaderFields.empty())).contains("stays");
        for (int i = 0; i < 101; i++) {
            stored.purges.record(FilledL1.scope("tag u" + i), false);
        }
        assertThat(stored.read("/a", HeaderFields.empty())).isEmpty();
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
                int many = 0;
                while (!over.get()) {
                    long tick = stored.purges.now();
                    long version = written.incrementAndGet();
                    many += stored.put(
                                            FilledL1.key("zone", "/a"),
                                            "v" + version,
                                            FilledL1.tagged("t"),
                                            HeaderFields.empty(),
                                            tick)
                                    == L1.Put.STORED
                            ? 1
                            : 0;
                }
                return many;
            }));
        }
        Future<?> sweeper = threads.submit(() -> {
            while (!over.get()) {
                stored.sweep();
            }
        });
        for (int i = 0; i < 5_000; i++) {
            // Whatever was made before this moment must not be seen behind the purge.
            long oldest = written.get();
            stored.purges.record(FilledL1.scope(i % 7 == 0 ? "prefix http://site/a" : "tag t"), false);
            Optional<String> seen = stored.read("/a", HeaderFields.empty());
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
}
