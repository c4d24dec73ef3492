package dev.weir.edge.cache;

import dev.weir.contracts.Addresses;
import dev.weir.contracts.cache.Lease;
import dev.weir.contracts.cache.LeaseWish;
import dev.weir.contracts.cache.LeasesHeld;
import dev.weir.runtime.cluster.Bus;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The leases that this edge holds to ask origins for other edges, too, each for a fetch that others may join: renewed
 * all together once a second, given back when nobody joins the fetch any more. Thread-safe.
 */
final class Leases {
    static final Duration RENEWED_EVERY = Duration.ofSeconds(1);

    private static final int MOST = 10_000;
    private static final int MOST_GIVEN_BACK_AT_ONCE = 64;
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final Bus bus;
    private final @Nullable Asker asker;
    private final CacheCounters counters;
    private final ConcurrentMap<Lease, Claim> held = new ConcurrentHashMap<>();
    private final AtomicInteger givingBack = new AtomicInteger();
    private final long ticking;

    /**
     * Renews from now on.
     *
     * @param asker null where there is nobody to ask for
     */
    Leases(Vertx vertx, Bus bus, @Nullable Asker asker, CacheCounters counters) {
        this.vertx = vertx;
        this.bus = bus;
        this.asker = asker;
        this.counters = counters;
        this.ticking = asker == null ? -1 : vertx.setPeriodic(RENEWED_EVERY.toMillis(), tick -> renew());
    }

    /**
     * What is said for a fetch that others may join; empty if it should ask the origin for nobody else.
     *
     * @param lost token of the lease of somebody who was followed and is lost; 0 if none
     * @param beyond serial of what the shared tier has and is of no use; 0 if none
     */
    Optional<LeaseWish> wish(Fetch fetch, long lost, long beyond) {
        if (asker == null || held.size() >= MOST || !fetch.isOpen()) {
            return Optional.empty();
        }
        return LeaseGroup.of(fetch.key().group())
                .map(group -> new LeaseWish(
                        group, asker.node(), asker.instance(), asker.address().get(), lost, beyond));
    }

    /** The fetch asks for all from now on, unless it is over by now. */
    void granted(Claim claim, Lease lease) {
        forget(claim.lease());
        claim.lease(lease);
        held.put(lease, claim);
        if (!claim.fetch().isOpen()) {
            giveBack(lease);
        }
    }

    /** It isn't this edge's any more, or not for long. */
    void forget(Lease lease) {
        var unused = drop(lease);
    }

    /** Others are sent to nobody, or to somebody else, from now on. */
    void giveBack(Lease lease) {
        if (asker == null || !drop(lease)) {
            return;
        }
        if (givingBack.incrementAndGet() > MOST_GIVEN_BACK_AT_ONCE) {
            // It ends by itself, soon.
            givingBack.decrementAndGet();
            counters.count(CacheCounter.LEASE_LEFT);
            return;
        }
        bus.request(Addresses.CACHE_LEASES, over(asker, List.of(lease)), TIMEOUT)
                .onComplete(told -> {
                    givingBack.decrementAndGet();
                    counters.count(told.succeeded() ? CacheCounter.LEASE_GIVEN_BACK : CacheCounter.LEASE_LEFT);
                });
    }

    int size() {
        return held.size();
    }

    /** Gives everything back. */
    void close() {
        if (asker == null) {
            return;
        }
        vertx.cancelTimer(ticking);
        List<Lease> all = all();
        held.clear();
        for (int from = 0; from < all.size(); from += LeasesHeld.MOST) {
            List<Lease> some = all.subList(from, Math.min(all.size(), from + LeasesHeld.MOST));
            bus.request(Addresses.CACHE_LEASES, over(asker, some), TIMEOUT)
                    .onFailure(left -> counters.count(CacheCounter.LEASE_LEFT));
        }
    }

    /** Tells that all are still held. */
    void renew() {
        Asker by = asker;
        List<Lease> all = by == null ? List.of() : all();
        for (int from = 0; by != null && from < all.size(); from += LeasesHeld.MOST) {
            renew(by, all.subList(from, Math.min(all.size(), from + LeasesHeld.MOST)));
        }
    }

    private void renew(Asker by, List<Lease> some) {
        LeasesHeld message = new LeasesHeld(by.node(), by.instance(), some, List.of());
        bus.request(Addresses.CACHE_LEASES, message, TIMEOUT)
                .onSuccess(lost -> {
                    counters.count(CacheCounter.LEASE_RENEWED);
                    Set<Long> tokens = Set.copyOf(lost.tokens());
                    for (Lease lease : some) {
                        if (tokens.contains(lease.token()) && drop(lease)) {
                            counters.count(CacheCounter.LEASE_LOST);
                        }
                    }
                })
                .onFailure(failure -> counters.count(CacheCounter.LEASE_NOT_RENEWED));
    }

    private List<Lease> all() {
        return new ArrayList<>(held.keySet());
    }

    private boolean drop(Lease lease) {
        return lease.token() != 0 && held.remove(lease) != null;
    }

    private static LeasesHeld over(Asker by, List<Lease> leases) {
        return new LeasesHeld(by.node(), by.instance(), List.of(), leases);
    }
}
