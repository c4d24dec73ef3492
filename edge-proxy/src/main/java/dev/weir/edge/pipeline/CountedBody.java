package dev.weir.edge.pipeline;

import dev.weir.edge.listener.MalformedRequests;
import dev.weir.edge.upstream.ProxyFailure;
import dev.weir.http.ProxyError;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.streams.ReadStream;
import org.jspecify.annotations.Nullable;

/**
 * The content of a request, counted as it passes, and bounded: in its length, and in HTTP/2 in how long its client may
 * send nothing of it.
 */
final class CountedBody implements ReadStream<Buffer> {
    /** RFC 9113 §7 */
    private static final long CANCEL = 0x8;

    private final HttpServerRequest request;
    private final Exchange exchange;
    private final SilenceGuard silence;
    private @Nullable Handler<Throwable> broken;

    CountedBody(HttpServerRequest request, Exchange exchange, Vertx vertx) {
        this.request = request;
        this.exchange = exchange;
        this.silence = new SilenceGuard(vertx, exchange.listener().bodySilence(), this::silent);
    }

    @Override
    public ReadStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> handler) {
        broken = handler;
        if (handler == null) {
            silence.over();
        }
        request.exceptionHandler(
                handler == null
                        ? null
                        : cause -> {
                            silence.over();
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
                            silence.hears();
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
        fail(413, "content over the listener's limit");
    }

    private void silent() {
        MalformedRequests.countSlow(request);
        HttpServerResponse response = request.response();
        if (response.headWritten()) {
            // As the close of a connection of HTTP/1: no answer can follow the one that has begun.
            response.reset(CANCEL).onFailure(gone -> {});
            exchange.clientGone();
        } else {
            fail(408, "no content within the listener's time");
        }
    }

    private void fail(int status, String detail) {
        silence.over();
        request.handler(null);
        if (broken != null) {
            broken.handle(ProxyFailure.of(ProxyError.HTTP_REQUEST_ERROR, ProxyFailure.Source.CLIENT, status, detail));
        }
    }

    /** Before the request is asked: all that is left of it may come at once. */
    private void waits() {
        if (exchange.isMultiplexed() && !request.isEnded()) {
            silence.waits();
        }
    }

    @Override
    public ReadStream<Buffer> pause() {
        silence.rests();
        request.pause();
        return this;
    }

    @Override
    public ReadStream<Buffer> resume() {
        waits();
        request.resume();
        return this;
    }

    @Override
    public ReadStream<Buffer> fetch(long amount) {
        waits();
        request.fetch(amount);
        return this;
    }

    @Override
    public ReadStream<Buffer> endHandler(@Nullable Handler<Void> handler) {
        request.endHandler(
                handler == null
                        ? null
                        : end -> {
                            silence.over();
                            handler.handle(null);
                        });
        return this;
    }
}
