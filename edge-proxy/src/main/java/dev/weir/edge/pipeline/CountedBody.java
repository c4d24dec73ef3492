package dev.weir.edge.pipeline;

import dev.weir.edge.upstream.ProxyFailure;
import dev.weir.http.ProxyError;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.streams.ReadStream;
import org.jspecify.annotations.Nullable;

/** The content of a request, counted as it passes, and bounded. */
final class CountedBody implements ReadStream<Buffer> {
    private final HttpServerRequest request;
    private final Exchange exchange;
    private @Nullable Handler<Throwable> broken;

    CountedBody(HttpServerRequest request, Exchange exchange) {
        this.request = request;
        this.exchange = exchange;
    }

    @Override
    public ReadStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> handler) {
        broken = handler;
        request.exceptionHandler(
                handler == null
                        ? null
                        : cause -> {
                            if (exchange.isMultiplexed()) {
                                // Nobody waits for an answer any more.
                                exchange.clientGone(cause);
                            }
                            handler.handle(cause);
                        });
        return this;
    }

    @Override
    public ReadStream<Buffer> handler(@Nullable Handler<Buffer> handler) {
        request.handler(
                handler == null
                        ? null
                        : chunk -> {
                            exchange.requestBodyRead(chunk.length());
                            if (exchange.requestBodyBytes()
                                    > exchange.listener().mostBodyBytes()) {
                                tooLarge();
                            } else {
                                handler.handle(chunk);
                            }
                        });
        return this;
    }

    /** Content in chunks tells its length only as it comes. */
    private void tooLarge() {
        request.handler(null);
        if (broken != null) {
            broken.handle(ProxyFailure.of(
                    ProxyError.HTTP_REQUEST_ERROR,
                    ProxyFailure.Source.CLIENT,
                    413,
                    "content over the listener's limit"));
        }
    }

    @Override
    public ReadStream<Buffer> pause() {
        request.pause();
        return this;
    }

    @Override
    public ReadStream<Buffer> resume() {
        request.resume();
        return this;
    }

    @Override
    public ReadStream<Buffer> fetch(long amount) {
        request.fetch(amount);
        return this;
    }

    @Override
    public ReadStream<Buffer> endHandler(@Nullable Handler<Void> handler) {
        request.endHandler(handler);
        return this;
    }
}
