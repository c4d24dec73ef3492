package dev.weir.runtime.cluster;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/** Puts frames on the wire: four bytes of length, then the frame. What is too long comes out empty, and so is refused. */
final class FrameCodec implements MessageCodec<Frame, Frame> {
    @Override
    public void encodeToWire(Buffer out, Frame frame) {
        out.appendInt(frame.bytes().length()).appendBuffer(frame.bytes());
    }

    @Override
    public Frame decodeFromWire(int position, Buffer in) {
        int length = in.length() - position >= 4 ? in.getInt(position) : -1;
        boolean sound = length >= 0 && length <= Bus.LARGEST_FRAME && in.length() - position - 4 >= length;
        return Frame.received(sound ? in.getBuffer(position + 4, position + 4 + length) : Buffer.buffer());
    }

    @Override
    public Frame transform(Frame frame) {
        return frame;
    }

    @Override
    public String name() {
        return "weir";
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }
}
