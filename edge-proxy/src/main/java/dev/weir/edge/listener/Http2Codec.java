package dev.weir.edge.listener;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Netty's codec behind an {@link Http2Guard}. Lives on a single event loop.
 *
 * @param handler in the pipeline
 * @param requests where its streams carry what is known of their request
 */
record Http2Codec(ChannelHandlerContext context, Http2ConnectionHandler handler, Http2Connection.PropertyKey requests) {
    private static final Logger LOG = LoggerFactory.getLogger(Http2Codec.class);

    /** The codec of this pipeline, which Vert.x builds at the end of the preface. */
    static Http2Codec in(ChannelHandlerContext ctx) {
        ChannelHandlerContext context = ctx.pipeline().context(Http2ConnectionHandler.class);
        if (context == null) {
            throw new IllegalStateException("pipeline: " + ctx.pipeline().names() + " (expected: an HTTP/2 codec)");
        }
        Http2ConnectionHandler handler = (Http2ConnectionHandler) context.handler();
        return new Http2Codec(context, handler, handler.connection().newKey());
    }

    Http2Connection connection() {
        return handler.connection();
    }

    @Nullable
    Http2Stream stream(int id) {
        return handler.connection().stream(id);
    }

    @Nullable
    Http2Request request(@Nullable Http2Stream stream) {
        return stream == null ? null : stream.getProperty(requests);
    }

    /**
     * Opens a stream that the client has opened. The codec forgets one whose first block it refuses by itself, and would
     * take the content behind it for an error of the connection.
     */
    void open(int id) {
        try {
            handler.connection().remote().createStream(id, false);
        } catch (Http2Exception e) {
            // Too many streams, or no valid id: the codec says so by itself.
            LOG.trace("stream {} not created", id, e);
        }
    }

    /** Gives back the connection's credit for content that the codec won't see. */
    void drop(ByteBuf content) {
        try {
            handler.connection().local().flowController().receiveFlowControlledFrame(null, content, 0, false);
        } catch (Http2Exception e) {
            fail(e);
        }
    }

    /** Ends what {@code error} names, a stream or the connection, as if the codec had found it. */
    void fail(Http2Exception error) {
        handler.onError(context, false, error);
    }
}
