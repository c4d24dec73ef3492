package dev.weir.edge.wire;

import io.netty.buffer.ByteBuf;

/** Follows the requests of a connection: where each begins and ends, and whether it is sound. */
public final class MessageScan {
    /** A head isn't complete yet. */
    public static final int INCOMPLETE = HeadScanner.INCOMPLETE;
    /** A head, or the framing of a body, is malformed: {@link #fault()} says how. */
    public static final int REFUSED = HeadScanner.REFUSED;

    /** Bytes of a trailer section that are accepted. */
    public static final int LARGEST_TRAILER = BodyScan.LARGEST_TRAILER;

    /**
     * Bytes that most heads, or what still lacks of them, have at the most; what stands behind in the buffer is then not
     * copied for each of them.
     */
    static final int USUAL_HEAD = 2 * 1024;

    private final HeadScanner heads;
    private final BodyScan body = new BodyScan();
    private HeadFault fault = HeadFault.REQUEST_LINE;

    /** Bounds in bytes: of method and target, of the field lines together, and the number of field lines. */
    public MessageScan(int maxLine, int maxHead, int maxFields) {
        heads = new HeadScanner(maxLine, maxHead, maxFields);
    }

    /** Whether what comes next is a head, or the rest of one. */
    public boolean isAtHead() {
        return body.isDone();
    }

    /** Why the last scan was refused. */
    public HeadFault fault() {
        return fault;
    }

    /**
     * Reads the head at the reader index. One of HTTP/1.2 to 1.9 is made one of HTTP/1.1 where it stands, for decoders
     * differ on it.
     *
     * @return its length, or {@link #INCOMPLETE} or {@link #REFUSED}
     */
    public int head(ByteBuf in) {
        int most = Math.min(in.readableBytes(), heads.capacity() + 1);
        int length = Math.min(most, heads.needed() + USUAL_HEAD);
        int headLength = scan(in, length);
        while (headLength == INCOMPLETE && length < most) {
            length = Math.min(most, 4 * length);
            headLength = scan(in, length);
        }
        if (headLength == REFUSED) {
            fault = heads.fault();
        } else if (headLength != INCOMPLETE) {
            if (heads.laterMinor() != HeadScanner.NONE) {
                in.setByte(in.readerIndex() + heads.laterMinor(), '1');
            }
            body.begin(heads.framing());
            heads.reset();
        }
        return headLength;
    }

    private int scan(ByteBuf in, int length) {
        return heads.scan(Scratch.copy(in, in.readerIndex(), heads.needed(), length), length);
    }

    /** Follows the body from {@code from}: the index behind what belongs to it, or {@link #REFUSED}. */
    public int body(ByteBuf in, int from) {
        if (body.isDone()) {
            return from;
        }
        int end = body.scan(in, from);
        if (end == BodyScan.REFUSED) {
            fault = body.fault();
            return REFUSED;
        }
        return end;
    }

    /** The first {@code length} readable bytes; valid until the next call on this thread. */
    public static byte[] copy(ByteBuf in, int length) {
        return Scratch.copy(in, in.readerIndex(), 0, length);
    }
}
