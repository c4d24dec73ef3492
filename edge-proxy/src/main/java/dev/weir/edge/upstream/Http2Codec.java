package dev.weir.edge.upstream;

import dev.weir.http.ProxyError;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2PromisedRequestVerifier;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.internal.ContextInternal;
import org.jspecify.annotations.Nullable;

/**
 * Netty's HTTP/2 for a client, set up for origins: no push, field blocks unsorted, credit only for content that was read, and
 * a window of the connection that holds those of all streams (so that a client that doesn't read holds up its own alone).
 */
// A close of Netty reports its failure to the pipeline.
@SuppressWarnings("FutureReturnValueIgnored")
final class Http2Codec extends Http2ConnectionHandler {
    static final String NAME = "http2";

    /** What an origin may send on a stream ahead of its reader. */
    private static final int WINDOW = 65_535;

    private static final int FIELD_TABLE = 4096;
    /** Octets that the origin doesn't take; more than requests come to. */
    private static final long UNSENT = 1024 * 1024;

    private static final long CLOSE_MILLIS = 2_000;

    /** Who hears what comes. */
    interface Owner {
        /** The exchange on this stream; null if it is over. */
        @Nullable
        MultiplexedStream stream(int id);

        /** The origin has said how it wants things. */
        void settings();

        /** The origin has answered a ping. */
        void alive();

        /** The origin takes no more streams, and nothing above {@code lastStream} has been looked at. */
        void goAway(int lastStream);

        /** The stream is closed on both sides. */
        void gone(int id);

        /** What comes on the stream can't be read in one way: it is reset. */
        void malformed(int id, ProxyError type, String detail);

        /** The connection is at its end. */
        void failed(ProxyError type, String detail);
    }

    private final Owner owner;
    private final ContextInternal vertx;
    private long lastRead = System.nanoTime();

    private Http2Codec(
            Owner owner,
            ContextInternal vertx,
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings) {
        super(decoder, encoder, settings, true);
        this.owner = owner;
        this.vertx = vertx;
    }

    static Http2Codec of(Owner owner, ContextInternal vertx, int headBytes) {
        Http2Connection connection = new DefaultHttp2Connection(false, 0);
        connection.local().allowPushTo(false);
        connection.addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
                owner.gone(stream.id());
            }
        });
        // What may be a secret never enters the table that all clients share (RFC 7541 §7.1.3).
        Http2ConnectionEncoder encoder = new DefaultHttp2ConnectionEncoder(
                connection,
                new DefaultHttp2FrameWriter((name, value) -> "cookie".contentEquals(name)
                        || "authorization".contentEquals(name)
                        || ":path".contentEquals(name)));
        Http2ConnectionDecoder decoder = new DefaultHttp2ConnectionDecoder(
                connection,
                encoder,
                new DefaultHttp2FrameReader(new AnswerBlock.Decoder(headBytes)),
                Http2PromisedRequestVerifier.ALWAYS_VERIFY,
                true,
                true,
                false);
        return new Builder(owner, vertx).with(decoder, encoder, headBytes);
    }

    private static final class Builder extends AbstractHttp2ConnectionHandlerBuilder<Http2Codec, Builder> {
        private final Owner owner;
        private final ContextInternal vertx;

        Builder(Owner owner, ContextInternal vertx) {
            this.owner = owner;
            this.vertx = vertx;
        }

        Http2Codec with(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, int headBytes) {
            return codec(decoder, encoder)
                    .initialSettings(new Http2Settings()
                            .pushEnabled(false)
                            .headerTableSize(FIELD_TABLE)
                            .initialWindowSize(WINDOW)
                            .maxHeaderListSize(headBytes))
                    .frameListener(new Frames(owner))
                    .gracefulShutdownTimeoutMillis(CLOSE_MILLIS)
                    .build();
        }

        @Override
        protected Http2Codec build(
                Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
            return new Http2Codec(owner, vertx, decoder, encoder, settings);
        }
    }

    /** Lets the origin fill the windows of so many streams. */
    void widen(int streams) {
        try {
            connection()
                    .local()
                    .flowController()
                    .incrementWindowSize(connection().connectionStream(), WINDOW * (streams - 1));
        } catch (Http2Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** When something came for the last time. */
    long lastRead() {
        return lastRead;
    }

    /** Octets that didn't come by the pipeline. */
    void takes(ChannelHandlerContext ctx, Object octets) {
        try {
            channelRead(ctx, octets);
            channelReadComplete(ctx);
        } catch (Exception failure) {
            onError(ctx, false, failure);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object octets) throws Exception {
        lastRead = System.nanoTime();
        ChannelOutboundBuffer unsent = ctx.channel().unsafe().outboundBuffer();
        if (unsent == null) {
            ReferenceCountUtil.release(octets);
            return;
        }
        if (unsent.totalPendingWriteBytes() > UNSENT) {
            // It wouldn't read a GOAWAY either, and what it asks is answered no more.
            ReferenceCountUtil.release(octets);
            owner.failed(ProxyError.HTTP_PROTOCOL_ERROR, "asks and doesn't read");
            ctx.close();
            return;
        }
        ContextInternal before = vertx.beginDispatch();
        try {
            super.channelRead(ctx, octets);
        } finally {
            vertx.endDispatch(before);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        ContextInternal before = vertx.beginDispatch();
        try {
            super.channelInactive(ctx);
        } finally {
            vertx.endDispatch(before);
        }
    }

    @Override
    protected void onStreamError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, Http2Exception.StreamException fault) {
        owner.malformed(fault.streamId(), type(fault), String.valueOf(fault.getMessage()));
        super.onStreamError(ctx, outbound, cause, fault);
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, @Nullable Http2Exception fault) {
        owner.failed(ProxyError.HTTP_PROTOCOL_ERROR, "connection error: " + cause.getMessage());
        super.onConnectionError(ctx, outbound, cause, fault);
    }

    private static ProxyError type(Http2Exception fault) {
        return fault instanceof Http2Exception.HeaderListSizeException
                ? ProxyError.HTTP_RESPONSE_HEADER_SECTION_SIZE
                : ProxyError.HTTP_PROTOCOL_ERROR;
    }

    /** Hands frames to the exchanges they belong to. */
    private static final class Frames extends Http2FrameAdapter {
        private final Owner owner;

        Frames(Owner owner) {
            this.owner = owner;
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx,
                int streamId,
                Http2Headers headers,
                int streamDependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean endOfStream)
                throws Http2Exception {
            onHeadersRead(ctx, streamId, headers, padding, endOfStream);
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endOfStream)
                throws Http2Exception {
            if (streamId % 2 == 0) {
                // Netty lets servers open streams (RFC 9113 §8.4: only a push would).
                throw Http2Exception.connectionError(Http2Error.PROTOCOL_ERROR, "stream of a server");
            }
            MultiplexedStream stream = owner.stream(streamId);
            if (stream != null) {
                stream.fields((AnswerBlock) headers, endOfStream);
            }
        }

        @Override
        public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream)
                throws Http2Exception {
            MultiplexedStream stream = owner.stream(streamId);
            return padding + (stream == null ? data.readableBytes() : stream.content(data, endOfStream));
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
            MultiplexedStream stream = owner.stream(streamId);
            if (stream != null) {
                stream.reset(errorCode);
            }
        }

        @Override
        public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) {
            owner.settings();
        }

        @Override
        public void onPingAckRead(ChannelHandlerContext ctx, long data) {
            owner.alive();
        }

        @Override
        public void onGoAwayRead(ChannelHandlerContext ctx, int lastStreamId, long errorCode, ByteBuf debugData) {
            owner.goAway(lastStreamId);
        }

        @Override
        public void onPushPromiseRead(
                ChannelHandlerContext ctx, int streamId, int promisedStreamId, Http2Headers headers, int padding)
                throws Http2Exception {
            throw Http2Exception.connectionError(Http2Error.PROTOCOL_ERROR, "push");
        }
    }
}
