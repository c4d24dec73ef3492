package dev.weir.edge.pipeline;

import dev.weir.edge.listener.ConnectionEnd;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** Lets the last byte go, or breaks off what must not look whole; then gives everything back. */
final class FinishExchange implements Phase.Now {
    // RFC 9113 §7
    private static final long NO_ERROR = 0x0;
    private static final long PROTOCOL_ERROR = 0x1;
    private static final long CANCEL = 0x8;

    private final OpenExchanges open;
    private final EdgeCounters counters;
    private final Vertx vertx;

    FinishExchange(OpenExchanges open, EdgeCounters counters, Vertx vertx) {
        this.open = open;
        this.counters = counters;
        this.vertx = vertx;
    }

    @Override
    public Stage stage() {
        return Stage.FINISH;
    }

    @Override
    public Verdict run(Exchange exchange) {
        try {
            finish(exchange, exchange.request().response());
        } finally {
            if (exchange.isAnswered() && exchange.answer().body() instanceof Answer.Body.Stored stored) {
                stored.discard();
            }
            exchange.cache().end();
            open.leave(exchange);
            counters.finished(exchange);
        }
        return Verdict.PROCEED;
    }

    private void finish(Exchange exchange, HttpServerResponse response) {
        Termination how = exchange.termination();
        if (how == Termination.MALFORMED && exchange.isMultiplexed()) {
            breakOff(exchange, response, PROTOCOL_ERROR);
        } else if (how.isWithinAnswer() || !exchange.isAnswered()) {
            breakOff(exchange, response, how == Termination.TOO_SLOW ? CANCEL : exchange.streamError());
        } else {
            end(exchange, response);
        }
    }

    private void end(Exchange exchange, HttpServerResponse response) {
        Future<Void> ended = lastOctets(exchange, response);
        if (exchange.isMultiplexed()) {
            ended.onComplete(sent -> refuseRest(exchange.request(), response));
            new StallGuard(exchange, vertx).until(ended);
        } else {
            ended.onFailure(FinishExchange::gone);
            // If the answer is the connection's last, what stands before the decoder closes it, in good order.
            if (RequestContent.isUnread(exchange)) {
                readAway(exchange.request());
            }
        }
    }

    private static Future<Void> lastOctets(Exchange exchange, HttpServerResponse response) {
        if (exchange.answer().body() instanceof Answer.Body.Stored stored) {
            return stored.write(response::end);
        }
        if (exchange.answer().body() instanceof Answer.Body.Followed followed) {
            return FollowRelay.rest(followed, response);
        }
        Buffer last = exchange.lastChunk();
        return last == null ? response.end() : response.end(last);
    }

    /** What is left of the request is dropped as it comes; the listener bounds it. */
    private static void readAway(HttpServerRequest request) {
        request.handler(null)
                .endHandler(null)
                .exceptionHandler(FinishExchange::gone)
                .resume();
    }

    /** The answer is whole, the request isn't: the rest isn't wanted (RFC 9113 §8.1). */
    private static void refuseRest(HttpServerRequest request, HttpServerResponse response) {
        if (!request.isEnded()) {
            response.reset(NO_ERROR).onFailure(FinishExchange::gone);
        }
    }

    private static void breakOff(Exchange exchange, HttpServerResponse response, long http2Code) {
        if (exchange.isMultiplexed()) {
            response.reset(http2Code).onFailure(FinishExchange::gone);
            return;
        }
        if (exchange.isEndedByConnection()) {
            ConnectionEnd.reset(exchange.request());
        } else {
            exchange.request().connection().close().onFailure(FinishExchange::gone);
        }
        if (RequestContent.isUnread(exchange)) {
            // Vert.x lets go of what was decoded while nobody asked only when somebody asks, closed or not.
            readAway(exchange.request());
        }
    }

    /** The client went while the last byte was on its way; that is in the record's byte counts, nothing is left to do. */
    private static void gone(Throwable ignored) {}
}
