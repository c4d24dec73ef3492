package dev.weir.edge.wire;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads one head of an HTTP/1 answer strictly by RFC 9112, resumable like {@link HeadScanner}.
 *
 * <p>It is lenient in two things that nobody can read in another way: the blank behind the status may be missing where
 * no reason follows it, and blanks before the colon of a field are left for the decoder to remove, which RFC 9112 §5.1
 * demands of a proxy; but not where the field says how long the content is. A folded line is refused.
 */
final class AnswerHeadScanner {
    /** The head isn't complete yet. */
    static final int INCOMPLETE = FieldLines.INCOMPLETE;
    /** The head is malformed: {@link #fault()} says how. */
    static final int REFUSED = FieldLines.REFUSED;

    private static final byte[] PROTOCOL = "HTTP/1.".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION_AT = PROTOCOL.length;
    private static final int STATUS_AT = VERSION_AT + 2;
    private static final int REASON_AT = STATUS_AT + 3;

    private final int maxLine;
    private final int maxHead;
    private final FieldLines lines;
    private final Framing framing = new Framing(true);
    private boolean atFields;
    private int status;
    private boolean version10;
    private @Nullable HeadFault fault;

    AnswerHeadScanner(int maxLine, int maxHead, int maxFields) {
        this.maxLine = maxLine;
        this.maxHead = maxHead;
        lines = new FieldLines(maxHead, maxFields, true);
    }

    /** Forgets the last head. */
    void reset() {
        atFields = false;
        fault = null;
        framing.reset();
    }

    /** Bytes that are enough for every head that can be accepted. */
    int capacity() {
        return maxLine + 2 + maxHead;
    }

    /** Where the first octet is that is still needed. */
    int needed() {
        return atFields ? lines.end() : 0;
    }

    /** 100 to 599. */
    int status() {
        return status;
    }

    boolean isInterim() {
        return status < 200;
    }

    /** How the content is framed. */
    Framing framing() {
        return framing;
    }

    /** Why the head was refused. */
    HeadFault fault() {
        return fault == null ? HeadFault.STATUS_LINE : fault;
    }

    /**
     * Reads on.
     *
     * @param head all bytes of the head so far, from its first, and maybe more behind it; those before {@link #needed}
     *     are not looked at
     * @return the length of the head with its empty line, or {@link #INCOMPLETE} or {@link #REFUSED}
     */
    int scan(byte[] head, int length) {
        if (!atFields) {
            int end = statusLine(head, length);
            if (end < 0) {
                return end;
            }
            atFields = true;
            lines.begin(end);
        }
        while (true) {
            int outcome = lines.next(head, length);
            if (outcome == FieldLines.REFUSED) {
                return refuse(lines.fault());
            }
            if (outcome != FieldLines.FIELD) {
                return outcome == FieldLines.END ? finish() : INCOMPLETE;
            }
            HeadFault wrong = framing.field(head, lines);
            if (wrong != null) {
                return refuse(wrong);
            }
        }
    }

    /** The index behind the line. What has come is checked even while it isn't whole: what isn't HTTP never will be. */
    private int statusLine(byte[] a, int length) {
        for (int i = 0; i < Math.min(length, REASON_AT); i++) {
            if (!mayStandAt(i, a[i])) {
                return refuse(HeadFault.STATUS_LINE);
            }
        }
        if (length <= REASON_AT) {
            return INCOMPLETE;
        }
        status = (a[STATUS_AT] - '0') * 100 + (a[STATUS_AT + 1] - '0') * 10 + (a[STATUS_AT + 2] - '0');
        version10 = a[VERSION_AT] == '0';
        if (status < 100 || status > 599) {
            return refuse(HeadFault.STATUS);
        }
        return reason(a, length);
    }

    private static boolean mayStandAt(int i, byte c) {
        if (i < VERSION_AT) {
            return c == PROTOCOL[i];
        }
        if (i == VERSION_AT) {
            return c == '0' || c == '1';
        }
        return i < STATUS_AT ? c == ' ' : c >= '0' && c <= '9';
    }

    private int reason(byte[] a, int length) {
        int i = REASON_AT;
        if (a[i] == ' ') {
            i++;
            while (i < length && Octets.is(a[i], Octets.VALUE)) {
                i++;
            }
            if (i > maxLine) {
                return refuse(HeadFault.LINE_TOO_LONG);
            }
        }
        int end = Octets.lineEnd(a, i, length);
        return end == Octets.NO_LINE_END
                ? refuse(Octets.lineFault(a[i], HeadFault.STATUS_LINE))
                : end == Octets.LINE_INCOMPLETE ? INCOMPLETE : end;
    }

    private int finish() {
        HeadFault ambiguous = framing.whole(version10);
        if (ambiguous != null) {
            return refuse(ambiguous);
        }
        if (isInterim() && (framing.isChunked() || framing.isStrange() || framing.length() > 0)) {
            return refuse(HeadFault.UNEXPECTED_BODY);
        }
        return lines.end();
    }

    private int refuse(HeadFault reason) {
        fault = reason;
        return REFUSED;
    }
}
