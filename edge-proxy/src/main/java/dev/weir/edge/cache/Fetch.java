package dev.weir.edge.cache;

import dev.weir.http.caching.PurgeMarks;
import io.vertx.core.internal.ContextInternal;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One request to the origin on behalf of everybody who may share its answer. Each of them has a {@link Seat}, the leader
 * too, who asks the origin and says by {@link #resolve} what its head means to the others. Who leaves gives the seat
 * back; with the last one the fetch is abandoned, for ever.
 *
 * <p>What decides lives on the leader's event loop; seats are taken and left on any. A seat is entered in the set before
 * it is asked whether the fetch is closed, and the fetch is closed before the set is gone through: so whoever goes through
 * it sees all who could believe that they are in.
 */
final class Fetch {
    private final FetchKey key;
    private final Fetches all;
    private final long tick;
    private final long begunNanos;
    private final ContextInternal context;
    private final boolean anew;
    private final Set<Seat> seats = ConcurrentHashMap.newKeySet();
    private final AtomicInteger taken = new AtomicInteger(1);
    private final AtomicBoolean movesTold = new AtomicBoolean();
    private final Seat leader;
    private volatile @Nullable Shared shared;
    private volatile boolean closed;
    private volatile boolean paced;
    private volatile @Nullable ArrivingBody body;
    private volatile @Nullable Claim claim;

    // on the leader's event loop
    private @Nullable Runnable whenAbandoned;
    private @Nullable Runnable whenMoved;
    private boolean abandoned;

    /**
     * A fetch with one seat taken.
     *
     * @param tick of {@link RecentPurges} now
     * @param begunNanos now
     * @param context of the leader
     * @param anew whether another one has just failed
     */
    Fetch(FetchKey key, Fetches all, long tick, long begunNanos, ContextInternal context, boolean anew) {
        this.key = key;
        this.all = all;
        this.tick = tick;
        this.begunNanos = begunNanos;
        this.context = context;
        this.anew = anew;
        this.leader = new Seat(this, context, all.turns(context), true);
        seats.add(leader);
    }

    FetchKey key() {
        return key;
    }

    Seat leader() {
        return leader;
    }

    long begunNanos() {
        return begunNanos;
    }

    /** Whether a purge since it began has met what it brings, or may have. */
    boolean isPurged(RecentPurges purges) {
        if (purges.isMissingSince(tick)) {
            return true;
        }
        String url = key.key().uri();
        if (!purges.purgedSince(url, tick)) {
            return false;
        }
        Shared known = shared;
        return !(known instanceof Shared.Storable storable)
                || purges.purgedSince(url, PurgeMarks.of(url, storable.head().fields()), tick);
    }

    /** Whether it is one that others could find, as those alone are not. */
    boolean isJoinable() {
        return !key.group().isEmpty();
    }

    int taken() {
        return taken.get();
    }

    @Nullable
    Shared shared() {
        return shared;
    }

    @Nullable
    ArrivingBody body() {
        return body;
    }

    /** A seat, unless nobody may join any more. */
    @Nullable
    Seat join(ContextInternal of) {
        int now = taken.get();
        while (now > 0 && !closed) {
            if (taken.compareAndSet(now, now + 1)) {
                Seat seat = new Seat(this, of, all.turns(of), false);
                seats.add(seat);
                Shared known = shared;
                if (closed && (known == null || known instanceof Shared.Storable)) {
                    seat.leave();
                    return null;
                }
                return seat;
            }
            now = taken.get();
        }
        return null;
    }

    /** Whether others may join it, as far as is known. */
    boolean isOpen() {
        return !closed && all.has(this);
    }

    /** What it was given by the shared tier. By its leader. */
    Claim claim(Leases leases) {
        Claim present = claim;
        if (present == null) {
            present = new Claim(leases, this);
            claim = present;
        }
        return present;
    }

    /** Nobody joins from now on. */
    void close() {
        closed = true;
        all.remove(this);
        Claim mine = claim;
        if (mine != null) {
            mine.over();
        }
    }

    // On the leader's event loop.

    /** Says what the head means to those who wait; what is said first counts. */
    void resolve(Shared how) {
        if (shared != null) {
            return;
        }
        if (anew && how instanceof Shared.Failed) {
            all.failedAgain(this);
        }
        if (!(how instanceof Shared.Storable)) {
            whenAbandoned = null;
            shared = how;
            close();
        } else {
            shared = how;
        }
        wake();
    }

    /** What is to be done once nobody is interested any more; replaces what was to be done before. */
    void onAbandoned(Runnable action) {
        whenAbandoned = action;
        if (abandoned) {
            action.run();
        }
    }

    boolean isAbandoned() {
        return abandoned;
    }

    /** The body that everybody reads; before the head is told. */
    void carries(ArrivingBody arriving) {
        body = arriving;
    }

    /** Readers set the pace from now on, and whoever moves is heard of. */
    void paced(Runnable moved) {
        whenMoved = moved;
        close();
        paced = true;
    }

    /** How far the slowest has come. */
    long slowest() {
        long position = Long.MAX_VALUE;
        for (Seat seat : seats) {
            position = Math.min(position, seat.position());
        }
        return position;
    }

    /** How far the fastest has come; beyond any body if nobody reads. */
    long fastest() {
        long position = -1;
        for (Seat seat : seats) {
            position = Math.max(position, seat.position());
        }
        return position < 0 ? Long.MAX_VALUE : position;
    }

    /** Tells those who haven't come so far that they are to leave. */
    void letGo(long position) {
        for (Seat seat : seats) {
            if (seat.position() < position && seat.letGo()) {
                all.tooSlow();
            }
        }
    }

    /** Does this after so many milliseconds. */
    void later(long millis, Runnable action) {
        var unused = context.setTimer(millis, due -> action.run());
    }

    /** There is something new for everybody. */
    void wake() {
        for (Seat seat : seats) {
            seat.wake();
        }
    }

    // On any event loop.

    /** A reader has moved on. */
    void moved() {
        if (paced && movesTold.compareAndSet(false, true)) {
            onLeadersLoop(() -> {
                movesTold.set(false);
                run(whenMoved);
            });
        }
    }

    void left(Seat seat) {
        seats.remove(seat);
        if (taken.decrementAndGet() > 0) {
            moved();
            return;
        }
        close();
        onLeadersLoop(() -> {
            abandoned = true;
            run(whenAbandoned);
        });
    }

    private static void run(@Nullable Runnable action) {
        if (action != null) {
            action.run();
        }
    }

    private void onLeadersLoop(Runnable action) {
        if (context.inThread()) {
            context.dispatch(action);
        } else {
            context.runOnContext(now -> action.run());
        }
    }
}
