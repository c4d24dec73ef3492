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
    static final int INCOMPLETE = -1;
    /** The head is malformed: {@link #fault()} says how. */
    static final int REFUSED = -2;

    private static final int LONGEST_METHOD = 64;
    private static final byte[] HOST = ascii("host");
    private static final byte[] EXPECT = ascii("expect");
    private static final byte[] CONTINUE = ascii("100-continue");
    private static final byte[] CONTENT_LENGTH = ascii("content-length");
    private static final byte[] TRANSFER_ENCODING = ascii("transfer-encoding");
    private static final byte[] CHUNKED = ascii("chunked");
    private static final byte[] IDENTITY = ascii("identity");
    private static final byte[] CONNECT = ascii("CONNECT");
    private static final byte[] TRACE = ascii("TRACE");
    private static final byte[] PROTOCOL = ascii("HTTP/");

    private final int maxLine;
    private final int maxHead;
    private final int maxFields;

    /** Where the first line that is not yet read begins; 0 while the request line is wanted. */
    private int lineStart;

    private int fieldsStart;
    private int lineEnd;
    private int fields;
    private int hosts;
    private long contentLength;
    private boolean expectation;
    private boolean chunked;
    private boolean connect;
    private boolean trace;
    private boolean version10;
    private @Nullable HeadFault fault;

    HeadScanner(int maxLine, int maxHead, int maxFields) {
        this.maxLine = maxLine;
        this.maxHead = maxHead;
        this.maxFields = maxFields;
        reset();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Forgets the last head. */
    void reset() {
        lineStart = 0;
        fields = 0;
        hosts = 0;
        contentLength = -1;
        expectation = false;
        chunked = false;
        connect = false;
        trace = false;
        version10 = false;
        fault = null;
    }

    /** Bytes that are enough for every head that can be accepted. */
    int capacity() {
        return maxLine + maxHead;
    }

    /** Whether the request is a CONNECT. */
    boolean isConnect() {
        return connect;
    }

    /** Whether the body is chunked. */
    boolean isChunked() {
        return chunked;
    }

    /** The length of the body if it isn't chunked; 0 if none was announced. */
    long contentLength() {
        return Math.max(contentLength, 0);
    }

    /** Why the head was refused. */
    HeadFault fault() {
        return fault == null ? HeadFault.REQUEST_LINE : fault;
    }

    /**
     * Reads on.
     *
     * @param head all bytes of the head so far, from its first, and maybe more behind it
     * @return the length of the head with its empty line, or {@link #INCOMPLETE} or {@link #REFUSED}
     */
    int scan(byte[] head, int length) {
        if (lineStart == 0) {
            int outcome = requestLine(head, length);
            if (outcome != 0) {
                return outcome == INCOMPLETE && length > maxLine ? refuse(HeadFault.LINE_TOO_LONG) : outcome;
            }
            lineStart = lineEnd;
            fieldsStart = lineEnd;
        }
        while (true) {
            int outcome = fieldLine(head, length);
            if (outcome != 0) {
                return outcome == INCOMPLETE && length - fieldsStart > maxHead
                        ? refuse(HeadFault.HEAD_TOO_LARGE)
                        : outcome;
            }
            lineStart = lineEnd;
            if (lineStart - fieldsStart > maxHead) {
                return refuse(HeadFault.HEAD_TOO_LARGE);
            }
        }
    }

    /** 0 when the line was read. */
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
        int end = lineEnd(a, i + 3, length);
        if (end < 0) {
            return end;
        }
        if (a[i] != '1' || a[i + 2] > '1') {
            return refuse(HeadFault.VERSION);
        }
        version10 = a[i + 2] == '0';
        lineEnd = end;
        return 0;
    }

    /** 0 when a field was read, the head's length when it was the empty line. */
    private int fieldLine(byte[] a, int length) {
        int i = lineStart;
        if (i == length) {
            return INCOMPLETE;
        }
        if (a[i] == '\r') {
            int end = lineEnd(a, i, length);
            return end < 0 ? end : finish(end);
        }
        int name = i;
        while (i < length && Octets.is(a[i], Octets.TOKEN)) {
            i++;
        }
        if (i == length) {
            return INCOMPLETE;
        }
        if (i == name || a[i] != ':') {
            return refuse(nameFault(a[i], i == name));
        }
        int nameEnd = i++;
        while (i < length && (a[i] == ' ' || a[i] == '\t')) {
            i++;
        }
        int value = i;
        while (i < length && Octets.is(a[i], Octets.VALUE)) {
            i++;
        }
        int end = i == length ? INCOMPLETE : lineEnd(a, i, length);
        if (end < 0) {
            return end;
        }
        if (++fields > maxFields) {
            return refuse(HeadFault.FIELDS_TOO_MANY);
        }
        int valueEnd = i;
        while (valueEnd > value && (a[valueEnd - 1] == ' ' || a[valueEnd - 1] == '\t')) {
            valueEnd--;
        }
        lineEnd = end;
        return known(a, name, nameEnd, value, valueEnd);
    }

    private static HeadFault nameFault(byte octet, boolean atStart) {
        if (octet == '\n') {
            return HeadFault.BARE_LF;
        }
        return atStart && (octet == ' ' || octet == '\t') ? HeadFault.LINE_FOLDING : HeadFault.FIELD_NAME;
    }

    /** The index behind CRLF at {@code i}, or why there is none. */
    private int lineEnd(byte[] a, int i, int length) {
        if (i == length) {
            return INCOMPLETE;
        }
        if (a[i] != '\r') {
            return refuse(
                    a[i] == '\n' ? HeadFault.BARE_LF : lineStart == 0 ? HeadFault.REQUEST_LINE : HeadFault.FIELD_VALUE);
        }
        if (i + 1 == length) {
            return INCOMPLETE;
        }
        return a[i + 1] == '\n' ? i + 2 : refuse(HeadFault.BARE_CR);
    }

    private int known(byte[] a, int name, int nameEnd, int value, int valueEnd) {
        return switch (nameEnd - name) {
            case 4 -> Octets.equalsToken(a, name, nameEnd, HOST) ? host(a, value, valueEnd) : 0;
            case 6 -> Octets.equalsToken(a, name, nameEnd, EXPECT) ? expect(a, value, valueEnd) : 0;
            case 14 -> Octets.equalsToken(a, name, nameEnd, CONTENT_LENGTH) ? length(a, value, valueEnd) : 0;
            case 17 -> Octets.equalsToken(a, name, nameEnd, TRANSFER_ENCODING) ? coding(a, value, valueEnd) : 0;
            default -> 0;
        };
    }

    private int host(byte[] a, int value, int end) {
        if (++hosts > 1) {
            return refuse(HeadFault.HOST_REPEATED);
        }
        for (int i = value; i < end; i++) {
            byte c = a[i];
            if (!Octets.is(c, Octets.TARGET) || c == '/' || c == '@' || c == ',' || c == '\\' || c == '?') {
                return refuse(HeadFault.HOST_INVALID);
            }
        }
        return value == end ? refuse(HeadFault.HOST_INVALID) : 0;
    }

    private int expect(byte[] a, int value, int end) {
        if (expectation || !Octets.equalsToken(a, value, end, CONTINUE)) {
            return refuse(HeadFault.EXPECTATION);
        }
        expectation = true;
        return 0;
    }

    private int length(byte[] a, int value, int end) {
        if (contentLength >= 0 || value == end || end - value > 18) {
            return refuse(HeadFault.CONTENT_LENGTH);
        }
        long number = 0;
        for (int i = value; i < end; i++) {
            if (a[i] < '0' || a[i] > '9') {
                return refuse(HeadFault.CONTENT_LENGTH);
            }
            number = number * 10 + (a[i] - '0');
        }
        contentLength = number;
        return 0;
    }

    private int coding(byte[] a, int value, int end) {
        if (!chunked && Octets.equalsToken(a, value, end, CHUNKED)) {
            chunked = true;
            return 0;
        }
        boolean others = !chunked && isUnknownCoding(a, value, end);
        return refuse(others ? HeadFault.TRANSFER_ENCODING_UNKNOWN : HeadFault.TRANSFER_ENCODING);
    }

    /** Whether this is some other coding and then, once, {@code chunked}: well formed, but not for us. */
    private static boolean isUnknownCoding(byte[] a, int value, int end) {
        int comma = end - 1;
        while (comma > value && a[comma] != ',') {
            comma--;
        }
        int last = comma + 1;
        while (last < end && (a[last] == ' ' || a[last] == '\t')) {
            last++;
        }
        int first = comma;
        while (first > value && Octets.is(a[first - 1], Octets.TOKEN)) {
            first--;
        }
        return first == value
                && comma > value
                && !Octets.equalsToken(a, first, comma, CHUNKED)
                && !Octets.equalsToken(a, first, comma, IDENTITY)
                && Octets.equalsToken(a, last, end, CHUNKED);
    }

    private int finish(int end) {
        if (hosts == 0 && !version10) {
            return refuse(HeadFault.HOST_MISSING);
        }
        if (chunked && contentLength >= 0) {
            return refuse(HeadFault.FRAMING_AMBIGUOUS);
        }
        if (chunked && version10) {
            return refuse(HeadFault.TRANSFER_ENCODING);
        }
        if ((connect || trace) && (chunked || contentLength > 0)) {
            return refuse(HeadFault.UNEXPECTED_BODY);
        }
        return end;
    }

    private static boolean isExactly(byte[] a, int length, byte[] text) {
        return Arrays.equals(a, 0, length, text, 0, text.length);
    }

    private int refuse(HeadFault reason) {
        fault = reason;
        return REFUSED;
    }
}
