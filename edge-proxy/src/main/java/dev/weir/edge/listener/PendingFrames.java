package dev.weir.edge.listener;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Frames of HTTP/2 that Vert.x has written and not flushed: it flushes a head together with its content, which can be
 * waiting for the client's window, while the client is waiting for the head.
 */
public final class PendingFrames {
    private PendingFrames() {}

    /** Sends what can be sent on the connection of {@code request}. Call on its event loop. */
    public static void flush(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2 && request.connection() instanceof ConnectionBase connection) {
            connection.channel().flush();
        }
    }
}
