package dev.weir.edge.pipeline;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

/** Lets the last byte go, or breaks off what must not look whole; then gives everything back. */
final class FinishExchange implements Phase.Now {
    /** A request's body that nobody read is read away up to here; beyond, the connection is closed instead. */
    private static final long DRAINED_BYTES = 64 * 1024;

    // RFC 9113 §7
    private static final long PROTOCOL_ERROR = 0x1;
    private static final long INTERNAL_ERROR = 0x2;

    private final OpenExchanges open;
    private final EdgeCounters counters;

    FinishExchange(OpenExchanges open, EdgeCounters counters) {
        this.open = open;
        this.counters = counters;
    }

    @Override
    public Stage stage() {
        return Stage.FINISH;
    }

    @Override
    public Verdict run(Exchange exchange) {
        HttpServerResponse response = exchange.request().response();
        Future<Void> left = switch (exchange.termination()) {
            case CLIENT_CLOSED, ORIGIN_BROKEN -> breakOff(exchange, response, INTERNAL_ERROR);
            case MALFORMED ->
                exchange.isMultiplexed() ? breakOff(exchange, response, PROTOCOL_ERROR) : end(exchange, response);
            default -> end(exchange, response);
        };
        exchange.cache().release();
        if (exchange.isAnswered() && exchange.answer().body() instanceof Answer.Body.Whole whole) {
            left.onComplete(written -> whole.released().run());
        }
        open.leave(exchange);
        counters.finished(exchange);
        return Verdict.PROCEED;
    }

    private static Future<Void> end(Exchange exchange, HttpServerResponse response) {
        Buffer last = exchange.lastChunk();
        boolean unread = exchange.hasUnreadBody();
        if (unread && exchange.unreadBytes() <= DRAINED_BYTES) {
            exchange.request().resume();
            unread = false;
        }
        Future<Void> ended = last == null ? response.end() : response.end(last);
        if ((unread || exchange.closesAfterwards()) && !exchange.isMultiplexed()) {
            ended = ended.eventually(() -> exchange.request().connection().close());
        }
        return ended.onFailure(FinishExchange::gone);
    }

    private static Future<Void> breakOff(Exchange exchange, HttpServerResponse response, long http2Code) {
        return exchange.isMultiplexed()
                ? response.reset(http2Code).onFailure(FinishExchange::gone)
                : exchange.request().connection().close().onFailure(FinishExchange::gone);
    }

    /** The client went while the last byte was on its way; that is in the record's byte counts, nothing is left to do. */
    private static void gone(Throwable ignored) {}
}
