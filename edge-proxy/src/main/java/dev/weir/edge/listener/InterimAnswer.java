package dev.weir.edge.listener;

import dev.weir.http.HeaderFields;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Headers;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.Locale;

/** Interim answers that Vert.x has no method for: any 1xx but 100, 101 and 103. */
// A write of Netty reports its failure to the pipeline, and a client that left is told of elsewhere.
@SuppressWarnings("FutureReturnValueIgnored")
public final class InterimAnswer {
    private InterimAnswer() {}

    /** Writes it ahead of the answer to {@code request}, of which nothing is written yet. Call on its event loop. */
    public static void write(HttpServerRequest request, int status, HeaderFields fields) {
        if (!(request.connection() instanceof ConnectionBase connection)) {
            return;
        }
        Channel channel = connection.channel();
        if (request.version() == io.vertx.core.http.HttpVersion.HTTP_2) {
            Http2ConnectionHandler handler = channel.pipeline().get(Http2ConnectionHandler.class);
            ChannelHandlerContext ctx =
                    handler == null ? null : channel.pipeline().context(handler);
            if (handler != null && ctx != null) {
                Http2Headers head = new DefaultHttp2Headers().status(Integer.toString(status));
                fields.forEach((name, value) -> head.add(name.toLowerCase(Locale.ROOT), value));
                handler.encoder().writeHeaders(ctx, (int) request.streamId(), head, 0, false, ctx.newPromise());
                ctx.flush();
            }
            return;
        }
        ChannelHandlerContext ledger = channel.pipeline().context(ExchangeLedger.class);
        if (ledger != null) {
            DefaultFullHttpResponse head = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), Unpooled.EMPTY_BUFFER);
            fields.forEach((name, value) -> head.headers().add(name, value));
            ledger.writeAndFlush(head);
        }
    }
}
