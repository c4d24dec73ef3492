package dev.weir.edge.wire;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;

/** Octets copied out of a buffer to be looked at one by one: much faster than asking the buffer for each. */
final class Scratch {
    private static final FastThreadLocal<byte[]> BYTES = new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
            return new byte[16 * 1024];
        }
    };

    private Scratch() {}

    /** The octets {@code [begin + from, begin + to)} of {@code in}, at {@code [from, to)}; valid until the next call on this thread. */
    static byte[] copy(ByteBuf in, int begin, int from, int to) {
        byte[] bytes = BYTES.get();
        if (bytes.length < to) {
            bytes = new byte[Integer.highestOneBit(to) << 1];
            BYTES.set(bytes);
        }
        in.getBytes(begin + from, bytes, from, to - from);
        return bytes;
    }
}
