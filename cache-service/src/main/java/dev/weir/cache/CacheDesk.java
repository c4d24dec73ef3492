package dev.weir.cache;

import dev.weir.contracts.Addresses;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.cache.CacheLookup;
import dev.weir.contracts.cache.CacheLookupReply;
import dev.weir.contracts.cache.CacheStore;
import dev.weir.contracts.cache.CacheStoreReply;
import dev.weir.contracts.cache.LeaseLookup;
import dev.weir.contracts.cache.LeaseLookupReply;
import dev.weir.contracts.cache.LeasedStore;
import dev.weir.contracts.cache.LeasesHeld;
import dev.weir.contracts.cache.LeasesLost;
import dev.weir.contracts.cache.PurgeLog;
import dev.weir.contracts.cache.PurgeNotice;
import dev.weir.contracts.cache.PurgeOrder;
import dev.weir.contracts.cache.PurgePair;
import dev.weir.contracts.cache.PurgeReceipt;
import dev.weir.contracts.cache.PurgeReport;
import dev.weir.contracts.cache.PurgeRequest;
import dev.weir.contracts.cache.PurgesSince;
import dev.weir.contracts.cache.ScopeCount;
import dev.weir.contracts.cache.ScopeLog;
import dev.weir.contracts.cache.ScopeNotice;
import dev.weir.http.caching.CacheKey;
import dev.weir.http.caching.CacheRules;
import dev.weir.http.caching.PurgeScope;
import dev.weir.runtime.NodeCounters;
import dev.weir.runtime.Running;
import dev.weir.runtime.cluster.Bus;
import dev.weir.runtime.cluster.Registration;
import dev.weir.runtime.health.Health;
import dev.weir.runtime.metrics.Count;
import dev.weir.runtime.metrics.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Answers what edges ask. Whatever the store does, a look-up is answered: with a fill where nothing else is known.
 * Confined to the context that opens it.
 */
final class CacheDesk implements Running {
    private static final int LARGEST_BODY = 32 * 1024;
    private static final int MOST_PURGES_TOLD = 500;
    private static final int MOST_BYTES_TOLD = 48 * 1024;
    private static final long TELL_EVERY_MILLIS = 1_000;

    /** With edges that count for a dry run, where nothing else is asked for. */
    private static final Duration PATIENCE_WITH_COUNTS = Duration.ofSeconds(2);

    /** The same beside a purge, which has taken effect by then: it is counted by those who sweep behind it. */
    private static final Duration PATIENCE_WITH_PURGES = Duration.ofMillis(250);

    private final Vertx vertx;
    private final Bus bus;
    private final ResponseStore store;
    private final CacheRules rules;
    private final Receipts receipts;
    private final EdgeCounts<Long> counts;
    private final EdgeCounts<SequencePair> met;
    private final LongSupplier random;
    private final Metrics metrics;
    private final Health.Part health;
    private final Count hits;
    private final Count fills;
    private final Count granted;
    private final Count sent;
    private final Count failed;
    private final Count unreachable;
    private volatile SequencePair newest = SequencePair.NONE;
    private List<Registration> registrations = List.of();
    private long ticking;

    /**
     * Not open yet.
     *
     * @param rules by which edges store: a purge of a URL is of what is stored for it
     * @param random for the names of counts
     */
    CacheDesk(
            Vertx vertx,
            Bus bus,
            ResponseStore store,
            CacheRules rules,
            Metrics metrics,
            Health.Part health,
            NodeCounters status,
            LongSupplier random) {
        this.vertx = vertx;
        this.bus = bus;
        this.store = store;
        this.rules = rules;
        this.receipts = new Receipts(vertx, System::nanoTime);
        this.counts = new EdgeCounts<>(vertx, PATIENCE_WITH_COUNTS);
        this.met = new EdgeCounts<>(vertx, PATIENCE_WITH_PURGES);
        this.random = random;
        this.metrics = metrics;
        this.health = health;
        this.hits = lookups("hit");
        this.fills = lookups("fill");
        this.granted = lookups("granted");
        this.sent = lookups("follow");
        this.failed = lookups("failed");
        this.unreachable = metrics.counter(
                "cache.purge.unreachable", "Edges that had not applied a purge when its receipt was written.");
        status.word("purges", () -> newest.toString());
        status.number("cache.hits", hits::sum);
        status.number("cache.fills", () -> fills.sum() + granted.sum() + sent.sum());
        status.number("cache.failed", failed::sum);
    }

    /** Serves and tells from now on. */
    void open() {
        registrations = List.of(
                bus.serve(Addresses.CACHE_LOOKUP, this::lookup),
                bus.serve(Addresses.CACHE_PEEK, this::peek),
                bus.serve(Addresses.CACHE_STORE, this::store),
                bus.serve(Addresses.CACHE_LEASE_LOOKUP, this::lookup),
                bus.serve(Addresses.CACHE_LEASED_STORE, this::store),
                bus.serve(Addresses.CACHE_LEASES, this::leases),
                bus.serve(Addresses.CACHE_PURGE, this::purgeUrl),
                bus.serve(Addresses.CACHE_PURGE_SCOPES, this::purge),
                bus.serve(Addresses.CACHE_PURGES_SINCE, this::urlsSince),
                bus.serve(Addresses.CACHE_SCOPES_SINCE, this::scopesSince),
                bus.subscribe(Addresses.CACHE_COUNTED, told -> counts.counted(told.id(), told.node(), told.met())),
                bus.subscribe(Addresses.CACHE_PURGE_MET, told -> met.counted(told.pair(), told.node(), told.met())),
                bus.subscribe(Addresses.CACHE_APPLIED, receipts::applied),
                bus.subscribe(Addresses.NODE_STATUS, receipts::heard));
        tick();
        ticking = vertx.setPeriodic(TELL_EVERY_MILLIS, id -> tick());
    }

    @Override
    public Future<Void> drain() {
        vertx.cancelTimer(ticking);
        registrations.forEach(Registration::close);
        return store.close();
    }

    private Future<CacheLookupReply> lookup(CacheLookup asked) {
        Optional<CacheKey> key = CacheKey.parse(asked.key());
        if (key.isEmpty()) {
            failed.increment();
            return Future.succeededFuture(fill(newest));
        }
        return store.lookup(asked.key(), key.get().uri(), asked.fields())
                .map(this::reply)
                .otherwise(failure -> {
                    failed.increment();
                    return fill(newest);
                });
    }

    /** A look-up that counts for nothing, and fails where it can't be done. */
    private Future<CacheLookupReply> peek(CacheLookup asked) {
        Optional<CacheKey> key = CacheKey.parse(asked.key());
        if (key.isEmpty()) {
            return Future.failedFuture(new IllegalArgumentException("key: '" + asked.key() + "' (expected: a key)"));
        }
        return store.lookup(asked.key(), key.get().uri(), asked.fields())
                .map(found -> found instanceof ResponseStore.Found.Response response
                        ? response.hit()
                        : new CacheLookupReply.Fill(0, ((ResponseStore.Found.Nothing) found).purges()));
    }

    private CacheLookupReply reply(ResponseStore.Found found) {
        if (found instanceof ResponseStore.Found.Response response) {
            hits.increment();
            newest = response.hit().purges();
            return response.hit();
        }
        fills.increment();
        newest = ((ResponseStore.Found.Nothing) found).purges();
        return fill(newest);
    }

    private static CacheLookupReply fill(SequencePair purges) {
        return new CacheLookupReply.Fill(0, purges);
    }

    private Future<LeaseLookupReply> lookup(LeaseLookup asked) {
        Optional<CacheKey> key = CacheKey.parse(asked.key());
        if (key.isEmpty()) {
            failed.increment();
            return Future.succeededFuture(new LeaseLookupReply.Unleased(newest));
        }
        return store.lookup(asked, key.get().uri())
                .onSuccess(reply -> {
                    outcome(reply).increment();
                    newest = reply.purges();
                })
                .otherwise(failure -> {
                    failed.increment();
                    return new LeaseLookupReply.Unleased(newest);
                });
    }

    private Count outcome(LeaseLookupReply reply) {
        if (reply instanceof LeaseLookupReply.Granted) {
            return granted;
        }
        if (reply instanceof LeaseLookupReply.Follow) {
            return sent;
        }
        return reply instanceof LeaseLookupReply.Stored ? hits : fills;
    }

    private Future<LeasesLost> leases(LeasesHeld leases) {
        int most = LeasesHeld.MOST;
        if (leases.held().size() + leases.over().size() > most) {
            return Future.failedFuture(new IllegalArgumentException(
                    "leases: " + (leases.held().size() + leases.over().size()) + " (expected: at most " + most + ")"));
        }
        return store.leases(leases).onSuccess(lost -> {
            count("lost").add(lost.tokens().size());
            count("renewed").add(leases.held().size() - lost.tokens().size());
            count("given-back").add(leases.over().size());
        });
    }

    /** What is given by those who know nothing of leases, nor of what is said of them: their tokens are noise. */
    private Future<CacheStoreReply> store(CacheStore given) {
        return store(given.withoutToken(), "")
                .map(outcome -> outcome == CacheStoreReply.Outcome.LATE ? CacheStoreReply.Outcome.OUTRANKED : outcome)
                .map(CacheStoreReply::new);
    }

    private Future<CacheStoreReply> store(LeasedStore given) {
        return store(given.response(), given.lease()).map(CacheStoreReply::new);
    }

    private Future<CacheStoreReply.Outcome> store(CacheStore given, String lease) {
        boolean sound = given.body().length() <= LARGEST_BODY
                && CacheKey.parse(given.key())
                        .filter(key -> key.uri().equals(given.url()))
                        .isPresent();
        Future<CacheStoreReply.Outcome> outcome = sound
                ? store.store(given, lease).otherwise(CacheStoreReply.Outcome.UNAVAILABLE)
                : Future.succeededFuture(CacheStoreReply.Outcome.UNAVAILABLE);
        return outcome.onSuccess(what -> stores(what).increment());
    }

    private Future<PurgeReceipt> purgeUrl(PurgeRequest asked) {
        Optional<PurgeScope> url = PurgeScope.url(asked.url());
        if (url.isEmpty()) {
            return Future.failedFuture(new IllegalArgumentException("url: '" + asked.url()
                    + "' (expected: an absolute http or https URL of at most 8 KiB, without a fragment)"));
        }
        PurgeScope scope = rules.stored(url.get());
        return number(scope, asked.soft())
                .onSuccess(purged -> bus.publish(
                        Addresses.CACHE_PURGED, new PurgeNotice(purged.pair(), scope.subject(), asked.soft())))
                .compose(receipts::receipt)
                .onSuccess(this::note);
    }

    private Future<PurgeReport> purge(PurgeOrder order) {
        if (order.scopes().isEmpty() || order.scopes().size() > PurgeOrder.MOST_SCOPES) {
            return Future.failedFuture(new IllegalArgumentException(
                    "scopes: " + order.scopes().size() + " (expected: 1 to " + PurgeOrder.MOST_SCOPES + ")"));
        }
        return order.dryRun()
                ? count(order.scopes())
                : purge(order, new ArrayList<>(), new ResponseStore.Purged(newest, 0))
                        .compose(this::report);
    }

    /** What was ordered and is done: the last number, the sum in the shared tier, and all numbers. */
    private record Done(ResponseStore.Purged last, List<SequencePair> pairs) {}

    /** Purges the scopes one after the other; those of others may come between them. */
    private Future<Done> purge(PurgeOrder order, List<SequencePair> pairs, ResponseStore.Purged before) {
        if (pairs.size() == order.scopes().size()) {
            return Future.succeededFuture(new Done(before, pairs));
        }
        PurgeScope scope = rules.stored(order.scopes().get(pairs.size()));
        return number(scope, order.soft()).compose(purged -> {
            bus.publish(Addresses.CACHE_PURGED_SCOPE, new ScopeNotice(purged.pair(), scope, order.soft()));
            pairs.add(purged.pair());
            return purge(order, pairs, new ResponseStore.Purged(purged.pair(), sum(before, purged)));
        });
    }

    /** What is said of the last holds for all of them. */
    private Future<PurgeReport> report(Done done) {
        ResponseStore.Purged last = done.last();
        Future<EdgeCounts.Sums> there = met.of(Set.copyOf(done.pairs()), receipts.edges());
        return receipts.receipt(last)
                .onSuccess(this::note)
                .compose(receipt -> there.map(sums -> {
                    List<PurgeReport.Edge> edges = new ArrayList<>();
                    receipt.applied().forEach(name -> edges.add(new PurgeReport.Edge(name, true, sums.of(name))));
                    receipt.unreachable()
                            .forEach(name -> edges.add(new PurgeReport.Edge(name, false, PurgeReport.UNKNOWN)));
                    return new PurgeReport(last.pair(), last.met(), last.met() >= 0, edges);
                }));
    }

    private static long sum(ResponseStore.Purged before, ResponseStore.Purged purged) {
        return before.met() < 0 || purged.met() < 0 ? PurgeReport.UNKNOWN : before.met() + purged.met();
    }

    private Future<ResponseStore.Purged> number(PurgeScope scope, boolean soft) {
        return store.purge(scope, soft).onSuccess(purged -> newest = purged.pair());
    }

    private Future<PurgeReport> count(List<PurgeScope> asked) {
        List<PurgeScope> scopes = rules.stored(asked);
        long id = random.getAsLong() | Long.MIN_VALUE;
        List<String> edges = receipts.edges();
        Future<EdgeCounts.Sums> there = counts.of(Set.of(id), edges);
        bus.publish(Addresses.CACHE_COUNT, new ScopeCount(id, scopes));
        return store.count(scopes)
                .compose(here -> there.map(sums -> new PurgeReport(
                        newest,
                        here.met(),
                        here.whole(),
                        edges.stream()
                                .map(name -> new PurgeReport.Edge(name, sums.of(name) >= 0, sums.of(name)))
                                .toList())));
    }

    private void note(PurgeReceipt receipt) {
        unreachable.add(receipt.unreachable().size());
    }

    /** The log for those who know URLs only: with anything else in it, they drop everything. */
    private Future<PurgeLog> urlsSince(PurgesSince asked) {
        return scopesSince(asked).map(log -> {
            boolean urls =
                    log.notices().stream().noneMatch(notice -> notice.scope().isWide());
            List<PurgeNotice> notices = urls
                    ? log.notices().stream()
                            .map(each ->
                                    new PurgeNotice(each.pair(), each.scope().subject(), each.soft()))
                            .toList()
                    : List.of();
            return new PurgeLog(log.complete() && urls, log.current(), notices);
        });
    }

    private Future<ScopeLog> scopesSince(PurgesSince asked) {
        return store.purgesSince(asked.since(), MOST_PURGES_TOLD).map(CacheDesk::fitting);
    }

    /** The log, or word that it is too long for one message. */
    private static ScopeLog fitting(ScopeLog log) {
        long bytes = 0;
        for (ScopeNotice notice : log.notices()) {
            bytes += 40 + 3L * notice.scope().subject().length();
        }
        return bytes <= MOST_BYTES_TOLD ? log : new ScopeLog(false, log.current(), List.of());
    }

    /** Tells the newest purge, and how the store is. */
    private void tick() {
        String trouble = store.trouble();
        if (trouble.isEmpty()) {
            health.ready();
        } else {
            health.degraded(trouble);
        }
        store.newestPurge().onComplete(pair -> {
            if (pair.succeeded()) {
                newest = pair.result();
                bus.publish(Addresses.CACHE_PAIR, new PurgePair(newest));
            } else {
                metrics.counter("cache.pair.failed", "Times the newest purge could not be told.")
                        .increment();
            }
        });
    }

    private Count lookups(String outcome) {
        return metrics.counter("cache.lookups", "Look-ups, by what they were answered.", "outcome", outcome);
    }

    private Count count(String leases) {
        return metrics.counter("cache.leases", "Leases that edges told of, by what became of them.", "outcome", leases);
    }

    private Count stores(CacheStoreReply.Outcome outcome) {
        return metrics.counter(
                "cache.stores",
                "Responses given to keep, by what became of them.",
                "outcome",
                outcome.name().toLowerCase(Locale.ROOT));
    }
}
