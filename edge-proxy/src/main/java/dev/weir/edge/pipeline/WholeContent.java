package dev.weir.edge.pipeline;

import dev.weir.edge.upstream.ProxyFailure;
import dev.weir.http.HeaderFields;
import dev.weir.http.ProxyError;
import dev.weir.http.caching.PostDigest;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;

/** Takes the content of a request whole, before anything is asked of an origin. Lives on the event loop of the exchange. */
final class WholeContent {
    private final int length;
    private final Buffer taken;
    private final PostDigest digest;
    private final Promise<Buffer> whole = Promise.promise();

    private WholeContent(int length, PostDigest digest) {
        this.length = length;
        this.taken = Buffer.buffer(length);
        this.digest = digest;
    }

    /**
     * The content; fails if it breaks off, is not what was announced, or doesn't come within the listener's time.
     *
     * @param length that was announced
     * @param digest is told of all octets
     */
    static Future<Buffer> of(Exchange exchange, int length, PostDigest digest, Vertx vertx) {
        WholeContent content = new WholeContent(length, digest);
        content.take(exchange, new CountedBody(exchange.request(), exchange, vertx));
        return content.whole.future();
    }

    private void take(Exchange exchange, ReadStream<Buffer> content) {
        content.exceptionHandler(this::broken);
        content.handler(this::piece);
        content.endHandler(end -> ended());
        if (RequestContent.isHeldBack(exchange)) {
            new InterimRelay(exchange).interim(100, HeaderFields.empty());
        }
        content.resume();
    }

    private void piece(Buffer piece) {
        if (taken.length() + piece.length() > length) {
            unlike(taken.length() + piece.length());
        } else {
            taken.appendBuffer(piece);
            digest.update(piece.getBytes());
        }
    }

    private void ended() {
        if (taken.length() == length) {
            whole.tryComplete(taken);
        } else {
            unlike(taken.length());
        }
    }

    private void broken(Throwable cause) {
        whole.tryFail(
                cause instanceof ProxyFailure
                        ? cause
                        : ProxyFailure.aborted(
                                ProxyFailure.Source.CLIENT, "content broken off: " + cause.getMessage()));
    }

    private void unlike(int octets) {
        whole.tryFail(ProxyFailure.of(
                ProxyError.HTTP_REQUEST_ERROR,
                ProxyFailure.Source.CLIENT,
                "content of " + octets + " octets (expected: " + length + ")"));
    }
}
