package dev.weir.edge.pipeline;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;

/**
 * Sends a long stored body piece by piece, at the pace of the client, up to the last piece, which
 * {@link FinishExchange} sends: given away at once, all of it would be encrypted at once. Lives on the event loop of the
 * exchange.
 */
final class StoredRelay implements ClientPace.Relay {
    private static final int PIECE = 64 * 1024;

    private final Exchange exchange;
    private final HttpServerResponse response;
    private final Answer.Body.Stored body;
    private final StallGuard stall;
    private final Promise<Verdict> done = Promise.promise();
    private long position;
    private boolean over;

    StoredRelay(Exchange exchange, Answer.Body.Stored body, Vertx vertx) {
        this.exchange = exchange;
        this.response = exchange.request().response();
        this.body = body;
        this.stall = new StallGuard(exchange, vertx);
    }

    /** Whether a body is short enough to be given away at once. */
    static boolean isShort(Answer.Body.Stored body) {
        return body.length() <= PIECE;
    }

    Future<Verdict> start() {
        ClientPace.follow(exchange, stall, this);
        goOn();
        return done.future();
    }

    @Override
    public void goOn() {
        while (!over && body.length() - position > PIECE) {
            Answer.Body.Stored piece = body.part(position, Math.min(PIECE, body.contiguous(position)));
            position += piece.length();
            exchange.responseBodySent(piece.length());
            piece.write(response::write).onFailure(gone -> clientLeft());
            if (!over && response.writeQueueFull()) {
                stall.waits();
                return;
            }
        }
        if (!over) {
            over = true;
            Answer answer = exchange.answer();
            Answer.Body.Stored last = body.part(position, body.length() - position);
            exchange.responseBodySent(last.length());
            exchange.answer(new Answer(answer.status(), answer.fields(), last));
            done.complete(Verdict.PROCEED);
        }
    }

    @Override
    public boolean isOver() {
        return over;
    }

    @Override
    public void clientLeft() {
        stall.moves();
        if (!over) {
            over = true;
            exchange.terminated(Termination.CLIENT_CLOSED, "mid-body");
            done.complete(Verdict.PROCEED);
        }
    }
}
