package dev.weir.edge.upstream;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks at everything under way twenty times a second: cheaper than timers for each request, most of which end long
 * before one fires. Lives on a single event loop.
 */
final class Deadlines {
    private static final long PERIOD_MILLIS = 50;

    /** Something that may be late. */
    abstract static class Timed {
        private int slot = -1;

        /** Ends itself if it is late. */
        abstract void sweep(long nowNanos);
    }

    private final Vertx vertx;
    private final long timer;
    private final List<Timed> all = new ArrayList<>();

    Deadlines(Vertx vertx) {
        this.vertx = vertx;
        this.timer = vertx.setPeriodic(PERIOD_MILLIS, id -> sweep());
    }

    void watch(Timed timed) {
        if (timed.slot < 0) {
            timed.slot = all.size();
            all.add(timed);
        }
    }

    void forget(Timed timed) {
        int slot = timed.slot;
        if (slot >= 0) {
            Timed last = all.remove(all.size() - 1);
            if (last != timed) {
                all.set(slot, last);
                last.slot = slot;
            }
            timed.slot = -1;
        }
    }

    int size() {
        return all.size();
    }

    List<Timed> snapshot() {
        return List.copyOf(all);
    }

    void close() {
        vertx.cancelTimer(timer);
    }

    private void sweep() {
        long now = System.nanoTime();
        // Backwards: what ends itself makes room by moving the last one, which has been looked at, into its place.
        for (int i = all.size() - 1; i >= 0; i--) {
            if (i < all.size()) {
                all.get(i).sweep(now);
            }
        }
    }
}
