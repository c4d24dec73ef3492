package dev.weir.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.contracts.Addresses;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.cache.CacheLookup;
import dev.weir.contracts.cache.CacheLookupReply;
import dev.weir.contracts.cache.CacheStore;
import dev.weir.contracts.cache.CacheStoreReply;
import dev.weir.contracts.cache.Holder;
import dev.weir.contracts.cache.Lease;
import dev.weir.contracts.cache.LeaseLookup;
import dev.weir.contracts.cache.LeaseLookupReply;
import dev.weir.contracts.cache.LeaseWish;
import dev.weir.contracts.cache.LeasedStore;
import dev.weir.contracts.cache.LeasesHeld;
import dev.weir.contracts.cache.LeasesLost;
import dev.weir.contracts.cache.PurgeNotice;
import dev.weir.contracts.cache.PurgePair;
import dev.weir.contracts.cache.ScopeLog;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.CacheKey;
import dev.weir.http.caching.StoredHead;
import dev.weir.runtime.config.CacheConfig;
import dev.weir.runtime.config.CacheProfile;
import dev.weir.runtime.config.WhenCutOff;
import dev.weir.runtime.metrics.Metrics;
import dev.weir.settings.ByteSize;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeasesTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final CacheKey KEY = new CacheKey("zone", "http", "site", "/a", "");
    private static final HeaderFields NO_FIELDS = HeaderFields.empty();
    private static final HeaderFields FRESH = HeaderFields.of("Cache-Control", "max-age=60");
    private static final Lease LEASE = new Lease("url.rest", 7);
    private static final Lease OWN = new Lease("url.rest", 8);
    private static final Holder OTHER = new Holder("edge-2", "j", "edge-2:15702", 7);

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final FakeBus bus = new FakeBus();
    private final AtomicLong nanos = new AtomicLong();
    private final Deque<LeaseLookupReply> replies = new ArrayDeque<>();
    private final List<Seat> seats = new ArrayList<>();
    private volatile List<Long> lost = List.of();
    private final EdgeCache cache = make(bus);

    @BeforeEach
    void servesLeases() {
        var lookups = bus.serve(Addresses.CACHE_LEASE_LOOKUP, asked -> Future.succeededFuture(replies.remove()));
        var stores = bus.serve(Addresses.CACHE_LEASED_STORE, given -> Future.succeededFuture(stored()));
        var leases = bus.serve(Addresses.CACHE_LEASES, held -> Future.succeededFuture(new LeasesLost(lost)));
        assertThat(List.of(lookups, stores, leases)).hasSize(3);
    }

    @AfterEach
    void givesEverythingBack() throws Exception {
        seats.forEach(Seat::leave);
        cache.close();
        cache.l1().settle();
        until(() -> cache.bodyBytes() == 0 && cache.recordingBytes() == 0);
        await(vertx.close());
    }

    @Test
    void whoIsGivenALeaseAsksForAllAndHandsItOverWithWhatIsStored() throws Exception {
        Seat seat = enter("");
        Found found = look(seat, granted());
        assertThat(found).isInstanceOf(Found.Missing.class);
        assertThat(only(LeaseLookup.class))
                .isEqualTo(new LeaseLookup(
                        KEY.toString(), NO_FIELDS, new LeaseWish("", "edge-1", "i", "edge-1:15702", 0, 0)));
        assertThat(cache.leases().size()).isEqualTo(1);
        record(seat, found.fill());
        LeasedStore stored = only(LeasedStore.class);
        assertThat(stored.lease()).isEqualTo(LEASE.name());
        assertThat(stored.response().token()).isEqualTo(LEASE.token());
        assertThat(stored.response().purges()).isEqualTo(pair(1));
        assertThat(cache.leases().size()).isZero();
        seat.leave();
        assertThat(givenBack()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"alone", "again", "error", "failed", "left", "not stored", "too long to be shared"})
    void aLeaseIsGivenBackHoweverTheFetchEnds(String how) throws Exception {
        Seat seat = enter("");
        Found found = look(seat, granted());
        switch (how) {
            case "alone" -> seat.resolve(Shared.ALONE);
            case "again" -> seat.resolve(Shared.AGAIN);
            case "error" -> seat.resolve(Shared.ERROR);
            case "failed" -> seat.resolve(new Shared.Failed(new IOException("test")));
            case "not stored" -> {
                Recording recording = cache.begin(KEY, NO_FIELDS, head(FRESH), found.fill(), seat);
                recording.fail(new IOException("test"));
            }
            case "too long to be shared" -> {
                Recording recording = cache.begin(KEY, NO_FIELDS, head(FRESH), found.fill(), seat);
                recording.append(Buffer.buffer(new byte[SharedTier.LARGEST_BODY + 1]));
                assertThat(givenBack()).isEmpty();
                recording.complete(NO_FIELDS);
            }
            default -> assertThat(how).isEqualTo("left");
        }
        seat.leave();
        assertThat(all(LeasesHeld.class)).endsWith(new LeasesHeld("edge-1", "i", List.of(), List.of(LEASE)));
        assertThat(givenBack()).hasSize(1);
        assertThat(cache.leases().size()).isZero();
        assertThat(count(CacheCounter.LEASE_GIVEN_BACK)).isEqualTo(1);
    }

    @Test
    void leasesAreRenewedTogetherAndThoseThatAreLostForgotten() throws Exception {
        cache.leases().renew();
        assertThat(all(LeasesHeld.class)).isEmpty();
        Seat one = enter("");
        var first = look(one, granted());
        Seat two = enter("\naccept=x\n");
        var second = look(two, new LeaseLookupReply.Granted(new Lease("url.other", 9), pair(1)));
        assertThat(List.of(first, second)).hasOnlyElementsOfType(Found.Missing.class);
        lost = List.of(LEASE.token());
        cache.leases().renew();
        // It may have been time for that anyway.
        assertThat(all(LeasesHeld.class))
                .anySatisfy(
                        told -> assertThat(told.held()).containsExactlyInAnyOrder(LEASE, new Lease("url.other", 9)));
        assertThat(cache.leases().size()).isEqualTo(1);
        assertThat(count(CacheCounter.LEASE_LOST)).isEqualTo(1);
        one.leave();
        assertThat(givenBack()).isEmpty();
        two.leave();
        assertThat(givenBack()).containsExactly(new Lease("url.other", 9));
    }

    @Test
    void groupsAreToldAsDigestsAndPrivateOnesNotAtAll() throws Exception {
        assertThat(look(enter("\naccept=x\n"), granted())).isInstanceOf(Found.Missing.class);
        assertThat(only(LeaseLookup.class).wish().group()).matches("[0-9a-f]{32}");
        assertThat(LeaseGroup.of("\naccept=y\n")).isNotEqualTo(LeaseGroup.of("\naccept=x\n"));
        assertThat(await(cache.lookup(KEY, NO_FIELDS, enter("\naccept=x\ncookie=a=b\n"))))
                .isInstanceOf(Found.Missing.class);
        assertThat(await(cache.lookup(KEY, NO_FIELDS, cache.alone(KEY, context))))
                .isInstanceOf(Found.Missing.class);
        assertThat(all(CacheLookup.class)).hasSize(2);
    }

    @Test
    void whoIsSentToAnotherEdgeCanGoByItself() throws Exception {
        Seat seat = enter("");
        Found found = look(seat, new LeaseLookupReply.Follow(OTHER, OWN, pair(1)));
        assertThat(found)
                .isInstanceOfSatisfying(
                        Found.Elsewhere.class,
                        elsewhere -> assertThat(elsewhere.holder()).isEqualTo(OTHER));
        assertThat(cache.leases().size()).isZero();
        record(seat, found.fill());
        assertThat(only(LeasedStore.class).response().token()).isEqualTo(OWN.token());
        seat.leave();
        assertThat(givenBack()).isEmpty();
        assertThat(count(CacheCounter.ELSEWHERE_TOLD)).isEqualTo(1);
    }

    @Test
    void nobodyIsFollowedWithoutAnAddressOrByWordOfAStoreThatMissedAPurge() throws Exception {
        Holder nowhere = new Holder("edge-2", "j", "", 7);
        assertThat(look(enter(""), new LeaseLookupReply.Follow(nowhere, OWN, pair(1))))
                .isInstanceOf(Found.Missing.class);
        bus.publish(Addresses.CACHE_PAIR, new PurgePair(pair(1)));
        bus.publish(Addresses.CACHE_PURGED, new PurgeNotice(pair(2), "http://site/other", false));
        Found found = look(enter("\naccept=x\n"), new LeaseLookupReply.Follow(OTHER, OWN, pair(1)));
        assertThat(found).isInstanceOf(Found.Missing.class);
    }

    @Test
    void whatIsLostIsSaid() throws Exception {
        Seat seat = enter("");
        replies.add(granted());
        assertThat(await(cache.lookup(KEY, NO_FIELDS, seat, 5))).isInstanceOf(Found.Missing.class);
        assertThat(only(LeaseLookup.class).wish().lost()).isEqualTo(5);
    }

    @Test
    void whatIsStaleIsConfirmedUnderALease() throws Exception {
        Seat seat = enter("");
        replies.add(new LeaseLookupReply.Stored(3, hit(61_000, "max-age=60", "old")));
        Found found = look(seat, granted());
        assertThat(found).isInstanceOf(Found.InL2.class);
        assertThat(all(LeaseLookup.class).get(1).wish().beyond()).isEqualTo(3);
        L1Entry entry = found.stored().orElseThrow();
        cache.refresh(KEY, NO_FIELDS, entry, head(HeaderFields.of("Cache-Control", "max-age=600")), found.fill());
        entry.release();
        assertThat(only(LeasedStore.class).response().token()).isEqualTo(LEASE.token());
        assertThat(cache.leases().size()).isZero();
    }

    @Test
    void whatIsStaleIsLeftToWhoConfirmsItAlready() throws Exception {
        replies.add(new LeaseLookupReply.Stored(3, hit(61_000, "max-age=60", "old")));
        Found found = look(enter(""), new LeaseLookupReply.Follow(OTHER, OWN, pair(1)));
        assertThat(found).isInstanceOf(Found.Elsewhere.class);
        assertThat(found.fill().lease()).isEqualTo(OWN);
        found.stored().orElseThrow().release();
    }

    @Test
    void whatWasStoredMeanwhileIsTaken() throws Exception {
        replies.add(new LeaseLookupReply.Stored(3, hit(61_000, "max-age=60", "old")));
        Found found = look(enter(""), new LeaseLookupReply.Stored(4, hit(0, "max-age=60", "new")));
        assertThat(found).isInstanceOf(Found.InL2.class);
        L1Entry entry = found.stored().orElseThrow();
        assertThat(entry.freshness().isFresh(NOW)).isTrue();
        entry.release();
    }

    /** Who serves it stale needs no lease; who renews it does. */
    @Test
    void whatMayBeServedStaleIsConfirmedInTheBackgroundAlone() throws Exception {
        String lenient = "max-age=60, stale-while-revalidate=60";
        Found served = look(enter(""), new LeaseLookupReply.Stored(3, hit(61_000, lenient, "old")));
        served.stored().orElseThrow().release();
        assertThat(all(LeaseLookup.class)).hasSize(1);
        Seat renewal = cache.lead(KEY, "\nother\n", context).orElseThrow();
        seats.add(renewal);
        replies.add(new LeaseLookupReply.Stored(3, hit(61_000, lenient, "old")));
        replies.add(granted());
        Found renewed = await(cache.lookupToRenew(KEY, NO_FIELDS, renewal));
        assertThat(renewed.fill().lease()).isEqualTo(LEASE);
        renewed.stored().orElseThrow().release();
    }

    @Test
    void aLeaseThatComesLateIsTaken() throws Exception {
        Promise<LeaseLookupReply> late = Promise.promise();
        var served = bus.serve(Addresses.CACHE_LEASE_LOOKUP, asked -> late.future());
        assertThat(served).isNotNull();
        Seat seat = enter("");
        Found found = await(cache.lookup(KEY, NO_FIELDS, seat));
        assertThat(found).isInstanceOf(Found.Missing.class);
        assertThat(count(CacheCounter.LEASE_OVERRUN)).isEqualTo(1);
        assertThat(found.fill().lease()).isEqualTo(Lease.NONE);
        late.complete(granted());
        assertThat(count(CacheCounter.LEASE_LATE_GRANT)).isEqualTo(1);
        assertThat(cache.leases().size()).isEqualTo(1);
        record(seat, found.fill());
        assertThat(only(LeasedStore.class).response().token()).isEqualTo(LEASE.token());
    }

    @Test
    void aLeaseThatComesWhenAllIsOverIsGivenBack() throws Exception {
        Promise<LeaseLookupReply> late = Promise.promise();
        var served = bus.serve(Addresses.CACHE_LEASE_LOOKUP, asked -> late.future());
        assertThat(served).isNotNull();
        Seat seat = enter("");
        assertThat(await(cache.lookup(KEY, NO_FIELDS, seat))).isInstanceOf(Found.Missing.class);
        seat.leave();
        late.complete(granted());
        assertThat(givenBack()).containsExactly(LEASE);
        assertThat(cache.leases().size()).isZero();
    }

    /** The timer fires late by this edge's own fault, and the answer lies right behind it. */
    @Test
    void anAnswerThatThisEdgeIsLateToReadIsNoOverrun() throws Exception {
        Promise<LeaseLookupReply> behind = Promise.promise();
        var served = bus.serve(Addresses.CACHE_LEASE_LOOKUP, asked -> behind.future());
        assertThat(served).isNotNull();
        Seat seat = enter("");
        Found found = await(Future.future(told -> context.runOnContext(go -> {
            cache.lookup(KEY, NO_FIELDS, seat).onComplete(told);
            nanos.addAndGet(Duration.ofMillis(30).toNanos());
            answersOnceStalled(behind);
        })));
        assertThat(found.fill().lease()).isEqualTo(LEASE);
        assertThat(count(CacheCounter.LEASE_OVERRUN)).isZero();
        assertThat(count(CacheCounter.LOOKUP_LATE)).isZero();
    }

    private void answersOnceStalled(Promise<LeaseLookupReply> behind) {
        if (count(CacheCounter.LOOKUP_STALLED) > 0) {
            behind.complete(granted());
        } else {
            context.runOnContext(next -> answersOnceStalled(behind));
        }
    }

    @Test
    void noAnswerIsWaitedForLongerThanTwiceTheBudget() throws Exception {
        bus.silence(Addresses.CACHE_LEASE_LOOKUP);
        Seat seat = enter("");
        Future<Found> found = Future.future(told -> context.runOnContext(go -> {
            cache.lookup(KEY, NO_FIELDS, seat).onComplete(told);
            nanos.addAndGet(Duration.ofSeconds(30).toNanos());
        }));
        assertThat(await(found)).isInstanceOf(Found.Missing.class);
        assertThat(count(CacheCounter.LOOKUP_STALLED)).isEqualTo(1);
        assertThat(count(CacheCounter.LOOKUP_LATE)).isEqualTo(1);
        assertThat(count(CacheCounter.LEASE_OVERRUN)).isEqualTo(1);
    }

    /** A shared tier of a version before leases. */
    @Test
    void whereNobodyGivesLeasesEverythingIsAsBefore() throws Exception {
        FakeBus before = new FakeBus();
        EdgeCache edge = make(before);
        before.requests.clear();
        Seat seat = edge.enter(KEY, "", context);
        Found found = await(edge.lookup(KEY, NO_FIELDS, seat));
        assertThat(found).isInstanceOf(Found.Missing.class);
        assertThat(found.fill().purges()).isEqualTo(pair(1));
        Recording recording = edge.begin(KEY, NO_FIELDS, head(FRESH), found.fill(), seat);
        recording.append(Buffer.buffer("x"));
        recording.complete(NO_FIELDS);
        seat.leave();
        assertThat(before.requests).hasExactlyElementsOfTypes(LeaseLookup.class, CacheLookup.class, CacheStore.class);
        CacheKey other = new CacheKey("zone", "http", "site", "/b", "");
        assertThat(await(edge.lookup(other, NO_FIELDS, edge.enter(other, "", context))))
                .isInstanceOf(Found.Missing.class);
        assertThat(before.requests).hasSize(4).last().isInstanceOf(CacheLookup.class);
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        CacheKey third = new CacheKey("zone", "http", "site", "/c", "");
        assertThat(await(edge.lookup(third, NO_FIELDS, edge.enter(third, "", context))))
                .isInstanceOf(Found.Missing.class);
        assertThat(before.requests).hasSize(6);
        assertThat(edge.counters().of(CacheCounter.LEASE_NONE)).isEqualTo(3);
        edge.close();
    }

    /** Of several replicas of the shared tier those that give leases may go before what was fetched is stored. */
    @Test
    void whatWasFetchedUnderALeaseIsStoredAsBeforeWhereNobodyKnowsOfLeasesAnyMore() throws Exception {
        Seat seat = enter("");
        Found found = look(seat, granted());
        var gone = bus.serve(Addresses.CACHE_LEASED_STORE, given -> Future.succeededFuture(stored()));
        gone.close();
        record(seat, found.fill());
        assertThat(all(CacheStore.class)).hasSize(1);
        assertThat(count(CacheCounter.STORE_SHARED)).isEqualTo(1);
        seat.leave();
    }

    private Found look(Seat seat, LeaseLookupReply reply) throws Exception {
        replies.add(reply);
        return await(cache.lookup(KEY, NO_FIELDS, seat));
    }

    private Seat enter(String group) {
        Seat seat = cache.enter(KEY, group, context);
        assertThat(seat.leads()).isTrue();
        seats.add(seat);
        return seat;
    }

    private void record(Seat seat, Fill fill) {
        Recording recording = cache.begin(KEY, NO_FIELDS, head(FRESH), fill, seat);
        recording.append(Buffer.buffer("hello"));
        recording.complete(NO_FIELDS);
    }

    private static StoredHead head(HeaderFields fields) {
        return new StoredHead(200, fields, NOW, NOW);
    }

    private static LeaseLookupReply granted() {
        return new LeaseLookupReply.Granted(LEASE, pair(1));
    }

    private static CacheStoreReply stored() {
        return new CacheStoreReply(CacheStoreReply.Outcome.STORED);
    }

    private static CacheLookupReply.Hit hit(long residentMillis, String control, String body) {
        return new CacheLookupReply.Hit(
                200,
                HeaderFields.of("Cache-Control", control),
                List.of(),
                0,
                residentMillis,
                false,
                pair(1),
                Buffer.buffer(body));
    }

    private static SequencePair pair(long number) {
        return new SequencePair(3, number);
    }

    private EdgeCache make(FakeBus on) {
        var since = on.serve(
                Addresses.CACHE_SCOPES_SINCE, asked -> Future.succeededFuture(new ScopeLog(true, pair(1), List.of())));
        var lookups = on.serve(
                Addresses.CACHE_LOOKUP, asked -> Future.succeededFuture(new CacheLookupReply.Fill(1, pair(1))));
        var stores = on.serve(Addresses.CACHE_STORE, given -> Future.succeededFuture(stored()));
        assertThat(List.of(since, lookups, stores)).hasSize(3);
        CacheConfig config = new CacheConfig(
                new ByteSize(8_000_000),
                new ByteSize(8_000_000),
                CacheProfile.STRICT_RFC,
                new ByteSize(2_000_000),
                64,
                Duration.ofSeconds(10),
                WhenCutOff.SERVE,
                Duration.ofMillis(20),
                List.of(),
                Duration.ofDays(1),
                100,
                Optional.empty(),
                List.of());
        Asker asker = new Asker("edge-1", "i", () -> "edge-1:15702");
        return new EdgeCache(vertx, on, "edge-1", asker, config, new Metrics(), () -> NOW, nanos::get);
    }

    private long count(CacheCounter what) {
        return cache.counters().of(what);
    }

    private List<Lease> givenBack() {
        return all(LeasesHeld.class).stream()
                .flatMap(told -> told.over().stream())
                .toList();
    }

    private <T> List<T> all(Class<T> type) {
        return bus.requests.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private <T> T only(Class<T> type) {
        assertThat(all(type)).hasSize(1);
        return all(type).get(0);
    }

    private static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("twenty seconds are over").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
