package dev.weir.edge.listener;

import io.vertx.core.net.SocketAddress;

/** Where malformed requests are reported; called on event loops, must not block. */
public interface MalformedSink {
    /**
     * A request was refused for its form; it reached no one.
     *
     * @param listener its name
     * @param client the peer's address
     * @param reason a fixed word, such as {@code bare-lf}
     * @param excerpt the first bytes, at most {@value GuardedListener#EXCERPT}, all but visible ASCII written as \xNN
     */
    void refused(String listener, SocketAddress client, String reason, String excerpt);
}
