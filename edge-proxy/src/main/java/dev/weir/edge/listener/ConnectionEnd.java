package dev.weir.edge.listener;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;

/** How an HTTP/1 connection ends. Called on the event loop of its request. */
// A close of Netty reports its failure to the pipeline.
@SuppressWarnings("FutureReturnValueIgnored")
public final class ConnectionEnd {
    private ConnectionEnd() {}

    /** The answer to {@code request}, of which nothing is written yet, is the connection's last, and says so. */
    public static void afterAnswer(HttpServerRequest request) {
        if (request.connection() instanceof ConnectionBase connection) {
            ExchangeLedger ledger = connection.channel().pipeline().get(ExchangeLedger.class);
            if (ledger != null) {
                ledger.makeLast();
            }
        }
    }

    /**
     * Resets the connection, without the closing alert of TLS: where the answer goes on to the end of the connection, an
     * orderly end would say that it is whole (RFC 9112 §8).
     */
    public static void reset(HttpServerRequest request) {
        if (request.connection() instanceof ConnectionBase connection) {
            Channel channel = connection.channel();
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            ChannelHandlerContext first = channel.pipeline().firstContext();
            if (first != null) {
                // From here the close passes by all other handlers.
                first.close();
                return;
            }
        }
        EdgeListener.unheeded(request.connection().close());
    }
}
