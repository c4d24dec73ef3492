package dev.weir.edge.listener;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.ConnectionBase;

/** Makes a tunnel of a request: CONNECT in every version, Upgrade in HTTP/1.1. */
// A write or close of Netty reports its failure to the pipeline and to the promise that was handed in.
@SuppressWarnings("FutureReturnValueIgnored")
public final class Takeover {
    private Takeover() {}

    /**
     * Accepts: writes 200 to a CONNECT or 101 to an Upgrade, with the fields set on the response, and gives the socket,
     * <em>paused</em>. What the client sent behind the head comes first. Call on the request's event loop. To refuse,
     * answer like any request: a CONNECT that isn't accepted closes its connection, and what came behind it is dropped.
     */
    public static Future<NetSocket> accept(HttpServerRequest request) {
        return request.toNetSocket().map(socket -> {
            socket.pause();
            if (request.connection() instanceof ConnectionBase connection) {
                ChannelPipeline pipeline = connection.channel().pipeline();
                ChannelHandlerContext guard = pipeline.context(HeadGuard.class);
                if (guard != null) {
                    guard.executor().execute(() -> ((HeadGuard) guard.handler()).release(guard));
                }
            }
            return socket;
        });
    }
}
