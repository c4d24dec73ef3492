package dev.weir.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.contracts.Addresses;
import dev.weir.contracts.cache.CacheLookup;
import dev.weir.contracts.cache.CacheLookupReply;
import dev.weir.contracts.cache.CacheStore;
import dev.weir.contracts.cache.PurgeNotice;
import dev.weir.contracts.cache.PurgeRequest;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.CacheKey;
import dev.weir.runtime.config.WhenCutOff;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EdgeCacheTest extends CacheUnderTest {
    @Test
    void storesWhatWasMissingHereAndInTheSharedTier() throws Exception {
        assertThat(cache.peek(KEY, NO_FIELDS)).isEmpty();
        Found found = look();
        assertThat(found).isEqualTo(new Found.Missing(found.fill()));
        assertThat(found.fill().token()).isEqualTo(7);
        record(found.fill(), FRESH, "hel", "lo");
        assertThat(read()).contains("hello");
        CacheStore stored = only(CacheStore.class);
        assertThat(stored.key()).isEqualTo("zone http://site/a");
        assertThat(stored.url()).isEqualTo("http://site/a");
        assertThat(stored.token()).isEqualTo(7);
        assertThat(stored.purges()).isEqualTo(pair(1));
        assertThat(stored.body().toString()).isEqualTo("hello");
        assertThat(stored.keepMillis()).isEqualTo(60_000);
        assertThat(look()).isInstanceOf(Found.InL1.class).satisfies(EdgeCacheTest::release);
    }

    @Test
    void asksTheSharedTierNotAtOnceForWhatMayNotBeStored() throws Exception {
        assertThat(look()).isInstanceOf(Found.Missing.class);
        cache.refused(KEY);
        assertThat(look()).isInstanceOf(Found.Missing.class);
        assertThat(only(CacheLookup.class)).isNotNull();
        nanos.addAndGet(RecentRefusals.REMEMBERED.toNanos());
        assertThat(look().fill().token()).isEqualTo(7);
    }

    @Test
    void storesNothingThatIsNotWhole() {
        HeaderFields six = HeaderFields.of("Cache-Control", "max-age=60", "Content-Length", "6");
        record(cache.beginFill(), six, "hello");
        assertThat(cache.peek(KEY, NO_FIELDS)).isEmpty();
        Recording aborted = begin(FRESH);
        aborted.append(Buffer.buffer("hello"));
        aborted.fail(new IOException("test"));
        aborted.complete(NO_FIELDS);
        assertThat(cache.peek(KEY, NO_FIELDS)).isEmpty();
        assertThat(cache.counters().of(CacheCounter.RECORD_BROKEN)).isEqualTo(1);
        assertThat(cache.counters().of(CacheCounter.RECORD_ABORTED)).isEqualTo(1);
        assertThat(all(CacheStore.class)).isEmpty();
    }

    @Test
    void storesNothingThatIsTooLarge() {
        HeaderFields declared = HeaderFields.of("Cache-Control", "max-age=60", "Content-Length", "2000001");
        assertThat(begin(declared).isActive()).isFalse();
        assertThat(cache.isTooLong(declared)).isTrue();
        cache.tooLong(KEY);
        Recording grown = begin(FRESH);
        for (int i = 0; i < 20; i++) {
            grown.append(Buffer.buffer(new byte[100_001]));
        }
        assertThat(grown.isActive()).isFalse();
        assertThat(cache.counters().of(CacheCounter.RECORD_TOO_BIG)).isEqualTo(3);
    }

    @Test
    void storesNothingWhosePositionsAreNoInts() {
        EdgeCache vast = make(WhenCutOff.SERVE, 1L << 40, 1L << 36);
        long most = Integer.MAX_VALUE - 1024L * 1024;
        assertThat(vast.isTooLong(HeaderFields.of("Content-Length", Long.toString(most))))
                .isFalse();
        assertThat(vast.isTooLong(HeaderFields.of("Content-Length", Long.toString(most + 1))))
                .isTrue();
        vast.close();
    }

    @Test
    void readersHaveAllOfABodyThatStoringFailsFor() {
        Seat leader = cache.enter(KEY, "", vertx.getOrCreateContext());
        Seat follower = cache.enter(KEY, "", vertx.getOrCreateContext());
        Recording recording = cache.begin(KEY, NO_FIELDS, head(200, FRESH), cache.beginFill(), leader);
        recording.append(Buffer.buffer("hello"));
        clockFails = true;
        assertThatThrownBy(() -> recording.complete(NO_FIELDS)).hasMessage("test");
        clockFails = false;
        assertThat(follower.isWhole()).isTrue();
        assertThat(follower.available()).isEqualTo(5);
        Seat next = cache.enter(KEY, "", vertx.getOrCreateContext());
        assertThat(next.leads()).isTrue();
        seats.addAll(List.of(leader, follower, next));
        assertThat(cache.peek(KEY, NO_FIELDS)).isEmpty();
    }

    @Test
    void recordingsTogetherAreBounded() {
        Recording[] many = new Recording[5];
        for (int i = 0; i < many.length; i++) {
            many[i] = begin(FRESH);
            many[i].append(Buffer.buffer(new byte[900_000]));
        }
        assertThat(many[3].isActive()).isTrue();
        assertThat(many[4].isActive()).isFalse();
        assertThat(cache.counters().of(CacheCounter.RECORD_NO_MEMORY)).isEqualTo(1);
        for (Recording each : many) {
            each.fail(new IOException("test"));
        }
        assertThat(cache.recordingBytes()).as("readers still hold it").isPositive();
        seats.forEach(Seat::leave);
        until(() -> cache.recordingBytes() == 0);
        Recording after = begin(FRESH);
        after.append(Buffer.buffer(new byte[900_000]));
        assertThat(after.isActive()).isTrue();
        after.fail(new IOException("test"));
    }

    @Test
    void whatSlowReadersHoldCountsEvenWhenItIsEvicted() {
        long most = 8_000_000 + 2_000_000 + 4 * 1024 * 1024;
        List<Recording> paced = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            CacheKey key = new CacheKey("zone", "http", "site", "/slow/" + i, "");
            Seat reader = cache.enter(key, "", vertx.getOrCreateContext());
            seats.add(reader);
            Recording recording = cache.begin(key, NO_FIELDS, head(200, FRESH), cache.beginFill(), reader);
            for (int piece = 0; piece < 20 && !recording.isFull(); piece++) {
                recording.append(Buffer.buffer(new byte[64 * 1024]));
                assertThat(cache.bodyBytes() + cache.recordingBytes()).isLessThanOrEqualTo(most);
            }
            if (recording.isFull()) {
                paced.add(recording);
            } else {
                recording.complete(NO_FIELDS);
            }
            cache.l1().settle();
        }
        assertThat(cache.l1().evictions()).isPositive();
        assertThat(cache.bodyBytes()).as("evicted, and still held").isGreaterThan(9_000_000);
        assertThat(paced).hasSizeGreaterThan(20);
        assertThat(cache.counters().of(CacheCounter.RECORD_NO_MEMORY)).isEqualTo(paced.size());
        ByteBuf first = seats.get(0).take(seats.get(0).contiguous());
        assertThat(first.readableBytes()).isPositive();
        first.release();
        seats.forEach(Seat::leave);
        until(() -> cache.recordingBytes() == 0 && cache.bodyBytes() <= 8_000_000);
        Recording after = begin(FRESH);
        after.append(Buffer.buffer(new byte[1_000_000]));
        assertThat(after.isActive()).isTrue();
        after.fail(new IOException("test"));
    }

    @Test
    void largeBodiesStayHere() {
        record(cache.beginFill(), FRESH, "x".repeat(SharedTier.LARGEST_BODY + 1));
        assertThat(read()).isPresent();
        assertThat(all(CacheStore.class)).isEmpty();
    }

    @Test
    void dropsAFillThatAPurgeOvertook() {
        Fill fill = cache.beginFill();
        bus.publish(Addresses.CACHE_PURGED, new PurgeNotice(pair(2), KEY.uri(), false));
        record(fill, FRESH, "old");
        assertThat(cache.peek(KEY, NO_FIELDS)).isEmpty();
        assertThat(cache.counters().of(CacheCounter.RECORD_PURGED)).isEqualTo(1);
        assertThat(all(CacheStore.class)).isEmpty();
        record(cache.beginFill(), FRESH, "new");
        assertThat(read()).contains("new");
    }

    @Test
    void invalidatesHereAtOnceAndElsewhereByAPurge() {
        record(cache.beginFill(), FRESH, "old");
        Fill overtaken = cache.beginFill();
        cache.invalidate(List.of(new CacheKey("another-zone", "http", "site", "/a", "")));
        assertThat(cache.peek(KEY, NO_FIELDS)).isEmpty();
        assertThat(only(PurgeRequest.class)).isEqualTo(new PurgeRequest("http://site/a", false));
        record(overtaken, FRESH, "old");
        assertThat(cache.peek(KEY, NO_FIELDS)).isEmpty();
    }

    @Test
    void takesWhatTheSharedTierHas() throws Exception {
        tier = hit("shared", 10_000);
        Found found = look();
        assertThat(found).isInstanceOf(Found.InL2.class);
        L1Entry entry = ((Found.InL2) found).entry();
        assertThat(entry.head().responseTime()).isEqualTo(START.minusSeconds(10));
        assertThat(entry.head().requestTime()).isEqualTo(START.minusSeconds(10).minusMillis(5));
        entry.release();
        assertThat(read()).contains("shared");
    }

    @Test
    void prefersTheNewerOfWhatIsHereAndThere() throws Exception {
        record(cache.beginFill(), HeaderFields.of("Cache-Control", "max-age=1"), "mine");
        now = START.plusSeconds(5);
        tier = hit("older", 10_000);
        Found mine = look();
        assertThat(mine).isInstanceOf(Found.InL1.class);
        release(mine);
        tier = hit("newer", 2_000);
        Found newer = look();
        assertThat(newer).isInstanceOf(Found.InL2.class);
        release(newer);
        assertThat(read()).contains("newer");
    }

    @Test
    void whatTheSharedTierHasAndCanNotBeIsNoAnswer() throws Exception {
        record(cache.beginFill(), HeaderFields.of("Cache-Control", "max-age=1"), "mine");
        bus.publish(Addresses.CACHE_PURGED, new PurgeNotice(pair(2), KEY.uri(), true));
        tier = new CacheLookupReply.Hit(
                200, FRESH, List.of(), Long.MAX_VALUE, Long.MAX_VALUE, false, pair(2), Buffer.buffer("never"));
        Found found = look();
        assertThat(found).isInstanceOf(Found.InL1.class);
        release(found);
        assertThat(cache.counters().of(CacheCounter.LOOKUP_FAILED)).isEqualTo(1);
    }

    @Test
    void whatAStoreHasThatDoesNotKnowOfAllPurgesIsNotTaken() throws Exception {
        bus.publish(Addresses.CACHE_PURGED, new PurgeNotice(pair(2), "http://site/another", false));
        tier = hit("of a Redis that lost the last purge", 0);
        assertThat(look()).isInstanceOf(Found.Missing.class);
        assertThat(cache.counters().of(CacheCounter.LOOKUP_BEHIND)).isEqualTo(1);
        assertThat(cache.peek(KEY, NO_FIELDS)).isEmpty();
    }

    @Test
    void aPurgeDuringALookupMakesItAMiss() throws Exception {
        var served = bus.serve(Addresses.CACHE_LOOKUP, asked -> {
            bus.publish(Addresses.CACHE_PURGED, new PurgeNotice(pair(2), KEY.uri(), false));
            return Future.succeededFuture(hit("purged", 0));
        });
        assertThat(served).isNotNull();
        assertThat(look()).isInstanceOf(Found.Missing.class);
        assertThat(cache.peek(KEY, NO_FIELDS)).isEmpty();
    }

    @Test
    void credentialsAreNotTold() throws Exception {
        HeaderFields request = HeaderFields.of("Cookie", "a=b", "Authorization", "Basic x", "Accept", "*/*");
        assertThat(await(cache.lookup(KEY, request))).isInstanceOf(Found.Missing.class);
        assertThat(only(CacheLookup.class).fields()).isEqualTo(HeaderFields.of("Accept", "*/*"));
        Seat leader = cache.alone(KEY, vertx.getOrCreateContext());
        seats.add(leader);
        Recording personal = cache.begin(
                KEY,
                request,
                head(200, HeaderFields.of("Cache-Control", "max-age=60", "Vary", "Cookie")),
                cache.beginFill(),
                leader);
        personal.complete(NO_FIELDS);
        assertThat(all(CacheStore.class)).isEmpty();
        assertThat(cache.peek(KEY, request)).hasValueSatisfying(L1Entry::release);
    }

    @Test
    void waitsForTheBudgetAndThenNoLongerAsks() throws Exception {
        bus.silence(Addresses.CACHE_LOOKUP);
        for (int i = 0; i < 5; i++) {
            assertThat(look()).isInstanceOf(Found.Missing.class);
        }
        assertThat(all(CacheLookup.class)).hasSize(5);
        assertThat(cache.lookup(KEY, NO_FIELDS).isComplete()).isTrue();
        assertThat(all(CacheLookup.class)).hasSize(5);
        nanos.addAndGet(Duration.ofMillis(1_001).toNanos());
        serveTier();
        assertThat(look().fill().token()).isEqualTo(7);
        assertThat(look().fill().token()).isEqualTo(7);
        assertThat(all(CacheLookup.class)).hasSize(7);
        assertThat(cache.counters().of(CacheCounter.LOOKUP_LATE)).isEqualTo(5);
        assertThat(cache.counters().of(CacheCounter.LOOKUP_BREAKER_OPEN)).isEqualTo(1);
    }

    @Test
    void oneProbeAtATimeWhileOpen() {
        Breaker breaker = new Breaker(2, Duration.ofSeconds(1));
        breaker.failed(0);
        assertThat(breaker.isOpen()).isFalse();
        breaker.succeeded();
        breaker.failed(0);
        breaker.failed(0);
        assertThat(breaker.isOpen()).isTrue();
        assertThat(breaker.allows(999_999_999)).isFalse();
        assertThat(breaker.allows(1_000_000_000)).isTrue();
        assertThat(breaker.allows(1_000_000_001)).isFalse();
        breaker.failed(1_000_000_002);
        assertThat(breaker.isOpen()).isTrue();
        assertThat(breaker.allows(2_000_000_000)).isTrue();
        breaker.succeeded();
        assertThat(breaker.allows(2_000_000_001)).isTrue();
        assertThat(breaker.isOpen()).isFalse();
    }

    @Test
    void aValidatedResponseKeepsItsBody() {
        record(cache.beginFill(), FRESH, "hello");
        now = START.plusSeconds(100);
        L1Entry entry = cache.peek(KEY, NO_FIELDS).orElseThrow();
        cache.refresh(
                KEY, NO_FIELDS, entry, head(200, HeaderFields.of("Cache-Control", "max-age=600")), cache.beginFill());
        entry.release();
        assertThat(read()).contains("hello");
        L1Entry renewed = cache.peek(KEY, NO_FIELDS).orElseThrow();
        assertThat(renewed.freshness().isFresh(now)).isTrue();
        renewed.release();
        assertThat(all(CacheStore.class)).hasSize(2);
    }
}
