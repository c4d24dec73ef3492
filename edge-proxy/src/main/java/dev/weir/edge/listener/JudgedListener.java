package dev.weir.edge.listener;

import dev.weir.http.RefusalReason;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.function.Supplier;

/**
 * What Vert.x hears of an HTTP/2 connection: no field block but those that {@link Http2Guard} found sound. Lives on a
 * single event loop.
 */
final class JudgedListener extends Http2FrameListenerDecorator {
    private final Http2Codec codec;
    private final Supplier<BlockFinding> finding;

    private JudgedListener(Http2FrameListener vertx, Http2Codec codec, Supplier<BlockFinding> finding) {
        super(vertx);
        this.codec = codec;
        this.finding = finding;
    }

    /**
     * Takes the place between {@code codec} and Vert.x.
     *
     * @param finding on the block whose last frame is on its way to the codec
     */
    static void place(Http2Codec codec, Supplier<BlockFinding> finding) {
        Http2FrameListener current = codec.handler().decoder().frameListener();
        if (!(current instanceof JudgedListener)) {
            codec.handler().decoder().frameListener(new JudgedListener(current, codec, finding));
        }
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) throws Http2Exception {
        super.onSettingsRead(ctx, settings);
        // On the first settings Vert.x puts another listener in its own place, and so in ours.
        place(codec, finding);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx, int streamId, Http2Headers fields, int padding, boolean endOfStream)
            throws Http2Exception {
        admit(streamId, fields);
        super.onHeadersRead(ctx, streamId, fields, padding, endOfStream);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx,
            int streamId,
            Http2Headers fields,
            int dependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean endOfStream)
            throws Http2Exception {
        admit(streamId, fields);
        super.onHeadersRead(ctx, streamId, fields, dependency, weight, exclusive, padding, endOfStream);
    }

    private void admit(int streamId, Http2Headers fields) throws Http2Exception {
        BlockFinding found = finding.get();
        if (found instanceof BlockFinding.Malformed malformed) {
            throw refusal(streamId, malformed.reason());
        }
        Http2Stream stream = codec.stream(streamId);
        if (stream != null && found instanceof BlockFinding.Head head) {
            stream.setProperty(codec.requests(), new Http2Request(head.request()));
            // Vert.x compares Host with the authority as texts, and refuses what names the same.
            fields.remove(HttpHeaderNames.HOST);
            fields.authority(head.request().authority().toString());
            return;
        }
        Http2Request request = codec.request(stream);
        if (request == null || !(found instanceof BlockFinding.Trailers trailers)) {
            throw Http2Exception.streamError(streamId, Http2Error.PROTOCOL_ERROR, "unread field block");
        }
        request.trailers(trailers.fields());
    }

    private static Http2Exception refusal(int streamId, RefusalReason reason) {
        return reason.status() == 431
                ? Http2Exception.headerListSizeError(streamId, Http2Error.PROTOCOL_ERROR, true, reason.token())
                : Http2Exception.streamError(streamId, Http2Error.PROTOCOL_ERROR, reason.token());
    }
}
