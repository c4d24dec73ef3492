package dev.weir.edge.cache;

import dev.weir.contracts.Addresses;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.cache.PurgeApplied;
import dev.weir.contracts.cache.PurgeNotice;
import dev.weir.contracts.cache.PurgePair;
import dev.weir.contracts.cache.PurgesSince;
import dev.weir.contracts.cache.ScopeLog;
import dev.weir.contracts.cache.ScopeNotice;
import dev.weir.http.caching.CacheRules;
import dev.weir.http.caching.PurgeScope;
import dev.weir.runtime.cluster.Bus;
import dev.weir.runtime.cluster.Registration;
import io.vertx.core.AsyncResult;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Follows the cluster's sequence of purges. A notice is applied as it comes; how far this edge has come is only told
 * when nothing before it is missing. A gap, or a pair that does not fit what was seen, is settled by asking for the
 * purges since; meanwhile nothing of L1 is used. If that can't be settled, L1 is dropped whole. Epochs grow: while something
 * is heard of a life, what comes of an earlier one is from a store that was cut off: it says nothing of where the sequence is.
 *
 * <p>Confined to the context that made it, but for the questions, which any thread may ask.
 */
final class Purges {
    private static final Duration ASK_TIMEOUT = Duration.ofMillis(500);
    private static final int MOST_ASKED = 3;

    /** A life of which nothing was heard for so long may be followed by an earlier one: each is told every second. */
    private static final Duration LIFE_SILENT = Duration.ofSeconds(3);

    private static final long ASK_AGAIN_AFTER_MILLIS = 50;
    private static final long TELL_AT_MOST_EVERY_MILLIS = 10;

    private final Vertx vertx;
    private final Bus bus;
    private final String node;
    private final L1 l1;
    private final RecentPurges recent;
    private final CacheRules rules;
    private final Duration lease;
    private final LongSupplier nanos;
    private final CacheCounters counters;
    private final PurgeSweeps sweeps;
    private final List<Registration> registrations;

    private volatile SequencePair applied = SequencePair.NONE;
    private volatile boolean behind;
    private volatile long heardNanos;

    private SequencePair seen = SequencePair.NONE;
    private SequencePair told = SequencePair.NONE;
    private boolean tellArmed;
    private int asked;

    Purges(
            Vertx vertx,
            Bus bus,
            String node,
            L1 l1,
            RecentPurges recent,
            CacheRules rules,
            Duration lease,
            LongSupplier nanos,
            CacheCounters counters) {
        this.vertx = vertx;
        this.bus = bus;
        this.node = node;
        this.l1 = l1;
        this.recent = recent;
        this.rules = rules;
        this.lease = lease;
        this.nanos = nanos;
        this.counters = counters;
        this.heardNanos = nanos.getAsLong();
        this.sweeps = new PurgeSweeps(vertx, bus, node, l1, recent);
        this.registrations = List.of(
                bus.subscribe(Addresses.CACHE_PURGED, this::urlPurged),
                bus.subscribe(Addresses.CACHE_PURGED_SCOPE, this::ordered),
                bus.subscribe(Addresses.CACHE_COUNT, sweeps::count),
                bus.subscribe(Addresses.CACHE_PAIR, this::told));
        bus.request(Addresses.CACHE_SCOPES_SINCE, new PurgesSince(applied), ASK_TIMEOUT)
                .onComplete(this::begun);
    }

    /** The newest purge that is applied here, with all before it. */
    SequencePair applied() {
        return applied;
    }

    /** Whether purges are known to be missing here: nothing of L1 may be used. */
    boolean isBehind() {
        return behind;
    }

    /** Whether nothing was heard of purges for longer than the lease. */
    boolean isCutOff() {
        return nanos.getAsLong() - heardNanos > lease.toNanos();
    }

    /** For how long nothing need be heard of purges. */
    Duration lease() {
        return lease;
    }

    /** How long ago something was heard of purges, in milliseconds. */
    long silenceMillis() {
        return Math.max(0, nanos.getAsLong() - heardNanos) / 1_000_000;
    }

    void close() {
        registrations.forEach(Registration::close);
    }

    /** The first answer; without one the next pair told will do. */
    private void begun(AsyncResult<ScopeLog> answer) {
        if (answer.succeeded()
                && applied.equals(SequencePair.NONE)
                && isHeard(answer.result().current())) {
            settle(answer.result().current());
        }
    }

    private void urlPurged(PurgeNotice notice) {
        notified(
                new ScopeNotice(notice.pair(), new PurgeScope(PurgeScope.Kind.URL, notice.url()), notice.soft()),
                false);
    }

    private void ordered(ScopeNotice notice) {
        notified(notice, true);
    }

    /** @param counted whether somebody waits to hear how many responses it has met */
    private void notified(ScopeNotice notice, boolean counted) {
        SequencePair pair = notice.pair();
        if (!isHeard(pair)) {
            // Somebody wanted it gone, whoever took the order.
            apply(notice, false);
            return;
        }
        if (applied.covers(pair)) {
            return;
        }
        apply(notice, counted);
        if (pair.equals(applied.next())) {
            advance(pair);
        } else {
            settle(pair);
        }
    }

    private void told(PurgePair current) {
        if (!isHeard(current.pair())) {
            return;
        }
        if (!current.pair().equals(applied)) {
            settle(current.pair());
        } else {
            tell();
        }
    }

    /** Takes note that something is heard, unless it is of a life before one that goes on. */
    private boolean isHeard(SequencePair pair) {
        long now = nanos.getAsLong();
        if (pair.epoch() < applied.epoch() && now - heardNanos < LIFE_SILENT.toNanos()) {
            counters.count(CacheCounter.PURGE_EARLIER_LIFE);
            return false;
        }
        heardNanos = now;
        return true;
    }

    /** Finds out what happened between what is applied and {@code pair}. */
    private void settle(SequencePair pair) {
        if (!behind || !seen.covers(pair)) {
            // What is fetched from now on is newer than what is missing up to here.
            recent.missing();
        }
        seen = pair;
        if (pair.epoch() != applied.epoch()) {
            clearAll(pair);
        } else if (!behind) {
            behind = true;
            asked = 0;
            ask();
        }
    }

    private void ask() {
        asked++;
        bus.request(Addresses.CACHE_SCOPES_SINCE, new PurgesSince(applied), ASK_TIMEOUT)
                .onComplete(this::answered);
    }

    private void answered(AsyncResult<ScopeLog> answer) {
        if (!behind) {
            return;
        }
        if (answer.failed()) {
            askAgain();
        } else if (!answer.result().complete()) {
            clearAll(answer.result().current());
        } else {
            catchUp(answer.result());
        }
    }

    private void askAgain() {
        if (asked < MOST_ASKED) {
            vertx.setTimer(ASK_AGAIN_AFTER_MILLIS, id -> ask());
        } else {
            clearAll(seen);
        }
    }

    private void catchUp(ScopeLog log) {
        log.notices().forEach(notice -> apply(notice, false));
        counters.count(CacheCounter.PURGE_CAUGHT_UP);
        advance(log.current());
        if (seen.epoch() == applied.epoch() && !applied.covers(seen)) {
            askAgain();
        } else {
            behind = false;
            recent.complete();
        }
    }

    private void apply(ScopeNotice notice, boolean counted) {
        PurgeScope scope = rules.stored(notice.scope());
        long tick = recent.record(scope, notice.soft());
        if (scope.isWide()) {
            sweeps.sweep(new PurgeTally.Noted(new ScopeNotice(notice.pair(), scope, notice.soft()), tick));
            counters.count(CacheCounter.PURGE_WIDE);
            return;
        }
        int met = notice.soft() ? l1.soften(scope.subject()) : l1.invalidate(scope.subject());
        counters.count(met > 0 ? CacheCounter.PURGE_APPLIED : CacheCounter.PURGE_EMPTY);
        if (counted) {
            sweeps.tell(notice.pair(), met);
        }
    }

    /** Drops all there is, which is to have applied every purge up to {@code pair}. */
    private void clearAll(SequencePair pair) {
        recent.recordAll();
        sweeps.sweep();
        counters.count(CacheCounter.PURGE_CLEARED_ALL);
        behind = false;
        recent.complete();
        advance(pair);
    }

    private void advance(SequencePair pair) {
        applied = pair;
        tell();
    }

    /** Says how far this edge has come, at once and then at most every few milliseconds. */
    private void tell() {
        if (tellArmed || applied.equals(told)) {
            return;
        }
        told = applied;
        tellArmed = true;
        bus.publish(Addresses.CACHE_APPLIED, new PurgeApplied(node, applied));
        vertx.setTimer(TELL_AT_MOST_EVERY_MILLIS, id -> {
            tellArmed = false;
            tell();
        });
    }
}
