package dev.weir.edge.wire;

import io.netty.buffer.ByteBuf;

/**
 * Follows the answers of a connection, one for each request: which octets belong to it, and whether they are sound. An
 * answer is some interim heads, a final one and its content (RFC 9112 §6.3, RFC 9110 §15.2).
 */
public final class AnswerScan {
    /** The answer is malformed: {@link #fault()} says how. */
    public static final int REFUSED = -1;

    private enum At {
        /** No answer is due. */
        OVER,
        HEAD,
        CONTENT,
        /** Content that only the end of the connection ends. */
        TO_CLOSE,
        /** Behind a 101: what comes is another protocol. */
        SWITCHED
    }

    private final AnswerHeadScanner heads;
    private final BodyScan body = new BodyScan();
    private At at = At.OVER;
    private boolean toHead;
    private boolean byLength;
    private HeadFault fault = HeadFault.STATUS_LINE;

    /** Bounds in bytes: of a status line without its end, of the field lines of one head together, and the number of field lines. */
    public AnswerScan(int maxLine, int maxHead, int maxFields) {
        heads = new AnswerHeadScanner(maxLine, maxHead, maxFields);
    }

    /** A request goes out. */
    public void expect(boolean answerToHead) {
        toHead = answerToHead;
        byLength = false;
        heads.reset();
        at = At.HEAD;
    }

    /** Whether no answer is due: what comes now belongs to none. */
    public boolean isOver() {
        return at == At.OVER;
    }

    /** Whether nothing of the final answer has been let through. */
    public boolean isUnseen() {
        return at == At.HEAD;
    }

    /** Whether a length says, or said, where the content of the answer ends. */
    public boolean isEndedByLength() {
        return byLength;
    }

    /** Whether only the end of the connection ends the answer. */
    public boolean isEndedByClose() {
        return at == At.TO_CLOSE;
    }

    /** Whether the answer was 101: what comes now is another protocol. */
    public boolean isSwitched() {
        return at == At.SWITCHED;
    }

    /** Why the last scan was refused. */
    public HeadFault fault() {
        return fault;
    }

    /**
     * Follows the answer from the reader index, where the first octet is that wasn't let through before.
     *
     * @return the index behind the octets that can be let through: the rest belongs to a head that isn't whole, to
     *     another protocol, or to no answer; or {@link #REFUSED}
     */
    public int scan(ByteBuf in) {
        int i = in.readerIndex();
        while (at == At.HEAD) {
            int length = head(in, i);
            if (length < 0) {
                return length == AnswerHeadScanner.REFUSED ? REFUSED : i;
            }
            i += length;
        }
        if (at == At.TO_CLOSE) {
            return in.writerIndex();
        }
        return at == At.CONTENT ? content(in, i) : i;
    }

    private int head(ByteBuf in, int from) {
        int most = Math.min(in.writerIndex() - from, heads.capacity() + 1);
        int length = Math.min(most, heads.needed() + MessageScan.USUAL_HEAD);
        int headLength = scan(in, from, length);
        while (headLength == AnswerHeadScanner.INCOMPLETE && length < most) {
            length = Math.min(most, 4 * length);
            headLength = scan(in, from, length);
        }
        if (headLength == AnswerHeadScanner.REFUSED) {
            fault = heads.fault();
        } else if (headLength != AnswerHeadScanner.INCOMPLETE) {
            at = behindHead();
            heads.reset();
        }
        return headLength;
    }

    private int scan(ByteBuf in, int from, int length) {
        return heads.scan(Scratch.copy(in, from, heads.needed(), length), length);
    }

    private At behindHead() {
        int status = heads.status();
        if (heads.isInterim()) {
            return status == 101 ? At.SWITCHED : At.HEAD;
        }
        if (toHead || status == 204 || status == 304) {
            return At.OVER;
        }
        Framing framing = heads.framing();
        if (!framing.isChunked() && !framing.hasLength()) {
            return At.TO_CLOSE;
        }
        byLength = framing.hasLength();
        body.begin(framing);
        return At.CONTENT;
    }

    private int content(ByteBuf in, int from) {
        int end = body.scan(in, from);
        if (end == BodyScan.REFUSED) {
            fault = body.fault();
            return REFUSED;
        }
        if (body.isDone()) {
            at = At.OVER;
        }
        return end;
    }
}
