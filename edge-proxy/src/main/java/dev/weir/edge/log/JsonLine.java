package dev.weir.edge.log;

import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;

/**
 * One JSON object being written into a buffer that is used again for the next. The number of the record is known last,
 * when the rest is there: room is left in front for edge, epoch and number, which {@link #number} writes
 * backwards.
 *
 * <p>Whatever the text, the line is one line, plain to terminals, and parses back to that text: controls, line
 * separators and signs that turn the writing direction are escaped, as are halves of a surrogate pair. A value longer
 * than its bound is cut, ends in {@code …+N} (N characters are missing) and is named in {@code truncated}.
 *
 * <p>Used by one thread at a time.
 */
final class JsonLine {
    /** The longest line; the bounds of the values keep below it. */
    static final int MAX_BYTES = 16 * 1024;

    private static final int DIGITS_OF_A_LONG = 20;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TIME = key("time");
    private static final byte[] TRUNCATED = key("truncated");

    private final byte[] head;
    private final int bodyStart;
    private final byte[] bytes = new byte[MAX_BYTES];
    private final byte[] second = new byte[20];
    private final StringBuilder truncated = new StringBuilder();
    private long secondOf = Long.MIN_VALUE;
    private int start;
    private int end;

    /** Writes records of one life of one edge's spool. */
    JsonLine(String edge, long epoch) {
        this.head = head(edge, epoch);
        this.bodyStart = head.length + DIGITS_OF_A_LONG;
        this.end = bodyStart;
    }

    /** {@code ,"name":} as bytes. */
    static byte[] key(String name) {
        return (",\"" + name + "\":").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] head(String edge, long epoch) {
        JsonLine line = new JsonLine(new byte[0]);
        line.text("{\"edge\":".getBytes(StandardCharsets.US_ASCII), edge, 512);
        line.text(key("epoch"), Long.toHexString(epoch), 16);
        line.put(key("seq"));
        return Arrays.copyOfRange(line.bytes, line.bodyStart, line.end);
    }

    private JsonLine(byte[] head) {
        this.head = head;
        this.bodyStart = DIGITS_OF_A_LONG;
        this.end = bodyStart;
    }

    /** Starts anew with the time of the record. */
    void begin(long millis) {
        end = bodyStart;
        truncated.setLength(0);
        put(TIME);
        bytes[end++] = '"';
        putTime(millis);
        bytes[end++] = '"';
    }

    /** A text, unless it is empty; at most {@code bound} bytes of JSON. */
    void text(byte[] key, String value, int bound) {
        if (value.isEmpty()) {
            return;
        }
        put(key);
        bytes[end++] = '"';
        int limit = end + bound;
        int length = value.length();
        int i = 0;
        while (i < length) {
            char c = value.charAt(i);
            if (plain(c)) {
                if (end >= limit) {
                    break;
                }
                bytes[end++] = (byte) c;
                i++;
            } else {
                int before = end;
                i += putSpecial(value, i);
                if (end > limit) {
                    i -= end - before == 4 ? 2 : 1;
                    end = before;
                    break;
                }
            }
        }
        if (i < length) {
            bytes[end++] = (byte) 0xe2;
            bytes[end++] = (byte) 0x80;
            bytes[end++] = (byte) 0xa6;
            bytes[end++] = '+';
            putNumber(length - i);
            truncated
                    .append(truncated.length() == 0 ? "" : " ")
                    .append(new String(key, 2, key.length - 4, StandardCharsets.UTF_8));
        }
        bytes[end++] = '"';
    }

    /** A number, unless it is negative. */
    void number(byte[] key, long value) {
        if (value >= 0) {
            put(key);
            putNumber(value);
        }
    }

    /** Ends the object. */
    void finish() {
        if (truncated.length() > 0) {
            String names = truncated.toString();
            text(TRUNCATED, names, 1024);
        }
        bytes[end++] = '}';
    }

    /** Writes the head with this number, in place of one written before. */
    void number(long seq) {
        int at = bodyStart;
        long left = seq;
        do {
            bytes[--at] = (byte) ('0' + left % 10);
            left /= 10;
        } while (left > 0);
        at -= head.length;
        System.arraycopy(head, 0, bytes, at, head.length);
        start = at;
    }

    byte[] bytes() {
        return bytes;
    }

    int start() {
        return start;
    }

    int length() {
        return end - start;
    }

    private static boolean plain(char c) {
        return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
    }

    private int putSpecial(String value, int i) {
        char c = value.charAt(i);
        if (c == '"' || c == '\\') {
            bytes[end++] = '\\';
            bytes[end++] = (byte) c;
        } else if (c < 0xa0 || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff) {
            putEscape(c);
        } else if (c < 0x800) {
            bytes[end++] = (byte) (0xc0 | (c >> 6));
            bytes[end++] = (byte) (0x80 | (c & 0x3f));
        } else if (!Character.isSurrogate(c)) {
            bytes[end++] = (byte) (0xe0 | (c >> 12));
            bytes[end++] = (byte) (0x80 | ((c >> 6) & 0x3f));
            bytes[end++] = (byte) (0x80 | (c & 0x3f));
        } else {
            int point = value.codePointAt(i);
            if (point == c) {
                putEscape(c);
                return 1;
            }
            bytes[end++] = (byte) (0xf0 | (point >> 18));
            bytes[end++] = (byte) (0x80 | ((point >> 12) & 0x3f));
            bytes[end++] = (byte) (0x80 | ((point >> 6) & 0x3f));
            bytes[end++] = (byte) (0x80 | (point & 0x3f));
            return 2;
        }
        return 1;
    }

    private void putEscape(char c) {
        bytes[end++] = '\\';
        bytes[end++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
            bytes[end++] = HEX[(c >> shift) & 0xf];
        }
    }

    private void putNumber(long value) {
        int digits = 1;
        for (long left = value; left >= 10; left /= 10) {
            digits++;
        }
        long left = value;
        for (int at = end + digits - 1; at >= end; at--) {
            bytes[at] = (byte) ('0' + left % 10);
            left /= 10;
        }
        end += digits;
    }

    private void put(byte[] value) {
        System.arraycopy(value, 0, bytes, end, value.length);
        end += value.length;
    }

    /** RFC 3339 with milliseconds, in UTC; the part down to the second is kept for the next record. */
    private void putTime(long millis) {
        long seconds = Math.floorDiv(millis, 1000L);
        if (seconds != secondOf) {
            byte[] text = LocalDateTime.ofEpochSecond(seconds, 0, ZoneOffset.UTC)
                    .format(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
                    .getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(text, 0, second, 0, 19);
            second[19] = '.';
            secondOf = seconds;
        }
        System.arraycopy(second, 0, bytes, end, 20);
        end += 20;
        int fraction = (int) Math.floorMod(millis, 1000L);
        bytes[end++] = (byte) ('0' + fraction / 100);
        bytes[end++] = (byte) ('0' + fraction / 10 % 10);
        bytes[end++] = (byte) ('0' + fraction % 10);
        bytes[end++] = 'Z';
    }
}
