package dev.weir.edge.pipeline;

import dev.weir.edge.listener.PendingFrames;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/**
 * Breaks off an answer whose client takes nothing of it for too long. In HTTP/1 the listener sees to that; in HTTP/2 a
 * client that opens no window for one stream leaves the connection writable, and only the stream's own progress tells.
 * Lives on the event loop of the exchange.
 */
final class StallGuard {
    private static final long NONE = -1;

    /** RFC 9113 §7 */
    private static final long CANCEL = 0x8;

    private final Exchange exchange;
    private final Vertx vertx;
    private long timer = NONE;

    StallGuard(Exchange exchange, Vertx vertx) {
        this.exchange = exchange;
        this.vertx = vertx;
    }

    /** The client has to take something now. */
    void waits() {
        if (timer == NONE && exchange.isMultiplexed()) {
            timer = vertx.setTimer(exchange.listener().clientStall().toMillis(), due -> {
                timer = NONE;
                breakOff();
            });
        }
    }

    /** It did, or nobody waits any more. */
    void moves() {
        if (timer != NONE) {
            vertx.cancelTimer(timer);
            timer = NONE;
        }
    }

    /** The same until the last octets are out. */
    void until(Future<Void> sent) {
        if (!sent.isComplete()) {
            waits();
            vertx.runOnContext(now -> {
                if (!sent.isComplete()) {
                    PendingFrames.flush(exchange.request());
                }
            });
            sent.onComplete(out -> moves());
        }
    }

    private void breakOff() {
        exchange.request().response().reset(CANCEL).onFailure(gone -> {});
        exchange.clientGone();
    }
}
