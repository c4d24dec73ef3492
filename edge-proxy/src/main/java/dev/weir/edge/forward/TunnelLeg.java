package dev.weir.edge.forward;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;

/** One side of a tunnel: a TCP connection of its own, or a stream within an HTTP/2 connection. */
interface TunnelLeg {
    /** Who takes what a side sends. */
    interface Taker {
        /** Bytes; takes over the reference. */
        void data(ByteBuf octets);

        /** The side sends no more, and may still receive. */
        void ended();

        /** The side is gone both ways. */
        void closed();

        /** The side broke off. */
        void broke();
    }

    /** A connection. */
    static TunnelLeg of(NetSocket connection) {
        if (connection instanceof NetSocketInternal channel) {
            return new ChannelLeg(channel);
        }
        throw new IllegalArgumentException("connection: " + connection.getClass() + " (expected: one of TCP)");
    }

    /** A connection of HTTP/1 that was taken over, or a stream of HTTP/2 whose CONNECT has this response. */
    static TunnelLeg of(NetSocket client, HttpServerResponse response) {
        return client instanceof NetSocketInternal ? of(client) : new StreamLeg(client, response);
    }

    /** Begins to deliver, also what came before. */
    void start(Taker taker);

    void read(boolean more);

    /** Sends; takes over the reference. */
    void write(ByteBuf octets);

    boolean isFull();

    void onDrain(Runnable drained);

    /** Tells the side that no more follows, behind all that was written; done when that is out. */
    Future<Void> finish();

    /** Closes now, whatever is still unsent. */
    void close();

    /** Closes so that the side sees that it was broken off. */
    void abort();
}
