package dev.weir.edge.pipeline;

import io.vertx.core.Vertx;
import java.time.Duration;

/**
 * Tells of content that is asked for and doesn't come. In HTTP/1 the listener sees to that; in HTTP/2 a connection can be
 * busy while a stream is silent. A timer that fires too early goes to sleep again, as pieces come often. Lives on the
 * event loop of the exchange.
 */
final class SilenceGuard {
    private static final long NONE = -1;

    private final Vertx vertx;
    private final Duration limit;
    private final Runnable silent;
    private long timer = NONE;
    private long sinceNanos;
    private boolean waiting;

    /** Calls {@code silent} once nothing was heard for {@code limit} while it was waited for. */
    SilenceGuard(Vertx vertx, Duration limit, Runnable silent) {
        this.vertx = vertx;
        this.limit = limit;
        this.silent = silent;
    }

    /** Something has to come from now on. */
    void waits() {
        waiting = true;
        hears();
        if (timer == NONE) {
            sleep(limit.toMillis());
        }
    }

    /** Something came. */
    void hears() {
        sinceNanos = System.nanoTime();
    }

    /** Nothing has to come for now. */
    void rests() {
        waiting = false;
    }

    /** Nothing will come any more. */
    void over() {
        waiting = false;
        if (timer != NONE) {
            vertx.cancelTimer(timer);
            timer = NONE;
        }
    }

    private void sleep(long millis) {
        timer = vertx.setTimer(Math.max(1, millis), due -> wakes());
    }

    private void wakes() {
        timer = NONE;
        if (!waiting) {
            return;
        }
        long leftMillis = limit.toMillis() - (System.nanoTime() - sinceNanos) / 1_000_000;
        if (leftMillis > 0) {
            sleep(leftMillis);
        } else {
            waiting = false;
            silent.run();
        }
    }
}
