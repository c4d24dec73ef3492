package dev.weir.runtime.http2;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Sees to it that all streams of an HTTP/2 connection hear that there is room again. Where windows of several streams are
 * widened in one read, the first of them may fill the connection; the others are told then that they have no room. Once
 * the connection has been flushed, Netty finds it as it last knew it, with room, and tells nobody: streams that wait to be
 * told stand still for ever. Asking for the windows to be what they are makes it look at each of them.
 */
public final class StreamRoom extends ChannelInboundHandlerAdapter {
    private final Http2RemoteFlowController flow;

    private StreamRoom(Http2RemoteFlowController flow) {
        this.flow = flow;
    }

    /** Watches over a connection; called from its connection handler. Does nothing with one that isn't HTTP/2. */
    public static void watch(HttpConnection connection) {
        if (connection instanceof ConnectionBase base) {
            ChannelPipeline pipeline = base.channel().pipeline();
            Http2ConnectionHandler codec = pipeline.get(Http2ConnectionHandler.class);
            if (codec != null) {
                pipeline.addLast("streamRoom", new StreamRoom(codec.encoder().flowController()));
            }
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) throws Http2Exception {
        if (context.channel().isWritable()) {
            flow.initialWindowSize(flow.initialWindowSize());
        }
        context.fireChannelWritabilityChanged();
    }
}
