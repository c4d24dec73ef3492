package dev.weir.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.cache.CacheLookupReply.Hit;
import dev.weir.contracts.cache.CacheStore;
import dev.weir.contracts.cache.CacheStoreReply.Outcome;
import dev.weir.contracts.cache.ScopeLog;
import dev.weir.contracts.cache.ScopeNotice;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.PurgeScope;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store does. */
abstract class StoreContract {
    private static final String URL = "http://site/a";
    private static final String KEY = "zone " + URL;
    private static final PurgeScope PURGE = new PurgeScope(PurgeScope.Kind.URL, URL);

    /** The store under test. */
    abstract ResponseStore store();

    /** Runs on the store's context and waits for the outcome. */
    @CanIgnoreReturnValue
    abstract <T> T call(Supplier<Future<T>> action) throws Exception;

    @Test
    void givesWhatWasStored() throws Exception {
        assertThat(keep(response(KEY, URL, "hello"))).isEqualTo(Outcome.STORED);
        Hit hit = hit(KEY, URL, HeaderFields.empty());
        assertThat(hit.status()).isEqualTo(200);
        assertThat(hit.fields()).isEqualTo(HeaderFields.of("Cache-Control", "max-age=60", "ETag", "\"1\""));
        assertThat(hit.body().toString()).isEqualTo("hello");
        assertThat(hit.responseDelayMillis()).isEqualTo(12);
        assertThat(hit.residentMillis()).isBetween(1_000L, 30_000L);
        assertThat(hit.stale()).isFalse();
        assertThat(hit.purges()).isEqualTo(newest());
    }

    @Test
    void findsNothingUnderAnotherKeyOfTheUrl() throws Exception {
        keep(response(KEY, URL, "hello"));
        assertThat(look("other " + URL, URL, HeaderFields.empty())).isInstanceOf(ResponseStore.Found.Nothing.class);
        assertThat(look("zone http://site/b", "http://site/b", HeaderFields.empty()))
                .isInstanceOf(ResponseStore.Found.Nothing.class);
    }

    @Test
    void tellsVariantsApart() throws Exception {
        keep(varying("accept-language", "de", "deutsch"));
        keep(varying("accept-language", "en", "english"));
        assertThat(hit(KEY, URL, HeaderFields.of("Accept-Language", "de"))
                        .body()
                        .toString())
                .isEqualTo("deutsch");
        assertThat(hit(KEY, URL, HeaderFields.of("X", "y", "Accept-Language", "EN"))
                        .body()
                        .toString())
                .isEqualTo("english");
        assertThat(look(KEY, URL, HeaderFields.of("Accept-Language", "fr")))
                .isInstanceOf(ResponseStore.Found.Nothing.class);
        assertThat(look(KEY, URL, HeaderFields.empty())).isInstanceOf(ResponseStore.Found.Nothing.class);
    }

    @Test
    void selectsByTheAbsenceOfAField() throws Exception {
        CacheStore without = new CacheStore(
                KEY,
                URL,
                List.of("x"),
                HeaderFields.empty(),
                200,
                HeaderFields.empty(),
                0,
                0,
                60_000,
                1,
                newest(),
                Buffer.buffer("none"));
        keep(without);
        assertThat(hit(KEY, URL, HeaderFields.empty()).body().toString()).isEqualTo("none");
        assertThat(look(KEY, URL, HeaderFields.of("X", ""))).isInstanceOf(ResponseStore.Found.Nothing.class);
    }

    @Test
    void theNewestSelectedWins() throws Exception {
        keep(response(KEY, URL, "first"));
        keep(varying("x", "1", "second"));
        assertThat(hit(KEY, URL, HeaderFields.of("X", "1")).body().toString()).isEqualTo("second");
        assertThat(hit(KEY, URL, HeaderFields.of("X", "2")).body().toString()).isEqualTo("first");
        keep(response(KEY, URL, "third"));
        assertThat(hit(KEY, URL, HeaderFields.of("X", "1")).body().toString()).isEqualTo("third");
    }

    @Test
    void keepsTheNewestVariantsOnly() throws Exception {
        for (int i = 0; i < ResponseStore.VARIANTS_OF_KEY + 10; i++) {
            keep(varying("x", "v" + i, "body " + i));
        }
        assertThat(look(KEY, URL, HeaderFields.of("X", "v9"))).isInstanceOf(ResponseStore.Found.Nothing.class);
        assertThat(hit(KEY, URL, HeaderFields.of("X", "v10")).body().toString()).isEqualTo("body 10");
        assertThat(hit(KEY, URL, HeaderFields.of("X", "v73")).body().toString()).isEqualTo("body 73");
    }

    @Test
    void purgesAllZonesAndVariantsOfAUrl() throws Exception {
        keep(response(KEY, URL, "one"));
        keep(varying("x", "1", "two"));
        keep(response("other " + URL, URL, "three"));
        keep(response("zone http://site/b", "http://site/b", "stays"));
        SequencePair before = newest();
        ResponseStore.Purged purged = call(() -> store().purge(PURGE, false));
        assertThat(purged.met()).isEqualTo(3);
        assertThat(purged.pair()).isEqualTo(before.next());
        assertThat(look(KEY, URL, HeaderFields.of("X", "1"))).isEqualTo(new ResponseStore.Found.Nothing(purged.pair()));
        assertThat(look("other " + URL, URL, HeaderFields.empty())).isInstanceOf(ResponseStore.Found.Nothing.class);
        assertThat(hit("zone http://site/b", "http://site/b", HeaderFields.empty())
                        .body()
                        .toString())
                .isEqualTo("stays");
    }

    @Test
    void softPurgeMakesStale() throws Exception {
        keep(response(KEY, URL, "one"));
        assertThat(call(() -> store().purge(PURGE, true)).met()).isEqualTo(1);
        assertThat(hit(KEY, URL, HeaderFields.empty()).stale()).isTrue();
        keep(response(KEY, URL, "two"));
        assertThat(hit(KEY, URL, HeaderFields.empty()).stale()).isFalse();
    }

    @Test
    void refusesAFillThatBeganBeforeAPurge() throws Exception {
        CacheStore began = response(KEY, URL, "old");
        CacheStore elsewhere = response("zone http://site/b", "http://site/b", "other");
        call(() -> store().purge(PURGE, false));
        assertThat(keep(began)).isEqualTo(Outcome.PURGED);
        assertThat(keep(elsewhere)).isEqualTo(Outcome.STORED);
        assertThat(keep(response(KEY, URL, "new"))).isEqualTo(Outcome.STORED);
        assertThat(hit(KEY, URL, HeaderFields.empty()).body().toString()).isEqualTo("new");
    }

    @Test
    void refusesAFillOfAnotherLifeOfTheSequence() throws Exception {
        assertThat(keep(began(response(KEY, URL, "x"), SequencePair.NONE))).isEqualTo(Outcome.PURGED);
        SequencePair now = newest();
        assertThat(keep(began(response(KEY, URL, "x"), new SequencePair(now.epoch() + 1, now.number()))))
                .isEqualTo(Outcome.PURGED);
        assertThat(keep(began(response(KEY, URL, "x"), now.next()))).isEqualTo(Outcome.PURGED);
    }

    @Test
    void anErrorDoesNotHideASuccess() throws Exception {
        keep(response(KEY, URL, "good"));
        assertThat(keep(error(List.of()))).isEqualTo(Outcome.OUTRANKED);
        assertThat(keep(error(List.of("x")))).isEqualTo(Outcome.OUTRANKED);
        assertThat(hit(KEY, URL, HeaderFields.empty()).status()).isEqualTo(200);
        call(() -> store().purge(PURGE, true));
        assertThat(keep(error(List.of()))).isEqualTo(Outcome.STORED);
        assertThat(hit(KEY, URL, HeaderFields.empty()).status()).isEqualTo(503);
    }

    @Test
    void doesNotKeepWhatIsNotWorthIt() throws Exception {
        CacheStore r = response(KEY, URL, "x");
        assertThat(keep(new CacheStore(
                        r.key(),
                        r.url(),
                        r.varyNames(),
                        r.selecting(),
                        200,
                        r.fields(),
                        0,
                        0,
                        0,
                        1,
                        r.purges(),
                        r.body())))
                .isEqualTo(Outcome.UNAVAILABLE);
        assertThat(look(KEY, URL, HeaderFields.empty())).isInstanceOf(ResponseStore.Found.Nothing.class);
    }

    @Test
    void tellsThePurgesSince() throws Exception {
        SequencePair start = newest();
        PurgeScope other = new PurgeScope(PurgeScope.Kind.URL, "http://site/b c?d");
        PurgeScope group = scope("group http://site a b");
        SequencePair first = purge(PURGE, false);
        SequencePair second = purge(other, true);
        SequencePair third = purge(group, true);
        SequencePair fourth = purge(PurgeScope.ALL, false);
        ScopeNotice one = new ScopeNotice(first, PURGE, false);
        ScopeNotice two = new ScopeNotice(second, other, true);
        ScopeNotice three = new ScopeNotice(third, group, true);
        ScopeNotice four = new ScopeNotice(fourth, PurgeScope.ALL, false);
        assertThat(since(start, 100)).isEqualTo(new ScopeLog(true, fourth, List.of(one, two, three, four)));
        assertThat(since(first, 100)).isEqualTo(new ScopeLog(true, fourth, List.of(two, three, four)));
        assertThat(since(fourth, 100)).isEqualTo(new ScopeLog(true, fourth, List.of()));
        assertThat(since(start, 1)).isEqualTo(new ScopeLog(false, fourth, List.of()));
        assertThat(since(fourth.next(), 100)).isEqualTo(new ScopeLog(false, fourth, List.of()));
        assertThat(since(SequencePair.NONE, 100)).isEqualTo(new ScopeLog(false, fourth, List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "url http://site/a",
                "prefix http://site/a",
                "prefix http://site",
                "tag two",
                "tag three",
                "group http://site g",
                "all"
            })
    void purgesByWhateverAResponseIsNamed(String named) throws Exception {
        PurgeScope scope = scope(named);
        keep(tagged("one two"));
        keep(response("zone http://other/b", "http://other/b", "stays"));
        assertThat(count(scope)).isEqualTo(scope.equals(PurgeScope.ALL) ? 2 : 1);
        CacheStore began = tagged("one two");

        SequencePair soft = purge(scope, true);
        assertThat(hit(KEY, URL, HeaderFields.empty()).stale()).isTrue();
        assertThat(keep(began)).isEqualTo(Outcome.PURGED);
        keep(tagged("one two"));
        assertThat(hit(KEY, URL, HeaderFields.empty()).stale()).isFalse();

        SequencePair hard = purge(scope, false);
        assertThat(hard).isEqualTo(soft.next());
        assertThat(look(KEY, URL, HeaderFields.empty())).isEqualTo(new ResponseStore.Found.Nothing(hard));
        assertThat(count(scope)).isZero();
        assertThat(keep(began)).isEqualTo(Outcome.PURGED);
        keep(tagged("one two"));
        assertThat(hit(KEY, URL, HeaderFields.empty()).stale()).isFalse();

        if (!scope.equals(PurgeScope.ALL)) {
            assertThat(hit("zone http://other/b", "http://other/b", HeaderFields.empty())
                            .stale())
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "url http://site/a?b",
                "prefix http://site/a/b",
                "prefix https://site/a",
                "tag TWO",
                "tag g",
                "group http://other g",
                "group http://site two"
            })
    void purgesNothingElse(String named) throws Exception {
        keep(tagged("one two"));
        CacheStore began = tagged("one two");
        assertThat(count(scope(named))).isZero();
        assertThat(purge(scope(named), false).number()).isPositive();
        assertThat(hit(KEY, URL, HeaderFields.empty()).stale()).isFalse();
        assertThat(keep(began)).isEqualTo(Outcome.STORED);
    }

    @Test
    void aPurgeOfManyThingsCountsEachResponseOnce() throws Exception {
        keep(tagged("one two"));
        assertThat(call(() -> store().count(List.of(scope("tag one"), scope("tag two"), PURGE))))
                .isEqualTo(new ResponseStore.Counted(1, true));
    }

    @Test
    void keepsNothingThatHasMoreTagsThanCanBePurged() throws Exception {
        assertThat(keep(tagged("some"))).isEqualTo(Outcome.STORED);
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            many.append(" t").append(i);
        }
        assertThat(keep(tagged(many.toString()))).isEqualTo(Outcome.UNAVAILABLE);
    }

    /** What can't be judged any more isn't used, and what was stored later is. */
    @Test
    void whatIsOlderThanAForgottenPurgeIsNotUsed() throws Exception {
        keep(response(KEY, URL, "old"));
        call(() -> store().purge(scope("tag none"), false));
        keep(response("zone http://site/b", "http://site/b", "later"));
        for (int done = 0; done < ResponseStore.WIDE_PURGES_REMEMBERED; done += 200) {
            int from = done;
            call(() -> {
                List<Future<ResponseStore.Purged>> some = new ArrayList<>();
                for (int i = from; i < from + 200; i++) {
                    some.add(store().purge(scope("tag t" + i), false));
                }
                return Future.all(some).mapEmpty();
            });
        }
        assertThat(look(KEY, URL, HeaderFields.empty())).isInstanceOf(ResponseStore.Found.Nothing.class);
        assertThat(hit("zone http://site/b", "http://site/b", HeaderFields.empty())
                        .body()
                        .toString())
                .isEqualTo("later");
    }

    @Test
    void forgetsTheOldestPurges() throws Exception {
        SequencePair start = newest();
        CacheStore began = response("zone http://site/b", "http://site/b", "x");
        purgeMany(4_000);
        assertThat(keep(began)).isEqualTo(Outcome.STORED);
        purgeMany(6_400);
        assertThat(since(start, 100_000).complete()).isFalse();
        assertThat(keep(began)).isEqualTo(Outcome.PURGED);
        SequencePair now = newest();
        assertThat(since(new SequencePair(now.epoch(), now.number() - 10_000), 10_000)
                        .notices())
                .hasSize(10_000);
    }

    private void purgeMany(int count) throws Exception {
        for (int done = 0; done < count; done += 200) {
            call(() -> {
                List<Future<ResponseStore.Purged>> some = new ArrayList<>();
                for (int i = 0; i < 200; i++) {
                    some.add(store().purge(PURGE, false));
                }
                return Future.all(some).mapEmpty();
            });
        }
    }

    Hit hit(String key, String url, HeaderFields request) throws Exception {
        ResponseStore.Found found = look(key, url, request);
        assertThat(found).isInstanceOf(ResponseStore.Found.Response.class);
        return ((ResponseStore.Found.Response) found).hit();
    }

    ResponseStore.Found look(String key, String url, HeaderFields request) throws Exception {
        return call(() -> store().lookup(key, url, request));
    }

    @CanIgnoreReturnValue
    Outcome keep(CacheStore response) throws Exception {
        return call(() -> store().store(response, ""));
    }

    SequencePair newest() throws Exception {
        return call(() -> store().newestPurge());
    }

    private static PurgeScope scope(String text) {
        return PurgeScope.parse(text).orElseThrow();
    }

    private SequencePair purge(PurgeScope scope, boolean soft) throws Exception {
        return call(() -> store().purge(scope, soft)).pair();
    }

    private long count(PurgeScope scope) throws Exception {
        ResponseStore.Counted counted = call(() -> store().count(List.of(scope)));
        assertThat(counted.whole()).isTrue();
        return counted.met();
    }

    private CacheStore tagged(String keys) throws Exception {
        return new CacheStore(
                KEY,
                URL,
                List.of(),
                HeaderFields.empty(),
                200,
                HeaderFields.of("Surrogate-Key", keys, "Cache-Tag", "three", "Cache-Groups", "\"f\", \"g\""),
                0,
                0,
                60_000,
                7,
                newest(),
                Buffer.buffer("tagged"));
    }

    private ScopeLog since(SequencePair pair, int most) throws Exception {
        return call(() -> store().purgesSince(pair, most));
    }

    CacheStore response(String key, String url, String body) throws Exception {
        return new CacheStore(
                key,
                url,
                List.of(),
                HeaderFields.empty(),
                200,
                HeaderFields.of("Cache-Control", "max-age=60", "ETag", "\"1\""),
                12,
                1_000,
                60_000,
                7,
                newest(),
                Buffer.buffer(body));
    }

    private CacheStore varying(String name, String value, String body) throws Exception {
        return new CacheStore(
                KEY,
                URL,
                List.of(name),
                HeaderFields.of(name, value),
                200,
                HeaderFields.of("Vary", name),
                0,
                0,
                60_000,
                7,
                newest(),
                Buffer.buffer(body));
    }

    private CacheStore error(List<String> varyNames) throws Exception {
        return new CacheStore(
                KEY,
                URL,
                varyNames,
                HeaderFields.empty(),
                503,
                HeaderFields.empty(),
                0,
                0,
                60_000,
                7,
                newest(),
                Buffer.buffer());
    }

    private static CacheStore began(CacheStore r, SequencePair purges) {
        return new CacheStore(
                r.key(),
                r.url(),
                r.varyNames(),
                r.selecting(),
                r.status(),
                r.fields(),
                0,
                0,
                60_000,
                1,
                purges,
                r.body());
    }

    /** Waits as a test may. */
    @CanIgnoreReturnValue
    static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
