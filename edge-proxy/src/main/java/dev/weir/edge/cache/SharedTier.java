package dev.weir.edge.cache;

import dev.weir.contracts.Addresses;
import dev.weir.contracts.cache.CacheLookup;
import dev.weir.contracts.cache.CacheLookupReply;
import dev.weir.contracts.cache.CacheStore;
import dev.weir.contracts.cache.PurgeOrder;
import dev.weir.contracts.cache.PurgeReport;
import dev.weir.contracts.cache.PurgeRequest;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.PurgeScope;
import dev.weir.runtime.cluster.Bus;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
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
        if (!breaker.allows(nanos.getAsLong())) {
            return nothing(CacheCounter.LOOKUP_BREAKER_OPEN);
        }
        if (!enter(lookups, MOST_LOOKUPS)) {
            return nothing(CacheCounter.LOOKUP_TOO_MANY);
        }
        Future<CacheLookupReply> asked;
        try {
            asked = bus.request(Addresses.CACHE_LOOKUP, new CacheLookup(key, shareable(request)), budget);
        } catch (FrameTooLargeException e) {
            lookups.decrementAndGet();
            breaker.succeeded();
            return nothing(CacheCounter.LOOKUP_TOO_LARGE);
        }
        Promise<Optional<CacheLookupReply>> answer = Promise.promise();
        AtomicBoolean settled = new AtomicBoolean();
        // A timer on this loop, whatever keeps the bus's own from firing.
        long timer = vertx.setTimer(Math.max(1, budget.toMillis()), id -> late(settled, answer));
        asked.onComplete(result -> {
            lookups.decrementAndGet();
            vertx.cancelTimer(timer);
            answered(result, settled, answer);
        });
        return answer.future();
    }

    /** Gives the shared tier a response to keep, if it is small and there is room; nobody waits. */
    void offer(CacheStore response) {
        if (response.body().length() > LARGEST_BODY
                || response.varyNames().stream().anyMatch(SharedTier::isPrivate)) {
            counters.count(CacheCounter.STORE_NOT_SHARED);
            return;
        }
        if (breaker.isOpen() || !enter(stores, MOST_STORES)) {
            counters.count(CacheCounter.STORE_DROPPED);
            return;
        }
        try {
            bus.request(Addresses.CACHE_STORE, response, STORE_TIMEOUT).onComplete(result -> {
                stores.decrementAndGet();
                counters.count(result.failed() ? CacheCounter.STORE_FAILED : CacheCounter.of(result.result()));
            });
        } catch (FrameTooLargeException e) {
            stores.decrementAndGet();
            counters.count(CacheCounter.STORE_NOT_SHARED);
        }
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

    /** What is counted is counted before the one who waits goes on. */
    private void late(AtomicBoolean settled, Promise<Optional<CacheLookupReply>> answer) {
        if (settled.compareAndSet(false, true)) {
            counters.count(CacheCounter.LOOKUP_LATE);
            breaker.failed(nanos.getAsLong());
            answer.complete(Optional.empty());
        }
    }

    private void answered(
            AsyncResult<CacheLookupReply> result, AtomicBoolean settled, Promise<Optional<CacheLookupReply>> answer) {
        if (!settled.compareAndSet(false, true)) {
            return;
        }
        if (result.succeeded()) {
            breaker.succeeded();
            answer.complete(Optional.of(result.result()));
        } else {
            counters.count(CacheCounter.LOOKUP_FAILED);
            breaker.failed(nanos.getAsLong());
            answer.complete(Optional.empty());
        }
    }

    private Future<Optional<CacheLookupReply>> nothing(CacheCounter why) {
        counters.count(why);
        return Future.succeededFuture(Optional.empty());
    }

    private static HeaderFields shareable(HeaderFields request) {
        return request.without(SharedTier::isPrivate);
    }

    private static boolean isPrivate(String name) {
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
