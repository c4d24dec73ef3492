package dev.weir.edge.cache;

import dev.weir.contracts.Addresses;
import dev.weir.contracts.cache.CacheLookup;
import dev.weir.contracts.cache.CacheLookupReply;
import dev.weir.contracts.cache.CacheStore;
import dev.weir.contracts.cache.CacheStoreReply;
import dev.weir.contracts.cache.Lease;
import dev.weir.contracts.cache.LeaseLookup;
import dev.weir.contracts.cache.LeaseLookupReply;
import dev.weir.contracts.cache.LeaseWish;
import dev.weir.contracts.cache.LeasedStore;
import dev.weir.contracts.cache.PurgeOrder;
import dev.weir.contracts.cache.PurgeReport;
import dev.weir.contracts.cache.PurgeRequest;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.PurgeScope;
import dev.weir.runtime.cluster.Bus;
import dev.weir.runtime.cluster.BusException;
import dev.weir.runtime.cluster.FrameTooLargeException;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The shared tier as this edge sees it: look-ups within a budget and behind a breaker, everything else told and not
 * waited for. All of it bounded. Thread-safe; answers come on the context that asked.
 */
final class SharedTier {
    /** Larger bodies don't ride on the bus. */
    static final int LARGEST_BODY = 32 * 1024;

    /** Fields that are never told to the shared tier; what varies by them is not shared. */
    private static final Set<String> PRIVATE_FIELDS = Set.of("authorization", "cookie", "proxy-authorization");

    private static final int MOST_LOOKUPS = 256;
    private static final int MOST_STORES = 128;
    private static final int MOST_PURGES = 256;
    private static final Duration STORE_TIMEOUT = Duration.ofSeconds(1);

    /** A lease that comes later than this has ended soon. */
    private static final Duration LATEST = Duration.ofSeconds(1);

    /** A timer that fires so late was kept from it by its own event loop. */
    private static final Duration OWN_LATENESS = Duration.ofMillis(3);

    /** Nobody is asked for leases for so long after nobody was there to give any. */
    private static final Duration UNLEASED_FOR = Duration.ofSeconds(1);

    private static final Duration PURGE_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration ORDER_TIMEOUT = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final Bus bus;
    private final Duration budget;
    private final Breaker breaker;
    private final LongSupplier nanos;
    private final CacheCounters counters;
    private final AtomicInteger lookups = new AtomicInteger();
    private final AtomicInteger stores = new AtomicInteger();
    private final AtomicInteger purges = new AtomicInteger();
    private volatile long unleasedSinceNanos;
    private volatile boolean unleased;

    SharedTier(Vertx vertx, Bus bus, Duration budget, Breaker breaker, LongSupplier nanos, CacheCounters counters) {
        this.vertx = vertx;
        this.bus = bus;
        this.budget = budget;
        this.breaker = breaker;
        this.nanos = nanos;
        this.counters = counters;
    }

    /**
     * What the shared tier has for the request, or a fill; empty if it did not say so within the budget, or was not
     * even asked. Never fails.
     */
    Future<Optional<CacheLookupReply>> lookup(String key, HeaderFields request) {
        CacheLookup asked = new CacheLookup(key, shareable(request));
        return ask(() -> bus.request(Addresses.CACHE_LOOKUP, asked, budget), budget, late -> {});
    }

    /**
     * The same for one who asks the origin for all.
     *
     * @param within what is left of the budget
     * @param late told of what is said later than that
     */
    Future<Optional<LeaseLookupReply>> lookup(
            String key, HeaderFields request, LeaseWish wish, Duration within, Consumer<LeaseLookupReply> late) {
        LeaseLookup asked = new LeaseLookup(key, shareable(request), wish);
        return ask(() -> ask(asked), within, late);
    }

    private Future<LeaseLookupReply> ask(LeaseLookup asked) {
        if (isUnleased()) {
            return askAsBefore(asked);
        }
        return bus.request(Addresses.CACHE_LEASE_LOOKUP, asked, LATEST)
                .recover(failure -> isUnserved(failure) ? askAsBefore(asked) : Future.failedFuture(failure));
    }

    /** Those who are there may be of a version before leases. */
    private Future<LeaseLookupReply> askAsBefore(LeaseLookup asked) {
        return bus.request(Addresses.CACHE_LOOKUP, new CacheLookup(asked.key(), asked.fields()), budget)
                .map(reply -> reply instanceof CacheLookupReply.Hit hit
                        ? new LeaseLookupReply.Stored(0, hit)
                        : new LeaseLookupReply.Unleased(((CacheLookupReply.Fill) reply).purges()));
    }

    /**
     * Gives the shared tier a response to keep, if it is small and there is room; nobody waits.
     *
     * @param lease that it was fetched under; of no token if it was under none
     * @return whether it is on its way
     */
    boolean offer(CacheStore response, Lease lease) {
        if (response.body().length() > LARGEST_BODY
                || response.varyNames().stream().anyMatch(SharedTier::isPrivate)) {
            counters.count(CacheCounter.STORE_NOT_SHARED);
            return false;
        }
        if (breaker.isOpen() || !enter(stores, MOST_STORES)) {
            counters.count(CacheCounter.STORE_DROPPED);
            return false;
        }
        try {
            store(response, lease).onComplete(result -> {
                stores.decrementAndGet();
                counters.count(result.failed() ? CacheCounter.STORE_FAILED : CacheCounter.of(result.result()));
            });
            return true;
        } catch (FrameTooLargeException e) {
            stores.decrementAndGet();
            counters.count(CacheCounter.STORE_NOT_SHARED);
            return false;
        }
    }

    private Future<CacheStoreReply> store(CacheStore response, Lease lease) {
        if (lease.token() == 0 || isUnleased()) {
            return bus.request(Addresses.CACHE_STORE, response, STORE_TIMEOUT);
        }
        return bus.request(Addresses.CACHE_LEASED_STORE, new LeasedStore(response, lease.name()), STORE_TIMEOUT)
                .recover(failure -> isUnserved(failure)
                        ? bus.request(Addresses.CACHE_STORE, response, STORE_TIMEOUT)
                        : Future.failedFuture(failure));
    }

    /** Whether nobody has served leases lately. */
    private boolean isUnleased() {
        return unleased && nanos.getAsLong() - unleasedSinceNanos < UNLEASED_FOR.toNanos();
    }

    private boolean isUnserved(Throwable failure) {
        boolean unserved = failure instanceof BusException bus && bus.kind() == BusException.Kind.NO_HANDLERS;
        if (unserved) {
            unleasedSinceNanos = nanos.getAsLong();
            unleased = true;
        }
        return unserved;
    }

    /** Asks for a purge of {@code url} everywhere; nobody waits. */
    void purge(String url) {
        tell(() -> bus.request(Addresses.CACHE_PURGE, new PurgeRequest(url, false), PURGE_TIMEOUT));
    }

    /** Asks for purges of these scopes everywhere; nobody waits. */
    void purge(List<PurgeScope> scopes) {
        tell(() -> bus.request(Addresses.CACHE_PURGE_SCOPES, new PurgeOrder(scopes, false, false), PURGE_TIMEOUT));
    }

    /** Has an order carried out; fails if it wasn't in time, or there are too many. */
    Future<PurgeReport> purge(PurgeOrder order) {
        if (!enter(purges, MOST_PURGES)) {
            counters.count(CacheCounter.PURGE_DROPPED);
            return Future.failedFuture("purges under way: " + MOST_PURGES + " (expected: fewer)");
        }
        try {
            return counted(bus.request(Addresses.CACHE_PURGE_SCOPES, order, ORDER_TIMEOUT));
        } catch (FrameTooLargeException e) {
            purges.decrementAndGet();
            counters.count(CacheCounter.PURGE_FAILED);
            return Future.failedFuture(e);
        }
    }

    private void tell(Supplier<Future<?>> purge) {
        if (!enter(purges, MOST_PURGES)) {
            counters.count(CacheCounter.PURGE_DROPPED);
            return;
        }
        try {
            var unused = counted(purge.get());
        } catch (FrameTooLargeException e) {
            purges.decrementAndGet();
            counters.count(CacheCounter.PURGE_FAILED);
        }
    }

    private <T> Future<T> counted(Future<T> purge) {
        return purge.onComplete(result -> {
            purges.decrementAndGet();
            counters.count(result.failed() ? CacheCounter.PURGE_FAILED : CacheCounter.PURGE_ASKED);
        });
    }

    boolean isOut() {
        return breaker.isOpen();
    }

    private <A> Future<Optional<A>> ask(Supplier<Future<A>> question, Duration within, Consumer<A> late) {
        if (!breaker.allows(nanos.getAsLong())) {
            return nothing(CacheCounter.LOOKUP_BREAKER_OPEN);
        }
        if (!enter(lookups, MOST_LOOKUPS)) {
            return nothing(CacheCounter.LOOKUP_TOO_MANY);
        }
        long asked = nanos.getAsLong();
        Future<A> reply;
        try {
            reply = question.get();
        } catch (FrameTooLargeException e) {
            lookups.decrementAndGet();
            breaker.succeeded();
            return nothing(CacheCounter.LOOKUP_TOO_LARGE);
        }
        Waiting<A> waiting = new Waiting<>(asked, within, late);
        waiting.begin();
        reply.onComplete(waiting::answered);
        return waiting.answer.future();
    }

    private <A> Future<Optional<A>> nothing(CacheCounter why) {
        counters.count(why);
        return Future.succeededFuture(Optional.empty());
    }

    /** One look-up and the time it has. What is counted is counted before the one who waits goes on. */
    private final class Waiting<A> {
        private final long askedNanos;
        private final Duration within;
        private final Consumer<A> late;
        private final Promise<Optional<A>> answer = Promise.promise();
        private final AtomicBoolean settled = new AtomicBoolean();
        private boolean prolonged;
        private long timer;

        Waiting(long askedNanos, Duration within, Consumer<A> late) {
            this.askedNanos = askedNanos;
            this.within = within;
            this.late = late;
        }

        /** A timer on this loop, whatever keeps the bus's own from firing. */
        void begin() {
            timer = vertx.setTimer(Math.max(1, within.toMillis()), id -> due());
        }

        /** Where this loop itself was late the answer may lie right behind: it gets as long again, within bounds. */
        private void due() {
            long elapsed = nanos.getAsLong() - askedNanos;
            long over = elapsed - within.toNanos();
            if (prolonged || over < OWN_LATENESS.toNanos()) {
                overrun();
                return;
            }
            prolonged = true;
            counters.count(CacheCounter.LOOKUP_STALLED);
            long left = TimeUnit.NANOSECONDS.toMillis(Math.min(over, 2 * within.toNanos() - elapsed));
            if (left < 1) {
                vertx.runOnContext(next -> overrun());
            } else {
                timer = vertx.setTimer(left, id -> overrun());
            }
        }

        private void overrun() {
            if (settled.compareAndSet(false, true)) {
                counters.count(CacheCounter.LOOKUP_LATE);
                breaker.failed(nanos.getAsLong());
                answer.complete(Optional.empty());
            }
        }

        void answered(AsyncResult<A> result) {
            lookups.decrementAndGet();
            vertx.cancelTimer(timer);
            if (!settled.compareAndSet(false, true)) {
                if (result.succeeded()) {
                    late.accept(result.result());
                }
            } else if (result.succeeded()) {
                breaker.succeeded();
                answer.complete(Optional.of(result.result()));
            } else {
                counters.count(CacheCounter.LOOKUP_FAILED);
                breaker.failed(nanos.getAsLong());
                answer.complete(Optional.empty());
            }
        }
    }

    private static HeaderFields shareable(HeaderFields request) {
        return request.without(SharedTier::isPrivate);
    }

    static boolean isPrivate(String name) {
        return PRIVATE_FIELDS.contains(name.toLowerCase(Locale.ROOT));
    }

    private static boolean enter(AtomicInteger underWay, int most) {
        if (underWay.incrementAndGet() > most) {
            underWay.decrementAndGet();
            return false;
        }
        return true;
    }
}
