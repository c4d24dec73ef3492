package dev.weir.edge.pipeline;

import dev.weir.http.MultipartRanges;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Sends several parts of a stored body with what stands between them, piece by piece, at the pace of the client, and
 * lets go of the body; what ends the content is left to {@link FinishExchange}. Lives on the event loop of the exchange.
 */
final class MultipartRelay implements ClientPace.Relay {
    private static final int PIECE = 64 * 1024;

    private final Exchange exchange;
    private final HttpServerResponse response;
    private final Answer.Body.Stored whole;
    private final MultipartRanges ranges;
    private final StallGuard stall;
    private final Promise<Verdict> done = Promise.promise();
    private int segment;
    private long position;
    private boolean over;

    MultipartRelay(Exchange exchange, Answer.Body.Multipart body, Vertx vertx) {
        this.exchange = exchange;
        this.response = exchange.request().response();
        this.whole = body.whole();
        this.ranges = body.ranges();
        this.stall = new StallGuard(exchange, vertx);
    }

    Future<Verdict> start() {
        ClientPace.follow(exchange, stall, this);
        goOn();
        return done.future();
    }

    @Override
    public void goOn() {
        List<MultipartRanges.Segment> segments = ranges.segments();
        while (!over && segment < segments.size()) {
            MultipartRanges.Segment next = segments.get(segment);
            if (position == 0) {
                Buffer head = text(next.head());
                exchange.responseBodySent(head.length());
                response.write(head).onFailure(gone -> clientLeft());
            }
            int octets = (int) Math.min(PIECE, next.part().length() - position);
            if (!over) {
                exchange.responseBodySent(octets);
                whole.part(next.part().first() + position, octets)
                        .write(response::write)
                        .onFailure(gone -> clientLeft());
            }
            position += octets;
            if (position == next.part().length()) {
                segment++;
                position = 0;
            }
            if (!over && response.writeQueueFull()) {
                stall.waits();
                return;
            }
        }
        if (!over) {
            over = true;
            Buffer closing = text(ranges.closing());
            exchange.responseBodySent(closing.length());
            exchange.lastChunk(closing);
            whole.discard();
            done.complete(Verdict.PROCEED);
        }
    }

    private static Buffer text(String text) {
        return Buffer.buffer(text.getBytes(StandardCharsets.ISO_8859_1));
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
            whole.discard();
            exchange.terminated(Termination.CLIENT_CLOSED, "mid-body");
            done.complete(Verdict.PROCEED);
        }
    }
}
