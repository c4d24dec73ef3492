package dev.weir.edge.pipeline;

import dev.weir.edge.upstream.OriginAnswer;
import dev.weir.edge.upstream.ProxyFailure;
import dev.weir.http.HeaderFields;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

/**
 * Takes the body of an answer that is for one client alone from the origin to it, at its pace. It
 * never ends the response: the octets that would complete it are left in the exchange, and a body that broke is told as
 * broken, so that half an answer never looks like a whole one. Lives on the event loop of the exchange.
 */
final class BodyRelay implements ClientPace.Relay {
    private static final long UNKNOWN = -1;

    private final Exchange exchange;
    private final HttpServerResponse response;
    private final OriginAnswer origin;
    private final StallGuard stall;
    private final Promise<Verdict> done = Promise.promise();
    private long left;
    private boolean over;

    BodyRelay(Exchange exchange, HttpServerResponse response, OriginAnswer origin, Vertx vertx) {
        this.exchange = exchange;
        this.response = response;
        this.origin = origin;
        this.stall = new StallGuard(exchange, vertx);
        String length = origin.fields().first("Content-Length").orElse("");
        this.left = length.isEmpty() ? UNKNOWN : Long.parseLong(length);
    }

    /** Completes when all has come and gone, but for what completes the response; or when it can't. */
    Future<Verdict> start() {
        ClientPace.follow(exchange, stall, this);
        origin.body()
                .exceptionHandler(this::broke)
                .endHandler(end -> ended())
                .handler(this::take)
                .resume();
        ClientPace.sendHeadSoon(exchange, this);
        return done.future();
    }

    @Override
    public void goOn() {
        origin.body().resume();
    }

    private void written(Future<Void> part) {
        part.onFailure(gone -> clientLeft());
    }

    private void take(Buffer chunk) {
        if (over) {
            return;
        }
        exchange.responseBodySent(chunk.length());
        if (left != UNKNOWN) {
            left -= chunk.length();
            if (left <= 0) {
                exchange.lastChunk(chunk);
                complete();
                return;
            }
        }
        written(response.write(chunk));
        // A write to a closed connection fails at once: then nothing more may be asked of the response.
        if (!over && response.writeQueueFull()) {
            origin.body().pause();
            stall.waits();
        }
    }

    private void ended() {
        if (over) {
            return;
        }
        HeaderFields trailers = origin.trailers();
        if (!trailers.isEmpty() && (response.isChunked() || exchange.isMultiplexed())) {
            trailers.forEach((name, value) -> response.trailers().add(name, value));
        }
        complete();
    }

    private void complete() {
        over = true;
        stall.moves();
        done.complete(Verdict.PROCEED);
    }

    private void broke(Throwable failure) {
        if (over) {
            return;
        }
        stop(
                Termination.ORIGIN_BROKEN,
                failure instanceof ProxyFailure known ? known.type().token() : "http_response_incomplete");
    }

    @Override
    public boolean isOver() {
        return over;
    }

    @Override
    public void clientLeft() {
        if (over) {
            return;
        }
        origin.abort();
        stop(Termination.CLIENT_CLOSED, "mid-body");
    }

    private void stop(Termination how, String reason) {
        over = true;
        stall.moves();
        exchange.terminated(how, reason);
        done.complete(Verdict.PROCEED);
    }
}
