package dev.weir.edge.wire;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;

/** Follows the messages of a connection: where each begins and ends, and whether it is sound. */
public final class MessageScan {
    /** A head isn't complete yet. */
    public static final int INCOMPLETE = HeadScanner.INCOMPLETE;
    /** A head, or the framing of a body, is malformed: {@link #fault()} says how. */
    public static final int REFUSED = HeadScanner.REFUSED;

    private static final int LARGEST_TRAILER = 8 * 1024;

    private static final FastThreadLocal<byte[]> SCRATCH = new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
            return new byte[16 * 1024];
        }
    };

    private enum At {
        HEAD,
        LENGTH,
        CHUNKED
    }

    private final HeadScanner heads;
    private final ChunkScanner chunks = new ChunkScanner(LARGEST_TRAILER);
    private At at = At.HEAD;
    private long remaining;
    private HeadFault fault = HeadFault.REQUEST_LINE;

    /** Bounds in bytes: of a request line, of the field lines together, and the number of field lines. */
    public MessageScan(int maxLine, int maxHead, int maxFields) {
        heads = new HeadScanner(maxLine, maxHead, maxFields);
    }

    /** Whether what comes next is a head, or the rest of one. */
    public boolean isAtHead() {
        return at == At.HEAD;
    }

    /** Why the last scan was refused. */
    public HeadFault fault() {
        return fault;
    }

    /**
     * Reads the head at the reader index.
     *
     * @return its length, or {@link #INCOMPLETE} or {@link #REFUSED}
     */
    public int head(ByteBuf in) {
        int length = Math.min(in.readableBytes(), heads.capacity() + 1);
        byte[] bytes = copy(in, length);
        int headLength = heads.scan(bytes, length);
        if (headLength == HeadScanner.REFUSED) {
            fault = heads.fault();
        } else if (headLength != HeadScanner.INCOMPLETE) {
            remaining = heads.contentLength();
            at = heads.isChunked() ? At.CHUNKED : remaining > 0 ? At.LENGTH : At.HEAD;
            chunks.reset();
            heads.reset();
        }
        return headLength;
    }

    /** Follows the body from {@code from}: the index behind what belongs to it, or {@link #REFUSED}. */
    public int body(ByteBuf in, int from) {
        if (at == At.LENGTH) {
            int taken = (int) Math.min(remaining, in.writerIndex() - from);
            remaining -= taken;
            if (remaining == 0) {
                at = At.HEAD;
            }
            return from + taken;
        }
        if (at == At.HEAD) {
            return from;
        }
        int end = chunks.scan(in, from, in.writerIndex());
        if (end == ChunkScanner.REFUSED) {
            fault = chunks.fault();
            return REFUSED;
        }
        if (chunks.isDone()) {
            at = At.HEAD;
        }
        return end;
    }

    /** The first {@code length} readable bytes; valid until the next call on this thread. */
    public static byte[] copy(ByteBuf in, int length) {
        byte[] bytes = SCRATCH.get();
        if (bytes.length < length) {
            bytes = new byte[Integer.highestOneBit(length) << 1];
            SCRATCH.set(bytes);
        }
        in.getBytes(in.readerIndex(), bytes, 0, length);
        return bytes;
    }
}
