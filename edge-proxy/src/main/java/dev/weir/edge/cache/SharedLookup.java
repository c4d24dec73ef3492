package dev.weir.edge.cache;

import dev.weir.contracts.SequencePair;
import dev.weir.contracts.cache.CacheLookupReply;
import dev.weir.contracts.cache.LeaseLookupReply;
import dev.weir.contracts.cache.LeaseWish;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.CacheDirectives;
import dev.weir.http.caching.CacheKey;
import dev.weir.http.caching.Reuse;
import dev.weir.http.caching.StoredHead;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * What the shared tier has for a request, or says of who asks the origin for it: this edge for all, this edge by itself,
 * or another one. Thread-safe.
 */
final class SharedLookup {
    private final SharedTier shared;
    private final Leases leases;
    private final Storing storing;
    private final Duration budget;
    private final CacheCounters counters;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final BooleanSupplier unchecked;

    /**
     * A request for which there is nothing fresh on this edge.
     *
     * @param mine what there is, nevertheless; passes to what is found, or is released
     * @param fill made before anybody is asked
     */
    record Asked(CacheKey key, HeaderFields request, Optional<L1Entry> mine, Fill fill) {
        Asked having(L1Entry entry) {
            return new Asked(key, request, Optional.of(entry), fill);
        }
    }

    /** @param unchecked whether what is found has to be confirmed by its origin */
    SharedLookup(
            SharedTier shared,
            Leases leases,
            Storing storing,
            Duration budget,
            CacheCounters counters,
            InstantSource clock,
            LongSupplier nanos,
            BooleanSupplier unchecked) {
        this.shared = shared;
        this.leases = leases;
        this.storing = storing;
        this.budget = budget;
        this.counters = counters;
        this.clock = clock;
        this.nanos = nanos;
        this.unchecked = unchecked;
    }

    /** For one who asks the origin for nobody else. */
    Future<Found> alone(Asked asked) {
        return shared.lookup(asked.key().toString(), asked.request()).map(answer -> {
            if (answer.isPresent() && answer.get() instanceof CacheLookupReply.Hit hit) {
                return hit(asked, hit);
            }
            return answer.isPresent() && answer.get() instanceof CacheLookupReply.Fill given
                    ? nothing(
                            asked,
                            new Fill(given.token(), given.purges(), asked.fill().tick()))
                    : nothing(asked, asked.fill());
        });
    }

    /**
     * For one who asks the origin for all who join the fetch, on any edge.
     *
     * @param forBackground whether nobody waits for it, so that it is for what is fresh alone
     * @param lost token of the lease of somebody who was followed and is lost; 0 if none
     */
    Future<Found> forAll(Asked asked, Fetch fetch, boolean forBackground, long lost) {
        Claim claim = fetch.claim(leases);
        long since = nanos.getAsLong();
        Optional<LeaseWish> wish = leases.wish(fetch, lost, 0);
        if (wish.isEmpty()) {
            return alone(asked);
        }
        return ask(asked, wish.get(), claim, budget).compose(answer -> {
            Found found = heard(asked, claim, answer);
            Optional<L1Entry> entry = found.stored();
            long serial =
                    answer.isPresent() && answer.get() instanceof LeaseLookupReply.Stored stored ? stored.serial() : 0;
            if (serial == 0 || entry.isEmpty() || isOfUse(asked, entry.get(), forBackground)) {
                return Future.succeededFuture(found);
            }
            return confirming(asked.having(entry.get()), found, fetch, lost, serial, since);
        });
    }

    /** What is stored has to be confirmed: that, too, one does for all. */
    private Future<Found> confirming(Asked asked, Found found, Fetch fetch, long lost, long serial, long since) {
        Claim claim = fetch.claim(leases);
        Duration left = budget.minusNanos(nanos.getAsLong() - since);
        Optional<LeaseWish> wish = leases.wish(fetch, lost, serial);
        if (wish.isEmpty() || left.toMillis() < 1) {
            counters.count(CacheCounter.LEASE_OVERRUN);
            return Future.succeededFuture(found);
        }
        return ask(asked, wish.get(), claim, left)
                .map(answer -> answer.isPresent() && answer.get() instanceof LeaseLookupReply.Stored newer
                        ? newer.serial() > serial ? hit(asked, newer.hit()) : found
                        : told(asked, claim, answer, found));
    }

    private Future<Optional<LeaseLookupReply>> ask(Asked asked, LeaseWish wish, Claim claim, Duration within) {
        return shared.lookup(asked.key().toString(), asked.request(), wish, within, late -> late(claim, late));
    }

    private Found heard(Asked asked, Claim claim, Optional<LeaseLookupReply> answer) {
        return answer.isPresent() && answer.get() instanceof LeaseLookupReply.Stored stored
                ? hit(asked, stored.hit())
                : told(asked, claim, answer, nothing(asked, asked.fill()));
    }

    /** What is done for {@code found} by what was said of who asks the origin. */
    private Found told(Asked asked, Claim claim, Optional<LeaseLookupReply> answer, Found found) {
        Fill before = asked.fill();
        if (answer.isEmpty()) {
            counters.count(CacheCounter.LEASE_OVERRUN);
            return found.filledBy(new Fill(0, before.purges(), before.tick(), claim));
        }
        LeaseLookupReply reply = answer.get();
        Found filled = found.filledBy(new Fill(0, reply.purges(), before.tick(), claim));
        if (reply instanceof LeaseLookupReply.Granted granted) {
            counters.count(CacheCounter.LEASE_GRANTED);
            leases.granted(claim, granted.lease());
        } else if (reply instanceof LeaseLookupReply.Follow follow) {
            counters.count(CacheCounter.ELSEWHERE_TOLD);
            claim.lease(follow.own());
            // Who doesn't know of a purge that was applied here may have sent us to somebody who asked before it.
            if (knows(reply.purges(), before) && !follow.holder().address().isEmpty()) {
                return new Found.Elsewhere(follow.holder(), filled);
            }
        } else {
            counters.count(CacheCounter.LEASE_NONE);
        }
        return filled;
    }

    /** The fetch is under way by now. */
    private void late(Claim claim, LeaseLookupReply reply) {
        if (reply instanceof LeaseLookupReply.Granted granted) {
            counters.count(CacheCounter.LEASE_LATE_GRANT);
            leases.granted(claim, granted.lease());
        } else if (reply instanceof LeaseLookupReply.Follow follow) {
            claim.lease(follow.own());
        }
    }

    private Found hit(Asked asked, CacheLookupReply.Hit hit) {
        if (!knows(hit.purges(), asked.fill())) {
            counters.count(CacheCounter.LOOKUP_BEHIND);
            return nothing(asked, asked.fill());
        }
        Fill filled = new Fill(0, hit.purges(), asked.fill().tick());
        Optional<L1Entry> theirs = adopt(asked, hit);
        if (theirs.isEmpty()) {
            return nothing(asked, filled);
        }
        asked.mine().ifPresent(L1Entry::release);
        counters.count(CacheCounter.LOOKUP_L2);
        return new Found.InL2(theirs.get(), filled);
    }

    private Found nothing(Asked asked, Fill fill) {
        if (asked.mine().isPresent()) {
            counters.count(CacheCounter.LOOKUP_L1);
            return new Found.InL1(asked.mine().get(), fill);
        }
        counters.count(CacheCounter.LOOKUP_MISSING);
        return new Found.Missing(fill);
    }

    /** Whether a store knew of all purges that were applied here when it was asked: one that was left behind may not. */
    private static boolean knows(SequencePair purges, Fill fill) {
        return fill.purges().equals(SequencePair.NONE) || purges.covers(fill.purges());
    }

    /** What the shared tier has, now in L1 too, unless it was purged meanwhile or is no newer than what is here. */
    private Optional<L1Entry> adopt(Asked asked, CacheLookupReply.Hit hit) {
        try {
            Instant now = clock.instant();
            StoredHead theirs = Storing.head(hit, now);
            if (asked.mine().isPresent()
                    && !isBetter(theirs, hit.stale(), asked.mine().get())) {
                return Optional.empty();
            }
            return storing.adopt(new Recording.Draft(asked.key(), asked.request(), theirs, asked.fill()), hit, now)
                    .map(adopted -> new L1Entry(adopted, unchecked.getAsBoolean()));
        } catch (RuntimeException e) {
            // What another node says and what can't be is no answer.
            counters.count(CacheCounter.LOOKUP_FAILED);
            return Optional.empty();
        }
    }

    /** What is stale there as well is no better than mine, of which it is known since when it is. */
    private static boolean isBetter(StoredHead theirs, boolean stale, L1Entry mine) {
        return theirs.responseTime().isAfter(mine.head().responseTime()) || (mine.stale() && !stale);
    }

    /** Whether the origin need not be asked for it, or not by who asks here. */
    private boolean isOfUse(Asked asked, L1Entry entry, boolean forBackground) {
        Reuse reuse = entry.reuse(CacheDirectives.ofRequest(asked.request()), clock.instant());
        return reuse instanceof Reuse.Fresh || (reuse instanceof Reuse.StaleWhileRevalidate && !forBackground);
    }
}
