package dev.weir.edge.cache;

import dev.weir.http.caching.CacheKey;
import io.netty.channel.EventLoop;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;

/**
 * The fetches under way that others may join, one for each key and group, of all event loops; and of which keys it is
 * known that their answers aren't shared, so that nobody waits in vain. Thread-safe.
 */
final class Fetches {
    /** However long ago a fetch began. */
    static final Duration ANY_AGE = Duration.ofNanos(Long.MAX_VALUE);

    private final ConcurrentMap<FetchKey, Fetch> underWay = new ConcurrentHashMap<>();
    private final ConcurrentMap<EventLoop, Turns> turns = new ConcurrentHashMap<>();
    private final RecentRefusals unshared;
    private final RecentRefusals failures;
    private final RecentRefusals failedAgain;
    private final LongSupplier nanos;
    private final RecentPurges purges;
    private final CacheCounters counters;
    private final int most;

    /** @param most requests that share one fetch; the next ones go alone */
    Fetches(LongSupplier nanos, RecentPurges purges, CacheCounters counters, int most) {
        this.unshared = new RecentRefusals(nanos);
        this.failures = new RecentRefusals(nanos);
        this.failedAgain = new RecentRefusals(nanos);
        this.nanos = nanos;
        this.purges = purges;
        this.counters = counters;
        this.most = most;
    }

    /**
     * A seat at the fetch of this key, or the leader's of a new one.
     *
     * @param anew whether who enters has seen another one fail
     * @param oldest how long ago one that is joined may have begun
     */
    Seat enter(CacheKey key, String group, ContextInternal context, boolean anew, Duration oldest) {
        FetchKey id = new FetchKey(key, group);
        if (most < 2) {
            return alone(id, context);
        }
        if (unshared.has(id)) {
            counters.count(CacheCounter.FETCH_UNSHARED);
            return alone(id, context);
        }
        Fetch mine = begun(id, context, anew);
        while (true) {
            Fetch present = underWay.putIfAbsent(id, mine);
            if (present == null) {
                counters.count(CacheCounter.FETCH_LED);
                return mine.leader();
            }
            if (present.isPurged(purges) || nanos.getAsLong() - present.begunNanos() > oldest.toNanos()) {
                counters.count(CacheCounter.FETCH_PURGED);
            } else if (present.taken() >= most) {
                counters.count(CacheCounter.FETCH_FULL);
                return alone(id, context);
            } else {
                Seat seat = present.join(context);
                if (seat != null) {
                    counters.count(CacheCounter.FETCH_JOINED);
                    return seat;
                }
            }
            present.close();
        }
    }

    /** The leader's seat at a new fetch for the background, unless one is under way, or the last one failed lately. */
    Optional<Seat> lead(CacheKey key, String group, ContextInternal context) {
        FetchKey id = new FetchKey(key, group);
        if (failures.has(id)) {
            return Optional.empty();
        }
        Fetch mine = begun(id, context, false);
        if (underWay.putIfAbsent(id, mine) != null) {
            return Optional.empty();
        }
        counters.count(CacheCounter.RENEWAL_BEGUN);
        return Optional.of(mine.leader());
    }

    /** A fetch for the background came to nothing: for some seconds none is begun for the same. */
    void failed(Fetch fetch) {
        counters.count(CacheCounter.RENEWAL_FAILED);
        failures.add(fetch.key());
    }

    /** A fetch for the background is another edge's: for some seconds none is begun for the same. */
    void leaveToOthers(Fetch fetch) {
        failures.add(fetch.key());
    }

    /** A reader of one was too slow for the others. */
    void tooSlow() {
        counters.count(CacheCounter.FETCH_TOO_SLOW);
    }

    /** Begun by one who had seen another one fail, this has failed too: for some seconds nobody tries a second time. */
    void failedAgain(Fetch fetch) {
        failedAgain.add(fetch.key());
    }

    /** Whether who has seen this one fail may try a second time. */
    boolean mayTryAgain(Fetch fetch) {
        return !failedAgain.has(fetch.key());
    }

    /** The leader's seat at a fetch that nobody can join. */
    Seat alone(FetchKey id, ContextInternal context) {
        return begun(id, context, false).leader();
    }

    private Fetch begun(FetchKey id, ContextInternal context, boolean anew) {
        return new Fetch(id, this, purges.now(), nanos.getAsLong(), context, anew);
    }

    /** The last answer to this fetch is not for others, whoever asks: for some seconds nobody waits for the next one. */
    void unshared(Fetch fetch) {
        unshared.add(fetch.key());
    }

    /** It is again. */
    void sharedAgain(Fetch fetch) {
        unshared.remove(fetch.key());
    }

    /** Of the event loop of {@code context}. */
    Turns turns(ContextInternal context) {
        return turns.computeIfAbsent(context.nettyEventLoop(), Turns::new);
    }

    /** Whether whoever enters finds it. */
    boolean has(Fetch fetch) {
        return underWay.get(fetch.key()) == fetch;
    }

    void remove(Fetch fetch) {
        underWay.remove(fetch.key(), fetch);
    }

    /** How many are under way. */
    int size() {
        return underWay.size();
    }
}
