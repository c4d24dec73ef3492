package dev.weir.edge.upstream;

import dev.weir.http.HeaderFields;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The content of an answer as a stream that starts paused. While nobody asks, the connection is not read: what is held
 * here is at most what had been decoded by then. Lives on a single event loop.
 */
final class OriginBody implements ReadStream<Buffer> {
    /** The side that fills the stream. */
    interface Supply {
        /** Whether more is wanted from now on. */
        void wanted(boolean more);

        /** The reader gives up. */
        void abandoned();
    }

    private static final Handler<Throwable> UNSEEN = failure -> {};

    private final Supply supply;
    private final Deque<Buffer> held = new ArrayDeque<>();
    private @Nullable Handler<Buffer> handler;
    private @Nullable Handler<Void> endHandler;
    private Handler<Throwable> exceptionHandler = UNSEEN;
    private long demand;
    private boolean delivering;
    private boolean complete;
    private boolean over;
    private boolean followed;
    private @Nullable ProxyFailure failure;
    private HeaderFields trailers = HeaderFields.empty();

    OriginBody(Supply supply) {
        this.supply = supply;
    }

    HeaderFields trailers() {
        return trailers;
    }

    /** Whether octets came behind the answer that belong to none. */
    boolean isFollowed() {
        return followed;
    }

    void followed(boolean byResidue) {
        followed |= byResidue;
    }

    /** Whether the reader waits for bytes that haven't come. */
    boolean isHungry() {
        return demand > 0 && held.isEmpty();
    }

    void write(Buffer data) {
        if (over) {
            return;
        }
        held.add(data);
        deliver();
    }

    void end(HeaderFields fields) {
        trailers = fields;
        complete = true;
        deliver();
    }

    /** Ends the stream with a failure, behind what is held already. */
    void fail(ProxyFailure cause) {
        if (failure == null && !complete) {
            failure = cause;
            deliver();
        }
    }

    /** Ends the stream with a failure now; what is held is dropped. */
    void failNow(ProxyFailure cause) {
        if (failure == null && !complete) {
            held.clear();
            demand = Math.max(demand, 1);
            failure = cause;
            deliver();
        }
    }

    void abort() {
        if (!over) {
            over = true;
            held.clear();
            if (!complete && failure == null) {
                supply.abandoned();
            }
        }
    }

    private void deliver() {
        if (delivering) {
            return;
        }
        delivering = true;
        try {
            while (demand > 0 && !over && !held.isEmpty()) {
                if (demand != Long.MAX_VALUE) {
                    demand--;
                }
                Buffer next = held.remove();
                Handler<Buffer> reader = handler;
                if (reader != null) {
                    reader.handle(next);
                }
            }
            finish();
        } finally {
            delivering = false;
        }
        if (!over && !complete && failure == null) {
            supply.wanted(demand > 0);
        }
    }

    private void finish() {
        if (over || demand == 0 || !held.isEmpty()) {
            return;
        }
        ProxyFailure cause = failure;
        Handler<Void> atEnd = endHandler;
        if (cause != null && exceptionHandler != UNSEEN) {
            over = true;
            exceptionHandler.handle(cause);
        } else if (cause == null && complete && atEnd != null) {
            over = true;
            atEnd.handle(null);
        }
    }

    @Override
    public OriginBody exceptionHandler(@Nullable Handler<Throwable> newHandler) {
        exceptionHandler = newHandler == null ? UNSEEN : newHandler;
        return this;
    }

    @Override
    public OriginBody handler(@Nullable Handler<Buffer> newHandler) {
        handler = newHandler;
        return this;
    }

    @Override
    public OriginBody endHandler(@Nullable Handler<Void> newHandler) {
        endHandler = newHandler;
        return this;
    }

    @Override
    public OriginBody pause() {
        demand = 0;
        if (!over && !complete && failure == null) {
            supply.wanted(false);
        }
        return this;
    }

    @Override
    public OriginBody resume() {
        return fetch(Long.MAX_VALUE);
    }

    @Override
    public OriginBody fetch(long amount) {
        if (amount < 0) {
            throw new IllegalArgumentException("amount: " + amount + " (expected: 0 or more)");
        }
        demand = demand + amount < 0 ? Long.MAX_VALUE : demand + amount;
        deliver();
        return this;
    }
}
