package dev.weir.http;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What Content-Range says of the content of a 206 (RFC 9110 §14.4).
 *
 * @param first the position of the first octet
 * @param last the position of the last octet
 * @param completeLength of the representation; empty if it isn't known
 */
public record ContentRange(long first, long last, OptionalLong completeLength) {
    private static final int MOST_DIGITS = 18;

    /** The number of octets that it stands for. */
    public long length() {
        return last - first + 1;
    }

    /**
     * What a field section's Content-Range says; empty if there is none, if there are several, or if it isn't in bytes,
     * names no octets, or contradicts itself.
     */
    public static Optional<ContentRange> of(HeaderFields fields) {
        return fields.all("Content-Range").size() == 1
                ? parse(FieldSyntax.trim(fields.first("Content-Range").orElse("")))
                : Optional.empty();
    }

    /** What a value says; empty as above. */
    public static Optional<ContentRange> parse(String value) {
        if (!value.regionMatches(true, 0, "bytes ", 0, 6)) {
            return Optional.empty();
        }
        int dash = value.indexOf('-', 6);
        int slash = value.indexOf('/', 6);
        if (dash < 0 || slash < dash) {
            return Optional.empty();
        }
        long first = number(value, 6, dash);
        long last = number(value, dash + 1, slash);
        boolean unknown = value.length() == slash + 2 && value.charAt(slash + 1) == '*';
        long complete = unknown ? Long.MAX_VALUE : number(value, slash + 1, value.length());
        if (first < 0 || last < first || complete <= last) {
            return Optional.empty();
        }
        return Optional.of(new ContentRange(first, last, unknown ? OptionalLong.empty() : OptionalLong.of(complete)));
    }

    /** The number between the indexes; -1 if there is none, or one that no length reaches. */
    private static long number(String text, int from, int to) {
        if (from >= to || to - from > MOST_DIGITS) {
            return -1;
        }
        long number = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (!IpLiteral.isDigit(c)) {
                return -1;
            }
            number = number * 10 + c - '0';
        }
        return number;
    }
}
