package dev.weir.edge.listener;

import dev.weir.http.HeaderFields;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts field blocks together and decompresses them, with a table of fields of its own. Lives on a single event loop.
 */
final class BlockReader extends Http2FrameAdapter {
    /** As many as the codec takes. */
    static final int SMALL_CONTINUATIONS = 16;

    private final Http2FrameReader reader;
    private @Nullable Block read;

    /** A whole block: every field in the order in which it came. */
    record Block(int stream, boolean endStream, HeaderFields fields) {}

    /** @param mostOctets of a block's fields, as the codec's own limit */
    BlockReader(long mostOctets) {
        reader = new DefaultHttp2FrameReader(new FieldBlock.Decoder(mostOctets), SMALL_CONTINUATIONS);
    }

    /**
     * Reads a whole HEADERS or CONTINUATION frame.
     *
     * @return the block, if the frame was its last
     * @throws Http2Exception as the codec does for the same frame
     */
    Optional<Block> read(ChannelHandlerContext ctx, ByteBuf frame) throws Http2Exception {
        read = null;
        reader.readFrame(ctx, frame, this);
        return Optional.ofNullable(read);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx, int streamId, Http2Headers fields, int padding, boolean endOfStream) {
        read = new Block(streamId, endOfStream, ((FieldBlock) fields).fields());
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
            boolean endOfStream) {
        onHeadersRead(ctx, streamId, fields, padding, endOfStream);
    }

    void close() {
        reader.close();
    }
}
