package dev.weir.edge.wire;

import org.jspecify.annotations.Nullable;

/**
 * The field lines of a head, one after another up to the empty line (RFC 9112 §5), within bounds. Resumable: a line that
 * is not yet whole is read again when more has come. Holds positions only, which are valid until the next line is read.
 */
final class FieldLines {
    /** More has to come before the next line can be read. */
    static final int INCOMPLETE = -1;
    /** The line is malformed, or one too much: {@link #fault()} says how. */
    static final int REFUSED = -2;
    /** A field was read. */
    static final int FIELD = 0;
    /** The empty line was read. */
    static final int END = 1;

    private final int maxBytes;
    private final int maxFields;
    private final boolean blankBeforeColon;
    private int begin;
    private int next;
    private int fields;
    private int name;
    private int nameEnd;
    private int colon;
    private int value;
    private int valueEnd;
    private @Nullable HeadFault fault;

    /**
     * Lines within these bounds.
     *
     * @param blankBeforeColon whether blanks before a colon are passed over; only a proxy that reads an answer may, and
     *     must remove them (RFC 9112 §5.1)
     */
    FieldLines(int maxBytes, int maxFields, boolean blankBeforeColon) {
        this.maxBytes = maxBytes;
        this.maxFields = maxFields;
        this.blankBeforeColon = blankBeforeColon;
    }

    /** The first line is at {@code start}. */
    void begin(int start) {
        begin = start;
        next = start;
        fields = 0;
        fault = null;
    }

    /** The index behind the last line that was read. */
    int end() {
        return next;
    }

    int nameLength() {
        return nameEnd - name;
    }

    int value() {
        return value;
    }

    int valueEnd() {
        return valueEnd;
    }

    /** Whether the last field read has this name. */
    boolean isNamed(byte[] head, byte[] lowerCaseName) {
        return Octets.equalsToken(head, name, nameEnd, lowerCaseName);
    }

    /** Whether the value of the last field read is this token. */
    boolean isValue(byte[] head, byte[] lowerCaseToken) {
        return Octets.equalsToken(head, value, valueEnd, lowerCaseToken);
    }

    /** Whether blanks stood before the colon. */
    boolean isNameTrimmed() {
        return colon != nameEnd;
    }

    HeadFault fault() {
        return fault == null ? HeadFault.FIELD_NAME : fault;
    }

    /** Reads the next line: {@link #FIELD}, {@link #END}, {@link #INCOMPLETE} or {@link #REFUSED}. */
    int next(byte[] head, int length) {
        // What lies behind the bound isn't looked at: a head that comes at once is judged like one that comes in
        // pieces.
        int outcome = read(head, Math.min(length, begin + maxBytes));
        return outcome == INCOMPLETE && length - begin > maxBytes ? refuse(HeadFault.HEAD_TOO_LARGE) : outcome;
    }

    private int read(byte[] a, int length) {
        int i = next;
        if (i == length) {
            return INCOMPLETE;
        }
        if (a[i] == '\r') {
            return ended(a, i, length, END);
        }
        int start = i;
        while (i < length && Octets.is(a[i], Octets.TOKEN)) {
            i++;
        }
        int tokenEnd = i;
        if (blankBeforeColon && i > start) {
            i = behindBlanks(a, i, length);
        }
        if (i == length) {
            return INCOMPLETE;
        }
        if (i == start || a[i] != ':') {
            return refuse(nameFault(a[i], i == start));
        }
        name = start;
        nameEnd = tokenEnd;
        colon = i;
        return readValue(a, i + 1, length);
    }

    private int readValue(byte[] a, int from, int length) {
        int i = behindBlanks(a, from, length);
        value = i;
        while (i < length && Octets.is(a[i], Octets.VALUE)) {
            i++;
        }
        valueEnd = i;
        while (valueEnd > value && isBlank(a[valueEnd - 1])) {
            valueEnd--;
        }
        int outcome = ended(a, i, length, FIELD);
        return outcome == FIELD && ++fields > maxFields ? refuse(HeadFault.FIELDS_TOO_MANY) : outcome;
    }

    private int ended(byte[] a, int i, int length, int outcome) {
        int end = Octets.lineEnd(a, i, length);
        if (end == Octets.NO_LINE_END) {
            return refuse(Octets.lineFault(a[i], HeadFault.FIELD_VALUE));
        }
        if (end == Octets.LINE_INCOMPLETE) {
            return INCOMPLETE;
        }
        next = end;
        return outcome;
    }

    private static HeadFault nameFault(byte octet, boolean atStart) {
        if (octet == '\n') {
            return HeadFault.BARE_LF;
        }
        return atStart && isBlank(octet) ? HeadFault.LINE_FOLDING : HeadFault.FIELD_NAME;
    }

    private static int behindBlanks(byte[] a, int from, int length) {
        int i = from;
        while (i < length && isBlank(a[i])) {
            i++;
        }
        return i;
    }

    private static boolean isBlank(byte octet) {
        return octet == ' ' || octet == '\t';
    }

    private int refuse(HeadFault reason) {
        fault = reason;
        return REFUSED;
    }
}
