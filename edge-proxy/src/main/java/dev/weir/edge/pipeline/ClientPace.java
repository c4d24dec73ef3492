package dev.weir.edge.pipeline;

import dev.weir.edge.listener.PendingFrames;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;

/** What all relays have in common: they follow the client, and one that waits for octets lets the head go before them. */
final class ClientPace {
    private ClientPace() {}

    /** Takes a body to a client, until it is over. Lives on the event loop of the exchange. */
    interface Relay {
        /** The client takes more. */
        void goOn();

        /** The client has gone; told as often as it is noticed. */
        void clientLeft();

        /** Whether nothing more comes from here. */
        boolean isOver();
    }

    /** Tells {@code relay} what becomes of the client, from now on. */
    static void follow(Exchange exchange, StallGuard stall, Relay relay) {
        HttpServerResponse response = exchange.request().response();
        response.exceptionHandler(gone -> {
            exchange.brokenBy(gone);
            relay.clientLeft();
        });
        response.closeHandler(closed -> relay.clientLeft());
        response.drainHandler(drained -> {
            stall.moves();
            if (!relay.isOver()) {
                relay.goOn();
            }
        });
    }

    /** What is there goes with the head; if nothing is, the client needn't wait for it. */
    static void sendHeadSoon(Exchange exchange, Relay relay) {
        Context context = Vertx.currentContext();
        if (!relay.isOver() && context != null) {
            context.runOnContext(now -> sendHead(exchange, relay));
        }
    }

    private static void sendHead(Exchange exchange, Relay relay) {
        if (relay.isOver()) {
            return;
        }
        HttpServerResponse response = exchange.request().response();
        // To a client of HTTP/1.0 Vert.x would announce chunks, which it doesn't know.
        boolean knowsChunks = exchange.request().version() != HttpVersion.HTTP_1_0;
        if (!response.headWritten() && knowsChunks) {
            response.writeHead().onFailure(gone -> relay.clientLeft());
        } else {
            PendingFrames.flush(exchange.request());
        }
    }
}
