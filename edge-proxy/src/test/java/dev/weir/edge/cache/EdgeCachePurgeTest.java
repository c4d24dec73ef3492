package dev.weir.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.contracts.Addresses;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.cache.CacheLookupReply;
import dev.weir.contracts.cache.CacheStore;
import dev.weir.contracts.cache.PurgeApplied;
import dev.weir.contracts.cache.PurgeMet;
import dev.weir.contracts.cache.PurgeNotice;
import dev.weir.contracts.cache.PurgeOrder;
import dev.weir.contracts.cache.PurgePair;
import dev.weir.contracts.cache.PurgesSince;
import dev.weir.contracts.cache.ScopeCount;
import dev.weir.contracts.cache.ScopeCounted;
import dev.weir.contracts.cache.ScopeLog;
import dev.weir.contracts.cache.ScopeNotice;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.PurgeScope;
import dev.weir.runtime.config.WhenCutOff;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What purges make of what one edge has stored and fetches. */
class EdgeCachePurgeTest extends CacheUnderTest {
    @Test
    void appliesPurgesInOrderAndSaysSo() {
        record(cache.beginFill(), FRESH, "old");
        assertThat(only(PurgeApplied.class)).isEqualTo(new PurgeApplied("edge", pair(1)));
        bus.publish(Addresses.CACHE_PURGED, new PurgeNotice(pair(2), KEY.uri(), false));
        assertThat(cache.peek(KEY, NO_FIELDS)).isEmpty();
        record(cache.beginFill(), FRESH, "new");
        bus.publish(Addresses.CACHE_PURGED, new PurgeNotice(pair(2), KEY.uri(), false));
        bus.publish(Addresses.CACHE_PAIR, new PurgePair(pair(2)));
        assertThat(read()).contains("new");
        assertThat(cache.beginFill().purges()).isEqualTo(pair(2));
    }

    @Test
    void softPurgesMakeStale() {
        record(cache.beginFill(), FRESH, "old");
        bus.publish(Addresses.CACHE_PURGED, new PurgeNotice(pair(2), KEY.uri(), true));
        assertThat(cache.peek(KEY, NO_FIELDS)).hasValueSatisfying(entry -> {
            assertThat(entry.stale()).isTrue();
            entry.release();
        });
    }

    @Test
    void catchesUpWithPurgesItMissed() {
        record(cache.beginFill(), FRESH, "old");
        log = new ScopeLog(
                true,
                pair(3),
                List.of(
                        new ScopeNotice(pair(2), scope("url " + KEY.uri()), false),
                        new ScopeNotice(pair(3), scope("url http://site/other"), false)));
        bus.publish(Addresses.CACHE_PAIR, new PurgePair(pair(3)));
        assertThat(cache.peek(KEY, NO_FIELDS)).isEmpty();
        assertThat(all(PurgesSince.class)).contains(new PurgesSince(pair(1)));
        assertThat(cache.beginFill().purges()).isEqualTo(pair(3));
        assertThat(cache.counters().of(CacheCounter.PURGE_CLEARED_ALL)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tag t", "prefix http://site/", "group http://site g", "all"})
    void appliesPurgesOfWhateverScopeAndTellsWhatTheyMet(String scope) {
        record(cache.beginFill(), TAGGED, "old");
        Fill overtaken = cache.beginFill();
        bus.publish(Addresses.CACHE_COUNT, new ScopeCount(-5, List.of(scope(scope))));
        until(() -> bus.published.contains(new ScopeCounted(-5, "edge", 1)));
        assertThat(read()).contains("old");
        bus.publish(Addresses.CACHE_PURGED_SCOPE, new ScopeNotice(pair(2), scope(scope), false));
        assertThat(cache.peek(KEY, NO_FIELDS)).isEmpty();
        until(() -> bus.published.contains(new PurgeMet(pair(2), "edge", 1)));
        until(() -> cache.bodyBytes() == 0);
        record(overtaken, TAGGED, "old");
        assertThat(cache.peek(KEY, NO_FIELDS)).isEmpty();
        assertThat(cache.beginFill().purges()).isEqualTo(pair(2));
        record(cache.beginFill(), TAGGED, "new");
        assertThat(read()).contains("new");
        bus.publish(Addresses.CACHE_PURGED_SCOPE, new ScopeNotice(pair(3), scope(scope), true));
        assertThat(stale(cache)).isTrue();
        record(cache.beginFill(), TAGGED, "newer");
        assertThat(stale(cache)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void tellsWhatAPurgeOfOneUrlHasMetIfItWasOrdered(boolean soft) {
        record(cache.beginFill(), FRESH, "old");
        bus.publish(Addresses.CACHE_PURGED_SCOPE, new ScopeNotice(pair(2), scope("url " + KEY.uri()), soft));
        bus.publish(Addresses.CACHE_PURGED_SCOPE, new ScopeNotice(pair(3), scope("url http://site/other"), soft));
        bus.publish(Addresses.CACHE_PURGED, new PurgeNotice(pair(4), KEY.uri(), soft));
        assertThat(all(PurgeMet.class))
                .containsExactly(new PurgeMet(pair(2), "edge", 1), new PurgeMet(pair(3), "edge", 0));
        assertThat(cache.beginFill().purges()).isEqualTo(pair(4));
    }

    @Test
    void whatTheSharedTierHadBeforeAPurgeOfItsTagIsNotTaken() throws Exception {
        var served = bus.serve(Addresses.CACHE_LOOKUP, asked -> {
            bus.publish(Addresses.CACHE_PURGED_SCOPE, new ScopeNotice(pair(2), scope("tag t"), false));
            return Future.succeededFuture(
                    new CacheLookupReply.Hit(200, TAGGED, List.of(), 5, 0, false, pair(1), Buffer.buffer("old")));
        });
        assertThat(served).isNotNull();
        assertThat(look()).isInstanceOf(Found.Missing.class);
        assertThat(cache.peek(KEY, NO_FIELDS)).isEmpty();
    }

    @Test
    void groupsAreInvalidatedHereAtOnceAndElsewhereByAPurge() {
        record(cache.beginFill(), TAGGED, "old");
        Fill overtaken = cache.beginFill();
        List<PurgeScope> groups = List.of(scope("group http://site g"));
        cache.invalidateGroups(groups);
        assertThat(cache.peek(KEY, NO_FIELDS)).isEmpty();
        assertThat(only(PurgeOrder.class)).isEqualTo(new PurgeOrder(groups, false, false));
        record(overtaken, TAGGED, "old");
        assertThat(cache.peek(KEY, NO_FIELDS)).isEmpty();
    }

    @Test
    void catchesUpWithPurgesOfWhateverScope() {
        record(cache.beginFill(), TAGGED, "old");
        log = new ScopeLog(true, pair(2), List.of(new ScopeNotice(pair(2), scope("tag t"), false)));
        bus.publish(Addresses.CACHE_PAIR, new PurgePair(pair(2)));
        assertThat(cache.peek(KEY, NO_FIELDS)).isEmpty();
        assertThat(cache.counters().of(CacheCounter.PURGE_CAUGHT_UP)).isEqualTo(1);
    }

    @Test
    void keepsNothingThatHasMoreTagsThanCanBePurged() {
        StringBuilder tags = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            tags.append(" t").append(i);
        }
        record(
                cache.beginFill(),
                HeaderFields.of("Cache-Control", "max-age=60", "Surrogate-Key", tags.toString()),
                "x");
        assertThat(cache.peek(KEY, NO_FIELDS)).isEmpty();
        assertThat(cache.counters().of(CacheCounter.RECORD_TOO_MANY_TAGS)).isEqualTo(1);
        assertThat(all(CacheStore.class)).isEmpty();
    }

    @Test
    void usesNothingWhileItIsBehind() {
        record(cache.beginFill(), FRESH, "old");
        bus.silence(Addresses.CACHE_SCOPES_SINCE);
        bus.publish(Addresses.CACHE_PURGED, new PurgeNotice(pair(4), "http://site/other", false));
        assertThat(cache.peek(KEY, NO_FIELDS)).isEmpty();
    }

    @Test
    void dropsAllWhenItCannotCatchUp() {
        record(cache.beginFill(), FRESH, "old");
        log = new ScopeLog(false, pair(20_000), List.of());
        bus.publish(Addresses.CACHE_PAIR, new PurgePair(pair(20_000)));
        assertThat(cache.peek(KEY, NO_FIELDS)).isEmpty();
        until(() -> cache.bodyBytes() == 0);
        assertThat(cache.beginFill().purges()).isEqualTo(pair(20_000));
    }

    @Test
    void dropsAllInANewLifeOfTheSequenceAndRefusesFillsOfTheOld() {
        record(cache.beginFill(), FRESH, "old");
        Fill old = cache.beginFill();
        SequencePair reborn = new SequencePair(99, 1);
        bus.publish(Addresses.CACHE_PAIR, new PurgePair(reborn));
        assertThat(cache.peek(KEY, NO_FIELDS)).isEmpty();
        record(old, FRESH, "old");
        assertThat(cache.peek(KEY, NO_FIELDS)).isEmpty();
        assertThat(cache.beginFill().purges()).isEqualTo(reborn);
    }

    /** As a master tells of that was cut off and doesn't know it, by a cache-service that still reaches it. */
    @Test
    void whatIsToldOfAnEarlierLifeMovesNothingWhileALaterOneIsHeard() throws Exception {
        SequencePair later = new SequencePair(99, 6);
        bus.publish(Addresses.CACHE_PAIR, new PurgePair(later));
        record(cache.beginFill(), FRESH, "kept");
        bus.publish(Addresses.CACHE_PAIR, new PurgePair(pair(8)));
        assertThat(read()).contains("kept");
        bus.publish(Addresses.CACHE_PURGED, new PurgeNotice(pair(9), KEY.uri(), false));
        assertThat(read()).as("what somebody wanted gone").isEmpty();
        assertThat(cache.beginFill().purges()).isEqualTo(later);
        assertThat(cache.counters().of(CacheCounter.PURGE_EARLIER_LIFE)).isEqualTo(2);
        bus.publish(Addresses.CACHE_PURGED, new PurgeNotice(later.next(), KEY.uri(), false));
        tier = new CacheLookupReply.Hit(200, FRESH, List.of(), 5, 0, false, pair(9), Buffer.buffer("purged"));
        assertThat(look()).isInstanceOf(Found.Missing.class);

        nanos.addAndGet(Duration.ofSeconds(3).toNanos());
        bus.publish(Addresses.CACHE_PAIR, new PurgePair(pair(9)));
        assertThat(cache.beginFill().purges()).isEqualTo(pair(9));
    }

    @Test
    void servesOnOrRevalidatesWhenCutOff() {
        EdgeCache careful = make(WhenCutOff.REVALIDATE);
        record(cache, cache.beginFill(), FRESH, "x");
        record(careful, careful.beginFill(), FRESH, "x");
        nanos.addAndGet(Duration.ofSeconds(10).toNanos() + 1);
        assertThat(stale(cache)).isFalse();
        assertThat(stale(careful)).isTrue();
        bus.publish(Addresses.CACHE_PAIR, new PurgePair(pair(1)));
        assertThat(stale(careful)).isFalse();
        careful.close();
        until(() -> careful.bodyBytes() == 0);
    }

    @Test
    void joinsWhatBeganBehindTheGap() {
        Seat before = entered(cache);
        bus.silence(Addresses.CACHE_SCOPES_SINCE);
        bus.publish(Addresses.CACHE_PURGED, new PurgeNotice(pair(4), "http://site/other", false));
        Seat leader = entered(cache);
        assertThat(leader.leads())
                .as("what is missing may be of what is fetched")
                .isTrue();
        assertThat(entered(cache).leads()).isFalse();
        bus.publish(Addresses.CACHE_PAIR, new PurgePair(pair(4)));
        assertThat(entered(cache).leads()).as("nothing new is missing").isFalse();
        bus.publish(Addresses.CACHE_PAIR, new PurgePair(pair(5)));
        assertThat(entered(cache).leads()).as("something new is").isTrue();
        assertThat(entered(cache).leads()).isFalse();
        assertThat(cache.counters().of(CacheCounter.FETCH_PURGED)).isEqualTo(2);
        assertThat(before.leads()).isTrue();
    }

    @Test
    void joinsWhatBeganBeforeAGapOnceItIsKnownWhatWasPurged() {
        assertThat(entered(cache).leads()).isTrue();
        log = new ScopeLog(true, pair(2), List.of(new ScopeNotice(pair(2), scope("prefix http://site/b"), false)));
        bus.publish(Addresses.CACHE_PAIR, new PurgePair(pair(2)));
        assertThat(entered(cache).leads()).isFalse();
        log = new ScopeLog(true, pair(3), List.of(new ScopeNotice(pair(3), scope("prefix http://site/a"), false)));
        bus.publish(Addresses.CACHE_PAIR, new PurgePair(pair(3)));
        assertThat(entered(cache).leads()).isTrue();
    }

    @Test
    void cutOffItJoinsWhatIsNoOlderThanALease() {
        EdgeCache careful = make(WhenCutOff.REVALIDATE);
        assertThat(entered(cache).leads()).isTrue();
        assertThat(entered(careful).leads()).isTrue();
        nanos.addAndGet(Duration.ofSeconds(10).toNanos() + 1);
        assertThat(entered(cache).leads()).as("it serves what is stored, too").isFalse();
        assertThat(entered(careful).leads()).isTrue();
        nanos.addAndGet(Duration.ofSeconds(10).toNanos());
        assertThat(entered(careful).leads()).isFalse();
        nanos.addAndGet(1);
        assertThat(entered(careful).leads()).isTrue();
        seats.forEach(Seat::leave);
        careful.close();
    }

    private Seat entered(EdgeCache into) {
        Seat seat = into.enter(KEY, "", vertx.getOrCreateContext());
        seats.add(seat);
        return seat;
    }
}
