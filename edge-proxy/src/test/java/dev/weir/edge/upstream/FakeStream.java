package dev.weir.edge.upstream;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A client's request content: gives its parts, then ends, while it is resumed. */
final class FakeStream implements ReadStream<Buffer> {
    private final Deque<Buffer> parts = new ArrayDeque<>();
    private @Nullable Handler<Buffer> handler;
    private @Nullable Handler<Void> endHandler;
    private @Nullable Handler<Throwable> exceptionHandler;
    private volatile boolean asked;
    private volatile boolean paused = true;
    private final AtomicLong given = new AtomicLong();
    private boolean breaks;
    private boolean stays;

    FakeStream(String... texts) {
        for (String text : texts) {
            parts.add(Buffer.buffer(text));
        }
    }

    static FakeStream endless(int octets) {
        FakeStream stream = new FakeStream();
        Buffer part = Buffer.buffer(new byte[65536]);
        for (int left = octets; left > 0; left -= 65536) {
            stream.parts.add(part);
        }
        return stream;
    }

    /** Fails behind its parts instead of ending. */
    FakeStream breaking() {
        breaks = true;
        return this;
    }

    /** Neither ends nor fails behind its parts. */
    FakeStream staying() {
        stays = true;
        return this;
    }

    boolean wasAsked() {
        return asked;
    }

    boolean isPaused() {
        return paused;
    }

    long given() {
        return given.get();
    }

    @CanIgnoreReturnValue
    @Override
    public FakeStream resume() {
        asked = true;
        paused = false;
        Vertx.currentContext().runOnContext(go -> give());
        return this;
    }

    private void give() {
        if (paused) {
            return;
        }
        Buffer next = parts.poll();
        if (next == null) {
            paused = true;
            if (breaks && exceptionHandler != null) {
                exceptionHandler.handle(new java.io.IOException("client is gone"));
            } else if (!breaks && !stays && endHandler != null) {
                endHandler.handle(null);
            }
            return;
        }
        given.addAndGet(next.length());
        if (handler != null) {
            handler.handle(next);
        }
        Vertx.currentContext().runOnContext(go -> give());
    }

    @CanIgnoreReturnValue
    @Override
    public FakeStream exceptionHandler(@Nullable Handler<Throwable> newHandler) {
        exceptionHandler = newHandler;
        return this;
    }

    @CanIgnoreReturnValue
    @Override
    public FakeStream handler(@Nullable Handler<Buffer> newHandler) {
        handler = newHandler;
        return this;
    }

    @CanIgnoreReturnValue
    @Override
    public FakeStream pause() {
        paused = true;
        return this;
    }

    @Override
    public FakeStream fetch(long amount) {
        return resume();
    }

    @CanIgnoreReturnValue
    @Override
    public FakeStream endHandler(@Nullable Handler<Void> newHandler) {
        endHandler = newHandler;
        return this;
    }
}
