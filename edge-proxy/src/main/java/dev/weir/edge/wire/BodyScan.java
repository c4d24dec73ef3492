package dev.weir.edge.wire;

import io.netty.buffer.ByteBuf;

/** Follows the content of a message, by its length or in chunks, to its end. */
final class BodyScan {
    /** The content is malformed: {@link #fault()} says how. */
    static final int REFUSED = ChunkScanner.REFUSED;

    static final int LARGEST_TRAILER = 8 * 1024;

    private final ChunkScanner chunks = new ChunkScanner(LARGEST_TRAILER);
    private long remaining;
    private boolean chunked;

    /** The content that {@code framing} announces begins. */
    void begin(Framing framing) {
        chunked = framing.isChunked();
        remaining = framing.length();
        if (chunked) {
            chunks.reset();
        }
    }

    boolean isDone() {
        return chunked ? chunks.isDone() : remaining == 0;
    }

    HeadFault fault() {
        return chunks.fault();
    }

    /** Follows the content from {@code from}: the index behind what belongs to it, or {@link #REFUSED}. */
    int scan(ByteBuf in, int from) {
        if (chunked) {
            return chunks.scan(in, from, in.writerIndex());
        }
        int taken = (int) Math.min(remaining, in.writerIndex() - from);
        remaining -= taken;
        return from + taken;
    }
}
