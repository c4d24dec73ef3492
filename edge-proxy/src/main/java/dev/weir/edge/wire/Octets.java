package dev.weir.edge.wire;

/** Which octets may stand where in an HTTP/1 message: one table, one look-up an octet. */
final class Octets {
    /** In a token (RFC 9110 §5.6.2). */
    static final byte TOKEN = 1;
    /** In a request target: visible ASCII without the number sign, which would begin a fragment (RFC 9112 §3.2). */
    static final byte TARGET = 2;
    /** In a field value (RFC 9110 §5.5): visible, blank, tab, 0x80 to 0xFF. */
    static final byte VALUE = 4;

    /** The line end hasn't come whole. */
    static final int LINE_INCOMPLETE = -1;
    /** There is no line end where one must be. */
    static final int NO_LINE_END = -2;

    private static final byte[] CLASS = new byte[256];

    static {
        for (int c = 0x21; c < 0x7f; c++) {
            CLASS[c] = TARGET | VALUE;
        }
        CLASS['#'] = VALUE;
        for (int c = 0x80; c < 0x100; c++) {
            CLASS[c] = VALUE;
        }
        CLASS[' '] = VALUE;
        CLASS['\t'] = VALUE;
        for (int c = 'a'; c <= 'z'; c++) {
            CLASS[c] |= TOKEN;
            CLASS[c - 'a' + 'A'] |= TOKEN;
        }
        for (int c = '0'; c <= '9'; c++) {
            CLASS[c] |= TOKEN;
        }
        for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
            CLASS[c] |= TOKEN;
        }
    }

    private Octets() {}

    /** Whether {@code octet} belongs to {@code kind}. */
    static boolean is(byte octet, byte kind) {
        return (CLASS[octet & 0xff] & kind) != 0;
    }

    /** The index behind CR LF at {@code i}, {@link #LINE_INCOMPLETE} or {@link #NO_LINE_END} (RFC 9112 §2.2). */
    static int lineEnd(byte[] text, int i, int length) {
        if (i == length) {
            return LINE_INCOMPLETE;
        }
        if (text[i] != '\r') {
            return NO_LINE_END;
        }
        if (i + 1 == length) {
            return LINE_INCOMPLETE;
        }
        return text[i + 1] == '\n' ? i + 2 : NO_LINE_END;
    }

    /** What is wrong where {@code octet} stands in place of a line end. */
    static HeadFault lineFault(byte octet, HeadFault otherwise) {
        return octet == '\n' ? HeadFault.BARE_LF : octet == '\r' ? HeadFault.BARE_CR : otherwise;
    }

    /** The value of a hexadecimal digit, or -1. */
    static int hex(byte octet) {
        if (octet >= '0' && octet <= '9') {
            return octet - '0';
        }
        int lower = octet | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    /** Whether {@code text[from, to)} is {@code lowerCaseToken}, without regard to case. The range must be ASCII visible. */
    static boolean equalsToken(byte[] text, int from, int to, byte[] lowerCaseToken) {
        if (to - from != lowerCaseToken.length) {
            return false;
        }
        for (int i = 0; i < lowerCaseToken.length; i++) {
            byte c = text[from + i];
            int lower = c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
            if (lower != lowerCaseToken[i]) {
                return false;
            }
        }
        return true;
    }
}
