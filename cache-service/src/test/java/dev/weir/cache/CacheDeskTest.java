package dev.weir.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.weir.contracts.Address;
import dev.weir.contracts.Addresses;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.cache.CacheLookup;
import dev.weir.contracts.cache.CacheLookupReply;
import dev.weir.contracts.cache.CacheStore;
import dev.weir.contracts.cache.CacheStoreReply;
import dev.weir.contracts.cache.Lease;
import dev.weir.contracts.cache.LeaseLookup;
import dev.weir.contracts.cache.LeaseLookupReply;
import dev.weir.contracts.cache.LeaseWish;
import dev.weir.contracts.cache.LeasedStore;
import dev.weir.contracts.cache.LeasesHeld;
import dev.weir.contracts.cache.LeasesLost;
import dev.weir.contracts.cache.PurgeApplied;
import dev.weir.contracts.cache.PurgeLog;
import dev.weir.contracts.cache.PurgeMet;
import dev.weir.contracts.cache.PurgeNotice;
import dev.weir.contracts.cache.PurgeOrder;
import dev.weir.contracts.cache.PurgeReceipt;
import dev.weir.contracts.cache.PurgeReport;
import dev.weir.contracts.cache.PurgeRequest;
import dev.weir.contracts.cache.PurgesSince;
import dev.weir.contracts.cache.ScopeCounted;
import dev.weir.contracts.cache.ScopeLog;
import dev.weir.contracts.cache.ScopeNotice;
import dev.weir.contracts.cluster.NodeStatus;
import dev.weir.http.HeaderFields;
import dev.weir.http.PathPattern;
import dev.weir.http.caching.CacheRule;
import dev.weir.http.caching.CacheRules;
import dev.weir.http.caching.LifetimeRule;
import dev.weir.http.caching.PurgeScope;
import dev.weir.http.caching.QueryRule;
import dev.weir.http.caching.TargetList;
import dev.weir.runtime.NodeCounters;
import dev.weir.runtime.cluster.LocalBus;
import dev.weir.runtime.cluster.Registration;
import dev.weir.runtime.health.Health;
import dev.weir.runtime.metrics.Metrics;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CacheDeskTest {
    private static final String URL = "http://site/a?b";
    private static final String KEY = "zone " + URL;

    private static final CacheRules RULES = new CacheRules(
            List.of(new CacheRules.Entry(
                    List.of(),
                    List.of(PathPattern.of("/ruled/")),
                    new CacheRule(
                            "r",
                            TargetList.NONE,
                            LifetimeRule.NONE,
                            LifetimeRule.NONE,
                            Set.of(),
                            new QueryRule(List.of("utm_*"), false, true),
                            0))),
            TargetList.NONE);

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final Metrics metrics = new Metrics();
    private final LocalBus bus = new LocalBus(vertx, metrics);
    private final Health health = new Health();
    private final AtomicLong tokens = new AtomicLong();
    private final BrokenAtWill store = new BrokenAtWill(new MemoryStore(1024 * 1024, InstantSource.system(), 5));
    private final Queue<Registration> listening = new ConcurrentLinkedQueue<>();
    private final BlockingQueue<PurgeNotice> notices = new LinkedBlockingQueue<>();

    @BeforeEach
    void opens() throws Exception {
        CacheDesk desk = new CacheDesk(
                vertx,
                bus,
                store,
                RULES,
                metrics,
                health.dependency("response-store"),
                new NodeCounters(),
                tokens::getAndIncrement);
        await(Future.future(promise -> context.runOnContext(go -> {
            desk.open();
            listening.add(bus.subscribe(Addresses.CACHE_PURGED, notices::add));
            promise.complete();
        })));
    }

    @AfterEach
    void closes() throws Exception {
        await(vertx.close());
    }

    @Test
    void givesWhatWasStored() throws Exception {
        CacheLookupReply.Fill fill = fill();
        assertThat(fill.purges()).isEqualTo(new SequencePair(5, 1));
        assertThat(give(KEY, URL, "hello", fill)).isEqualTo(CacheStoreReply.Outcome.STORED);
        assertThat(ask(KEY))
                .isInstanceOfSatisfying(
                        CacheLookupReply.Hit.class,
                        hit -> assertThat(hit.body().toString()).isEqualTo("hello"));
    }

    @Test
    void oneAsksForAllAndTheOthersAreSentToIt() throws Exception {
        LeaseLookupReply.Granted granted = (LeaseLookupReply.Granted) wish(KEY, "edge-1", 0);
        assertThat(wish(KEY, "edge-2", 0))
                .isInstanceOfSatisfying(
                        LeaseLookupReply.Follow.class,
                        follow -> assertThat(follow.holder().node()).isEqualTo("edge-1"));
        LeasesHeld held = new LeasesHeld("edge-1", "i", List.of(granted.lease(), new Lease("nonsense", 3)), List.of());
        assertThat(request(Addresses.CACHE_LEASES, held)).isEqualTo(new LeasesLost(List.of(3L)));
        CacheStore response = response(KEY, URL, "hello", granted.lease().token(), granted.purges());
        assertThat(request(
                                Addresses.CACHE_LEASED_STORE,
                                new LeasedStore(response, granted.lease().name()))
                        .outcome())
                .isEqualTo(CacheStoreReply.Outcome.STORED);
        assertThat(wish(KEY, "edge-2", 0)).isInstanceOf(LeaseLookupReply.Stored.class);
        assertThat(metrics.scrape())
                .contains("weir_cache_lookups_total{outcome=\"granted\"} 1")
                .contains("weir_cache_lookups_total{outcome=\"follow\"} 1")
                .contains("weir_cache_leases_total{outcome=\"renewed\"} 1")
                .contains("weir_cache_leases_total{outcome=\"lost\"} 1");
    }

    /** An edge of a version before leases is given words that it knows. */
    @Test
    void whoKnowsNothingOfLeasesIsServedAsBefore() throws Exception {
        LeaseLookupReply.Granted granted = (LeaseLookupReply.Granted) wish(KEY, "edge-1", 0);
        assertThat(ask(KEY)).isEqualTo(new CacheLookupReply.Fill(0, granted.purges()));
        var unused = request(
                Addresses.CACHE_LEASED_STORE,
                new LeasedStore(
                        response(KEY, URL, "new", granted.lease().token(), granted.purges()),
                        granted.lease().name()));
        CacheStore old = response(KEY, URL, "old", Long.MAX_VALUE, granted.purges());
        CacheStore older = new CacheStore(
                old.key(),
                old.url(),
                old.varyNames(),
                old.selecting(),
                old.status(),
                old.fields(),
                0,
                60_000,
                old.keepMillis(),
                old.token(),
                old.purges(),
                old.body());
        assertThat(request(Addresses.CACHE_STORE, older).outcome()).isEqualTo(CacheStoreReply.Outcome.OUTRANKED);
        assertThat(request(Addresses.CACHE_STORE, old).outcome()).isEqualTo(CacheStoreReply.Outcome.STORED);
        assertThat(metrics.scrape()).contains("weir_cache_stores_total{outcome=\"late\"} 1");
    }

    @Test
    void aBrokenStoreGivesNoLease() throws Exception {
        store.broken = true;
        assertThat(wish(KEY, "edge-1", 0)).isEqualTo(new LeaseLookupReply.Unleased(new SequencePair(5, 1)));
        assertThat(wish("nonsense", "edge-1", 0)).isInstanceOf(LeaseLookupReply.Unleased.class);
        assertThatThrownBy(() -> request(
                        Addresses.CACHE_LEASES, new LeasesHeld("edge-1", "i", List.of(new Lease("x", 1)), List.of())))
                .hasMessageContaining("broken");
        List<Lease> many = Collections.nCopies(LeasesHeld.MOST + 1, new Lease("x", 1));
        assertThatThrownBy(() -> request(Addresses.CACHE_LEASES, new LeasesHeld("edge-1", "i", many, List.of())))
                .hasMessageContaining("expected");
    }

    @Test
    void keepsNothingWhoseKeyAndUrlDisagreeOrThatIsTooLarge() throws Exception {
        assertThat(give(KEY, "http://site/other", "x", fill())).isEqualTo(CacheStoreReply.Outcome.UNAVAILABLE);
        assertThat(give("nonsense", "nonsense", "x", fill())).isEqualTo(CacheStoreReply.Outcome.UNAVAILABLE);
        assertThat(give(KEY, URL, "x".repeat(32 * 1024 + 1), fill())).isEqualTo(CacheStoreReply.Outcome.UNAVAILABLE);
        assertThat(ask("nonsense")).isInstanceOf(CacheLookupReply.Fill.class);
    }

    @Test
    void aBrokenStoreIsAFillAndDegraded() throws Exception {
        store.broken = true;
        assertThat(fill().purges()).isEqualTo(new SequencePair(5, 1));
        assertThat(give(KEY, URL, "x", fill())).isEqualTo(CacheStoreReply.Outcome.UNAVAILABLE);
        assertThatThrownBy(() -> purge(URL, false)).hasMessageContaining("broken");
    }

    @Test
    void aPurgeIsNumberedToldAndRefusesOlderFills() throws Exception {
        CacheLookupReply.Fill before = fill();
        give(KEY, URL, "old", before);
        PurgeReceipt receipt = purge("HTTP://SITE:80/a?b", false);
        assertThat(receipt).isEqualTo(new PurgeReceipt(new SequencePair(5, 2), 1, List.of(), List.of()));
        PurgeNotice notice = new PurgeNotice(new SequencePair(5, 2), URL, false);
        assertThat(notices.poll(10, TimeUnit.SECONDS)).isEqualTo(notice);
        assertThat(give(KEY, URL, "old", before)).isEqualTo(CacheStoreReply.Outcome.PURGED);
        assertThat(request(Addresses.CACHE_PURGES_SINCE, new PurgesSince(new SequencePair(5, 1))))
                .isEqualTo(new PurgeLog(true, new SequencePair(5, 2), List.of(notice)));
    }

    @Test
    void aPurgeIsOfWhatARuleHasStoredHoweverItsUrlIsWritten() throws Exception {
        String stored = "http://site/ruled/a?b=1&c=2";
        give("zone " + stored, stored, "old", fill());
        String asked = "http://site/ruled/a?c=2&utm_x=9&b=1";
        PurgeScope scope = PurgeScope.url(asked).orElseThrow();
        assertThat(request(Addresses.CACHE_PURGE_SCOPES, new PurgeOrder(List.of(scope), false, true))
                        .shared())
                .isEqualTo(1);
        assertThat(purge(asked, false).removed()).isEqualTo(1);
        assertThat(notices.poll(10, TimeUnit.SECONDS))
                .isEqualTo(new PurgeNotice(new SequencePair(5, 2), stored, false));
        assertThat(ask("zone " + stored)).isInstanceOf(CacheLookupReply.Fill.class);
    }

    @Test
    void aPurgeOfNoUrlFails() {
        assertThatThrownBy(() -> purge("/a", false)).hasMessageContaining("expected");
        assertThatThrownBy(() -> purge("ftp://site/a", false)).hasMessageContaining("expected");
    }

    @Test
    void theReceiptNamesWhoAppliedAndWhoDidNot() throws Exception {
        edge("edge-1");
        edge("edge-2");
        bus.publish(Addresses.NODE_STATUS, status("audit-1", "audit-service"));
        listening.add(bus.subscribe(
                Addresses.CACHE_PURGED,
                notice -> bus.publish(Addresses.CACHE_APPLIED, new PurgeApplied("edge-1", notice.pair()))));
        PurgeReceipt receipt = purge(URL, false);
        assertThat(receipt.applied()).containsExactly("edge-1");
        assertThat(receipt.unreachable()).containsExactly("edge-2");
    }

    @Test
    void tellsWhenNotAllPurgesFitOneMessage() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertThat(purge("http://site/" + "x".repeat(4_000) + i, false).removed())
                    .isZero();
        }
        PurgeLog log = request(Addresses.CACHE_PURGES_SINCE, new PurgesSince(new SequencePair(5, 1)));
        assertThat(log).isEqualTo(new PurgeLog(false, new SequencePair(5, 21), List.of()));
    }

    @Test
    void aWidePurgeIsToldAndItsReportNamesWhatEdgesMet() throws Exception {
        edge("edge-1");
        edge("edge-2");
        CacheLookupReply.Fill before = fill();
        give(KEY, URL, "old", before);
        BlockingQueue<ScopeNotice> told = new LinkedBlockingQueue<>();
        listening.add(bus.subscribe(Addresses.CACHE_PURGED_SCOPE, notice -> {
            told.add(notice);
            for (String edge : List.of("edge-1", "edge-2")) {
                bus.publish(Addresses.CACHE_APPLIED, new PurgeApplied(edge, notice.pair()));
            }
            bus.publish(Addresses.CACHE_PURGE_MET, new PurgeMet(notice.pair(), "edge-1", 3));
            // Said once more, or of another life of the sequence, it doesn't count.
            bus.publish(Addresses.CACHE_PURGE_MET, new PurgeMet(notice.pair(), "edge-1", 100));
            SequencePair foreign = new SequencePair(6, notice.pair().number());
            bus.publish(Addresses.CACHE_PURGE_MET, new PurgeMet(foreign, "edge-2", 100));
        }));
        List<PurgeScope> scopes = List.of(
                PurgeScope.tag("t").orElseThrow(),
                PurgeScope.prefix("http://site/a").orElseThrow());
        PurgeReport report = request(Addresses.CACHE_PURGE_SCOPES, new PurgeOrder(scopes, false, false));
        SequencePair last = new SequencePair(5, 3);
        assertThat(report)
                .isEqualTo(new PurgeReport(
                        last,
                        PurgeReport.UNKNOWN,
                        false,
                        List.of(
                                new PurgeReport.Edge("edge-1", true, 6),
                                new PurgeReport.Edge("edge-2", true, PurgeReport.UNKNOWN))));
        assertThat(told)
                .containsExactly(
                        new ScopeNotice(new SequencePair(5, 2), scopes.get(0), false),
                        new ScopeNotice(last, scopes.get(1), false));
        assertThat(notices).isEmpty();
        assertThat(ask(KEY)).isInstanceOf(CacheLookupReply.Fill.class);
        assertThat(give(KEY, URL, "old", before)).isEqualTo(CacheStoreReply.Outcome.PURGED);
    }

    @Test
    void purgesBetweenThoseOfAnOrderAreNotCountedWithThem() throws Exception {
        edge("edge-1");
        listening.add(bus.subscribe(Addresses.CACHE_PURGED_SCOPE, notice -> {
            bus.publish(Addresses.CACHE_PURGE_MET, new PurgeMet(notice.pair(), "edge-1", 1));
            bus.publish(Addresses.CACHE_APPLIED, new PurgeApplied("edge-1", notice.pair()));
        }));
        List<PurgeScope> scopes =
                List.of(PurgeScope.url(URL).orElseThrow(), PurgeScope.tag("t").orElseThrow());
        store.comesSecond = scopes.get(1);
        PurgeReport report = request(Addresses.CACHE_PURGE_SCOPES, new PurgeOrder(scopes, false, false));
        assertThat(report.pair()).isEqualTo(new SequencePair(5, 4));
        assertThat(report.edges()).containsExactly(new PurgeReport.Edge("edge-1", true, 2));
        assertThat(notices).as("told once, with the others").isEmpty();
    }

    /** An edge of a version that knows URLs only drops everything when it can't be told what was purged. */
    @Test
    void whoKnowsUrlsOnlyIsNotToldOfLess() throws Exception {
        SequencePair start = new SequencePair(5, 1);
        assertThat(purge(URL, false).removed()).isZero();
        assertThat(request(Addresses.CACHE_PURGES_SINCE, new PurgesSince(start)).complete())
                .isTrue();
        var unused = request(
                Addresses.CACHE_PURGE_SCOPES,
                new PurgeOrder(List.of(PurgeScope.tag("t").orElseThrow()), false, false));
        assertThat(request(Addresses.CACHE_PURGES_SINCE, new PurgesSince(start)))
                .isEqualTo(new PurgeLog(false, new SequencePair(5, 3), List.of()));
        assertThat(request(Addresses.CACHE_SCOPES_SINCE, new PurgesSince(start)).notices())
                .hasSize(2);
    }

    @Test
    void aDryRunCountsAndChangesNothing() throws Exception {
        edge("edge-1");
        give(KEY, URL, "stays", fill());
        listening.add(bus.subscribe(
                Addresses.CACHE_COUNT,
                asked -> bus.publish(Addresses.CACHE_COUNTED, new ScopeCounted(asked.id(), "edge-1", 4))));
        PurgeScope prefix = PurgeScope.prefix("http://site/").orElseThrow();
        assertThat(request(Addresses.CACHE_PURGE_SCOPES, new PurgeOrder(List.of(prefix), false, true)))
                .isEqualTo(new PurgeReport(
                        new SequencePair(5, 1), 1, true, List.of(new PurgeReport.Edge("edge-1", true, 4))));
        assertThat(ask(KEY)).isInstanceOf(CacheLookupReply.Hit.class);
    }

    @Test
    void anOrderOfNothingOrOfTooMuchFails() {
        assertThatThrownBy(() -> request(Addresses.CACHE_PURGE_SCOPES, new PurgeOrder(List.of(), false, false)))
                .hasMessageContaining("expected");
        List<PurgeScope> many = Collections.nCopies(PurgeOrder.MOST_SCOPES + 1, PurgeScope.ALL);
        assertThatThrownBy(() -> request(Addresses.CACHE_PURGE_SCOPES, new PurgeOrder(many, false, false)))
                .hasMessageContaining("expected");
    }

    private void edge(String name) {
        bus.publish(Addresses.NODE_STATUS, status(name, "edge-proxy"));
    }

    private static NodeStatus status(String name, String kind) {
        return new NodeStatus(name, kind, "1", 0, "ready", "", Map.of(), Map.of());
    }

    private CacheLookupReply.Fill fill() throws Exception {
        return (CacheLookupReply.Fill) ask("zone http://site/nothing");
    }

    private CacheLookupReply ask(String key) throws Exception {
        return request(Addresses.CACHE_LOOKUP, new CacheLookup(key, HeaderFields.empty()));
    }

    private LeaseLookupReply wish(String key, String node, long lost) throws Exception {
        LeaseWish wish = new LeaseWish("", node, "i", node + ":15702", lost, 0);
        return request(Addresses.CACHE_LEASE_LOOKUP, new LeaseLookup(key, HeaderFields.empty(), wish));
    }

    @CanIgnoreReturnValue
    private CacheStoreReply.Outcome give(String key, String url, String body, CacheLookupReply.Fill fill)
            throws Exception {
        return request(Addresses.CACHE_STORE, response(key, url, body, fill.token(), fill.purges()))
                .outcome();
    }

    private static CacheStore response(String key, String url, String body, long token, SequencePair purges) {
        return new CacheStore(
                key,
                url,
                List.of(),
                HeaderFields.empty(),
                200,
                HeaderFields.empty(),
                0,
                0,
                60_000,
                token,
                purges,
                Buffer.buffer(body));
    }

    private PurgeReceipt purge(String url, boolean soft) throws Exception {
        return request(Addresses.CACHE_PURGE, new PurgeRequest(url, soft));
    }

    private <Q, A> A request(Address<Q, A> address, Q body) throws Exception {
        return await(bus.request(address, body, Duration.ofSeconds(10)));
    }

    @CanIgnoreReturnValue
    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    /** A store that fails when told to. */
    private static final class BrokenAtWill implements ResponseStore {
        private final ResponseStore whole;
        volatile boolean broken;

        /** Before this is purged somebody else purges something. */
        volatile PurgeScope comesSecond = PurgeScope.ALL;

        BrokenAtWill(ResponseStore whole) {
            this.whole = whole;
        }

        @Override
        public Future<Found> lookup(String key, String url, HeaderFields request) {
            return broken ? broken() : whole.lookup(key, url, request);
        }

        @Override
        public Future<CacheStoreReply.Outcome> store(CacheStore response, String lease) {
            return broken ? broken() : whole.store(response, lease);
        }

        @Override
        public Future<LeaseLookupReply> lookup(LeaseLookup asked, String url) {
            return broken ? broken() : whole.lookup(asked, url);
        }

        @Override
        public Future<LeasesLost> leases(LeasesHeld leases) {
            return broken ? broken() : whole.leases(leases);
        }

        @Override
        public Future<Purged> purge(PurgeScope scope, boolean soft) {
            if (scope.equals(comesSecond)) {
                var unused = whole.purge(PurgeScope.ALL, false);
            }
            return broken ? broken() : whole.purge(scope, soft);
        }

        @Override
        public Future<Counted> count(List<PurgeScope> scopes) {
            return broken ? broken() : whole.count(scopes);
        }

        @Override
        public Future<SequencePair> newestPurge() {
            return broken ? broken() : whole.newestPurge();
        }

        @Override
        public Future<ScopeLog> purgesSince(SequencePair since, int most) {
            return broken ? broken() : whole.purgesSince(since, most);
        }

        @Override
        public String trouble() {
            return broken ? "broken" : whole.trouble();
        }

        @Override
        public Future<Void> close() {
            return whole.close();
        }

        private static <T> Future<T> broken() {
            return Future.failedFuture(new StoreException(StoreFault.UNCONNECTED, "broken"));
        }
    }
}
