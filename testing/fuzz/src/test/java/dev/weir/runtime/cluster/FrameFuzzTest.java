package dev.weir.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weir.contracts.WireException;
import dev.weir.contracts.cache.PurgeNotice;
import dev.weir.fuzz.Bound;
import io.vertx.core.buffer.Buffer;

/** Frames as they come over the wire. */
class FrameFuzzTest {
    @FuzzTest
    void frames(byte[] data) {
        Buffer in = Buffer.buffer(data);
        int position = data.length == 0 ? 0 : (data[0] & 0xff) % data.length;
        FrameCodec codec = new FrameCodec();
        Frame frame = Bound.allocation(data.length, 100, () -> codec.decodeFromWire(position, in));
        assertThat(frame.bytes().length()).isLessThanOrEqualTo(Math.max(0, data.length - position - 4));
        Buffer out = Buffer.buffer();
        codec.encodeToWire(out, frame);
        assertThat(codec.decodeFromWire(0, out).bytes()).isEqualTo(frame.bytes());
        try {
            PurgeNotice notice = frame.read(PurgeNotice.CODEC);
            Frame again = Frame.of("address", PurgeNotice.CODEC, notice);
            PurgeNotice reread = Frame.received(again.bytes()).read(PurgeNotice.CODEC);
            assertThat(reread).isEqualTo(notice);
        } catch (WireException none) {
            assertThat(none).hasMessageNotContaining("null");
        }
    }
}
