package dev.weir.edge.pipeline;

import dev.weir.edge.upstream.ProxyFailure;
import dev.weir.http.HeaderFields;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;

/**
 * The end of an HTTP/2 request's content that was announced to be of no octets, where its head didn't end the stream. More
 * may come, and then no origin may have seen the request (RFC 9113 §8.1.1): to HTTP/1.1 the head would be all of it.
 */
final class EmptyContent {
    private EmptyContent() {}

    /** Done once the stream has ended; fails if it isn't ended in time, or breaks. Call once, on the event loop. */
    static Future<Void> ended(Exchange exchange, Vertx vertx) {
        Promise<Void> ended = Promise.promise();
        ReadStream<Buffer> content = new CountedBody(exchange.request(), exchange, vertx);
        content.exceptionHandler(cause -> ended.tryFail(
                cause instanceof ProxyFailure
                        ? cause
                        : ProxyFailure.aborted(
                                ProxyFailure.Source.CLIENT, "content broken off: " + cause.getMessage())));
        content.handler(chunk -> {});
        content.endHandler(end -> ended.tryComplete());
        if (exchange.canonical().fields().contains("Expect")) {
            // What it waits to be told to send is the end.
            new InterimRelay(exchange).interim(100, HeaderFields.empty());
        }
        content.resume();
        return ended.future();
    }
}
