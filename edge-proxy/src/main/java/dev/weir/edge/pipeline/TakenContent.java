package dev.weir.edge.pipeline;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import org.jspecify.annotations.Nullable;

/** Content of a request that was taken whole before, for whoever sends it on: one piece, then the end. Paused at first. */
final class TakenContent implements ReadStream<Buffer> {
    private final Buffer content;
    private @Nullable Handler<Buffer> taker;
    private @Nullable Handler<Void> whenEnded;
    private boolean flows;
    private boolean given;
    private boolean ended;

    TakenContent(Buffer content) {
        this.content = content;
    }

    @Override
    public ReadStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> handler) {
        // Nothing can break any more.
        return this;
    }

    @Override
    public ReadStream<Buffer> handler(@Nullable Handler<Buffer> handler) {
        taker = handler;
        return this;
    }

    @Override
    public ReadStream<Buffer> endHandler(@Nullable Handler<Void> handler) {
        whenEnded = handler;
        return this;
    }

    @Override
    public ReadStream<Buffer> pause() {
        flows = false;
        return this;
    }

    @Override
    public ReadStream<Buffer> resume() {
        flows = true;
        give();
        return this;
    }

    @Override
    public ReadStream<Buffer> fetch(long amount) {
        return amount > 0 ? resume() : this;
    }

    private void give() {
        Handler<Buffer> to = taker;
        if (!given && to != null) {
            given = true;
            to.handle(content);
        }
        Handler<Void> end = whenEnded;
        if (given && flows && !ended && end != null) {
            ended = true;
            end.handle(null);
        }
    }
}
