package dev.weir.edge.pipeline;

import dev.weir.edge.cache.Seat;
import dev.weir.edge.upstream.ProxyFailure;
import dev.weir.http.HeaderFields;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;

/**
 * Takes the body that a fetch brings to one of those who share it, at the pace of this client: not more than a piece is
 * on its way at a time, and no octet is copied. It never ends the response: the last octets stay with the seat until
 * {@link FinishExchange}, and a body that broke is told as broken. Lives on the event loop of the exchange.
 */
final class FollowRelay implements ClientPace.Relay {
    private static final int AHEAD = 64 * 1024;

    /** What is written before others have their turn. */
    private static final int TURN = 4 * AHEAD;

    private static final long UNKNOWN = -1;

    private final Exchange exchange;
    private final HttpServerResponse response;
    private final Answer.Body.Followed body;
    private final Seat seat;
    private final StallGuard stall;
    private final Promise<Verdict> done = Promise.promise();
    private final long length;
    private long sent;
    private int onTheWay;
    private boolean sending;
    private boolean over;

    FollowRelay(Exchange exchange, HttpServerResponse response, Answer.Body.Followed body, Vertx vertx) {
        this.exchange = exchange;
        this.response = response;
        this.body = body;
        this.seat = body.seat();
        this.stall = new StallGuard(exchange, vertx);
        String declared = exchange.answer().fields().first("Content-Length").orElse("");
        this.length = declared.isEmpty() ? UNKNOWN : Long.parseLong(declared);
    }

    /** Completes when all has come and gone, but for what completes the response; or when it can't. */
    Future<Verdict> start() {
        if (seat.isWhole() && seat.available() == seat.contiguous()) {
            finish();
            return done.future();
        }
        ClientPace.follow(exchange, stall, this);
        seat.onProgress(this::goOn);
        goOn();
        ClientPace.sendHeadSoon(exchange, this);
        return done.future();
    }

    /** Ends the response with what is left of the body. */
    static Future<Void> rest(Answer.Body.Followed body, HttpServerResponse response) {
        int left = body.seat().contiguous();
        return left == 0 ? response.end() : body.write(left, response::end);
    }

    @Override
    public void goOn() {
        if (sending) {
            return;
        }
        if (!over && seat.isLetGo()) {
            stop(Termination.TOO_SLOW, "held-up-others");
            return;
        }
        sending = true;
        long turnEnds = sent + TURN;
        try {
            while (!over && mayWrite()) {
                if (sent >= turnEnds) {
                    seat.later();
                    return;
                }
                boolean whole = seat.isWhole();
                int next = seat.contiguous();
                if (whole && next == seat.available()) {
                    finish();
                    return;
                }
                int octets = sendable(whole, next);
                if (octets == 0) {
                    break;
                }
                write(octets);
            }
        } finally {
            sending = false;
        }
        if (over) {
            return;
        }
        if (!mayWrite()) {
            stall.waits();
        } else if (seat.available() == 0) {
            Throwable failure = seat.broken();
            if (failure != null) {
                broke(failure);
            }
        }
    }

    private boolean mayWrite() {
        if (response.closed()) {
            clientLeft();
            return false;
        }
        return onTheWay < AHEAD && !response.writeQueueFull();
    }

    /** What of {@code next} may go now. Unless the end is known, the octet that would complete the response may not. */
    private int sendable(boolean whole, int next) {
        int octets = Math.min(next, AHEAD - onTheWay);
        boolean completes = !whole && length != UNKNOWN && sent + octets >= length;
        return completes ? (int) Math.max(0, length - sent - 1) : octets;
    }

    private void write(int octets) {
        onTheWay += octets;
        sent += octets;
        exchange.responseBodySent(octets);
        body.write(octets, response::write).onComplete(written -> left(octets, written));
    }

    private void left(int octets, AsyncResult<Void> written) {
        onTheWay -= octets;
        stall.moves();
        if (written.failed()) {
            clientLeft();
        } else if (!over) {
            goOn();
        }
    }

    private void finish() {
        over = true;
        stall.moves();
        seat.onProgress(() -> {});
        exchange.responseBodySent(seat.contiguous());
        HeaderFields trailers = seat.trailers();
        if (!trailers.isEmpty() && (response.isChunked() || exchange.isMultiplexed())) {
            trailers.forEach((name, value) -> response.trailers().add(name, value));
        }
        done.complete(Verdict.PROCEED);
    }

    private void broke(Throwable failure) {
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
        if (!over) {
            stop(Termination.CLIENT_CLOSED, "mid-body");
        }
    }

    private void stop(Termination how, String reason) {
        over = true;
        stall.moves();
        seat.leave();
        exchange.terminated(how, reason);
        done.complete(Verdict.PROCEED);
    }
}
