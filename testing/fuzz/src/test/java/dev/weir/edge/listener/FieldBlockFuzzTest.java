package dev.weir.edge.listener;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weir.http.FieldLimits;
import dev.weir.http.RequestCheck;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Field blocks on one connection: our reader and the codec behind it, each with a table of its own, come to the same, block
 * for block; what one refuses doesn't make the tables drift apart.
 */
class FieldBlockFuzzTest {
    private static final int MOST = 400;
    private static final FieldLimits LIMITS = new FieldLimits(100, MOST);
    private static final int HEADERS = 1;
    private static final int CONTINUATION = 9;
    private static final int END_HEADERS = 4;

    /** Frames: an octet for the kind and flags, one for the length of the payload, the payload. */
    @FuzzTest
    void blocks(byte[] data) {
        EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
        ChannelHandlerContext ctx = channel.pipeline().firstContext();
        BlockReader ours = new BlockReader(MOST);
        Http2FrameReader codec = new DefaultHttp2FrameReader(
                new DefaultHttp2HeadersDecoder(true, MOST), BlockReader.SMALL_CONTINUATIONS);
        try {
            int stream = 1;
            for (int at = 0; at + 1 < data.length; ) {
                int length = Math.min(data[at + 1] & 0xff, data.length - at - 2);
                int flags = data[at] & 0x7f;
                boolean continued = (data[at] & 0x80) != 0;
                ByteBuf frame = Unpooled.buffer()
                        .writeMedium(length)
                        .writeByte(continued ? CONTINUATION : HEADERS)
                        .writeByte(flags)
                        .writeInt(stream)
                        .writeBytes(data, at + 2, length);
                at += 2 + length;
                if (!alike(ctx, ours, codec, frame)) {
                    return;
                }
                stream += (flags & END_HEADERS) != 0 ? 2 : 0;
            }
        } finally {
            ours.close();
            codec.close();
            assertThat(channel.finishAndReleaseAll()).isFalse();
        }
    }

    /** Whether the connection goes on. */
    private static boolean alike(ChannelHandlerContext ctx, BlockReader ours, Http2FrameReader codec, ByteBuf frame) {
        Optional<BlockReader.Block> block = Optional.empty();
        Optional<Http2Exception> refused = Optional.empty();
        try {
            block = ours.read(ctx, frame.duplicate());
        } catch (Http2Exception e) {
            refused = Optional.of(e);
        }
        Taken taken = new Taken();
        try {
            codec.readFrame(ctx, frame, taken);
        } catch (Http2Exception e) {
            boolean stream = Http2Exception.isStreamError(e);
            if (refused.isPresent()) {
                assertThat(Http2Exception.isStreamError(refused.get())).isEqualTo(stream);
            } else {
                // The codec also checks what fields say: nothing that we would take.
                BlockReader.Block whole = block.orElseThrow();
                assertThat(RequestCheck.http2(whole.fields(), whole.endStream(), LIMITS))
                        .as("%s", e)
                        .isInstanceOf(RequestCheck.Refused.class);
            }
            return stream;
        }
        assertThat(refused).isEmpty();
        assertThat(block.map(BlockReader.Block::stream)).isEqualTo(taken.stream);
        assertThat(block.map(BlockReader.Block::endStream).orElse(false)).isEqualTo(taken.end);
        List<String> fields = new ArrayList<>();
        block.ifPresent(whole -> whole.fields().forEach((name, value) -> fields.add(name + ": " + value)));
        assertThat(fields).containsExactlyInAnyOrderElementsOf(taken.fields);
        return true;
    }

    /** What the codec would go on with; it sorts. */
    private static final class Taken extends Http2FrameAdapter {
        private final List<String> fields = new ArrayList<>();
        private Optional<Integer> stream = Optional.empty();
        private boolean end;

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endOfStream) {
            stream = Optional.of(streamId);
            end = endOfStream;
            headers.forEach(field -> fields.add(field.getKey() + ": " + field.getValue()));
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx,
                int streamId,
                Http2Headers headers,
                int dependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean endOfStream) {
            onHeadersRead(ctx, streamId, headers, padding, endOfStream);
        }
    }
}
