package dev.weir.edge.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads one HTTP/1 request head strictly by RFC 9112, line by line, and says how its body is framed. Resumable: a line
 * that is not yet whole is read again when more has come. Copies nothing and keeps nothing but counts and flags; what
 * fields and targets mean is checked later, on the decoded request.
 */
final class HeadScanner {
    /** The head isn't complete yet. */
    static final int INCOMPLETE = FieldLines.INCOMPLETE;
    /** The head is malformed: {@link #fault()} says how. */
    static final int REFUSED = FieldLines.REFUSED;

    /** No place in the head. */
    static final int NONE = -1;

    private static final int LONGEST_METHOD = 64;
    /** Octets behind the target, which ends the part of the line that has a bound: {@code  HTTP/1.1} and CR LF. */
    private static final int BEHIND_TARGET = 11;

    private static final byte[] HOST = ascii("host");
    private static final byte[] EXPECT = ascii("expect");
    private static final byte[] CONTINUE = ascii("100-continue");
    private static final byte[] WEBSOCKET_KEY_1 = ascii("sec-websocket-key1");
    private static final byte[] WEBSOCKET_KEY_2 = ascii("sec-websocket-key2");
    private static final byte[] CONNECT = ascii("CONNECT");
    private static final byte[] TRACE = ascii("TRACE");
    private static final byte[] PROTOCOL = ascii("HTTP/");

    private final int maxLine;
    private final int maxHead;
    private final FieldLines lines;
    private final Framing framing = new Framing(false);

    private boolean atFields;
    private int hosts;
    private boolean expectation;
    private boolean connect;
    private boolean trace;
    private boolean version10;
    private int laterMinor = NONE;
    private boolean websocketKey1;
    private boolean websocketKey2;
    private @Nullable HeadFault fault;

    HeadScanner(int maxLine, int maxHead, int maxFields) {
        this.maxLine = maxLine;
        this.maxHead = maxHead;
        lines = new FieldLines(maxHead, maxFields, false);
        reset();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Forgets the last head. */
    void reset() {
        atFields = false;
        hosts = 0;
        expectation = false;
        connect = false;
        trace = false;
        version10 = false;
        laterMinor = NONE;
        websocketKey1 = false;
        websocketKey2 = false;
        fault = null;
        framing.reset();
    }

    /** Bytes that are enough for every head that can be accepted. */
    int capacity() {
        return maxLine + BEHIND_TARGET + maxHead;
    }

    /** Where the first octet is that is still needed. */
    int needed() {
        return atFields ? lines.end() : 0;
    }

    /**
     * Where the minor version stands if it is later than that of HTTP/1.1, else {@link #NONE}. Such a request is read as
     * one of HTTP/1.1 (RFC 9110 §2.5).
     */
    int laterMinor() {
        return laterMinor;
    }

    /** Whether the request is a CONNECT. */
    boolean isConnect() {
        return connect;
    }

    /** How the content is framed. */
    Framing framing() {
        return framing;
    }

    /** Why the head was refused. */
    HeadFault fault() {
        return fault == null ? HeadFault.REQUEST_LINE : fault;
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
            int end = requestLine(head, length);
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
            HeadFault wrong = field(head);
            if (wrong != null) {
                return refuse(wrong);
            }
        }
    }

    /** The index behind the line. */
    private int requestLine(byte[] a, int length) {
        int i = 0;
        while (i < length && Octets.is(a[i], Octets.TOKEN)) {
            i++;
        }
        if (i > LONGEST_METHOD) {
            return refuse(HeadFault.METHOD);
        }
        if (i == length) {
            return INCOMPLETE;
        }
        if (i == 0 || a[i] != ' ') {
            return refuse(a[i] == '\r' || a[i] == '\n' ? HeadFault.REQUEST_LINE : HeadFault.METHOD);
        }
        connect = isExactly(a, i, CONNECT);
        trace = isExactly(a, i, TRACE);
        int target = ++i;
        while (i < length && Octets.is(a[i], Octets.TARGET)) {
            i++;
        }
        if (i > maxLine) {
            return refuse(HeadFault.LINE_TOO_LONG);
        }
        if (i == length) {
            return INCOMPLETE;
        }
        if (i == target || a[i] != ' ') {
            return refuse(a[i] == '\r' || a[i] == '\n' ? HeadFault.REQUEST_LINE : HeadFault.TARGET);
        }
        return version(a, i + 1, length);
    }

    private int version(byte[] a, int from, int length) {
        for (int k = 0; k < PROTOCOL.length; k++) {
            if (from + k == length) {
                return INCOMPLETE;
            }
            if (a[from + k] != PROTOCOL[k]) {
                return refuse(HeadFault.REQUEST_LINE);
            }
        }
        int i = from + PROTOCOL.length;
        for (int k = 0; k < 3; k++) {
            if (i + k == length) {
                return INCOMPLETE;
            }
            if (k == 1 ? a[i + k] != '.' : a[i + k] < '0' || a[i + k] > '9') {
                return refuse(HeadFault.REQUEST_LINE);
            }
        }
        int end = Octets.lineEnd(a, i + 3, length);
        if (end == Octets.NO_LINE_END) {
            return refuse(Octets.lineFault(a[i + 3], HeadFault.REQUEST_LINE));
        }
        if (end == Octets.LINE_INCOMPLETE) {
            return INCOMPLETE;
        }
        if (a[i] != '1') {
            return refuse(HeadFault.VERSION);
        }
        laterMinor = a[i + 2] > '1' ? i + 2 : NONE;
        version10 = a[i + 2] == '0';
        return end;
    }

    private @Nullable HeadFault field(byte[] a) {
        return switch (lines.nameLength()) {
            case 4 -> lines.isNamed(a, HOST) ? host(a, lines.value(), lines.valueEnd()) : null;
            case 6 -> lines.isNamed(a, EXPECT) ? expect(a) : null;
            case 18 -> websocketKey(a);
            default -> framing.field(a, lines);
        };
    }

    private @Nullable HeadFault host(byte[] a, int value, int end) {
        if (++hosts > 1) {
            return HeadFault.HOST_REPEATED;
        }
        for (int i = value; i < end; i++) {
            byte c = a[i];
            if (!Octets.is(c, Octets.TARGET) || c == '/' || c == '@' || c == ',' || c == '\\' || c == '?') {
                return HeadFault.HOST_INVALID;
            }
        }
        return value == end ? HeadFault.HOST_INVALID : null;
    }

    private @Nullable HeadFault expect(byte[] a) {
        int i = lines.value();
        while (i < lines.valueEnd()) {
            if (a[i] == ',' || a[i] == ' ' || a[i] == '\t') {
                i++; // a member may be empty, and all of them (RFC 9110 §5.6.1.2)
                continue;
            }
            int end = i;
            while (end < lines.valueEnd() && Octets.is(a[end], Octets.TOKEN)) {
                end++;
            }
            if (expectation || !Octets.equalsToken(a, i, end, CONTINUE)) {
                return HeadFault.EXPECTATION;
            }
            expectation = true;
            i = end;
        }
        return null;
    }

    private @Nullable HeadFault websocketKey(byte[] a) {
        websocketKey1 |= lines.isNamed(a, WEBSOCKET_KEY_1);
        websocketKey2 |= lines.isNamed(a, WEBSOCKET_KEY_2);
        return null;
    }

    private int finish() {
        if (hosts == 0 && !version10) {
            return refuse(HeadFault.HOST_MISSING);
        }
        HeadFault ambiguous = framing.whole(version10);
        if (ambiguous != null) {
            return refuse(ambiguous);
        }
        if (websocketKey1 && websocketKey2 && !framing.isChunked() && !framing.hasLength()) {
            // In a draft of WebSocket eight octets of content follow that nothing announces, and Netty takes them.
            return refuse(HeadFault.FRAMING_AMBIGUOUS);
        }
        if ((connect || trace) && (framing.isChunked() || framing.length() > 0)) {
            return refuse(HeadFault.UNEXPECTED_BODY);
        }
        return lines.end();
    }

    private static boolean isExactly(byte[] a, int length, byte[] text) {
        return Arrays.equals(a, 0, length, text, 0, text.length);
    }

    private int refuse(HeadFault reason) {
        fault = reason;
        return REFUSED;
    }
}
