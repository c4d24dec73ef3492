package dev.weir.http;

import java.util.Optional;

/**
 * An entity tag (RFC 9110 §8.8.3).
 *
 * @param weak whether it is marked as weak
 * @param opaque what stands between the quotes
 */
public record EntityTag(boolean weak, String opaque) {
    /** The tag that {@code text} writes; empty if it isn't exactly one. */
    public static Optional<EntityTag> parse(String text) {
        int end = end(text, 0);
        return end == text.length() && end > 0 ? Optional.of(at(text, 0, end)) : Optional.empty();
    }

    /** The tag of a field section's ETag; empty if it has none, several or an invalid one. */
    public static Optional<EntityTag> of(HeaderFields fields) {
        Optional<String> value = fields.combined("ETag");
        return value.isPresent() ? parse(value.get()) : Optional.empty();
    }

    /**
     * Whether the list {@code value} of If-None-Match is {@code *} or has a tag that matches this one weakly (RFC 9110
     * §13.1.2). What isn't a tag is passed over up to the next comma.
     */
    public boolean matchesAnyIn(String value) {
        int at = 0;
        while (at < value.length()) {
            char c = value.charAt(at);
            if (c == ',' || FieldSyntax.isBlank(c)) {
                at++;
                continue;
            }
            int end = end(value, at);
            if (end > 0) {
                boolean whole =
                        end == value.length() || value.charAt(end) == ',' || FieldSyntax.isBlank(value.charAt(end));
                if (whole && matchesWeakly(at(value, at, end))) {
                    return true;
                }
                at = end;
            } else {
                at = FieldSyntax.memberEnd(value, at, ',');
            }
        }
        return false;
    }

    /** Strong comparison: both strong and equal (RFC 9110 §8.8.3.2). */
    public boolean matchesStrongly(EntityTag other) {
        return !weak && !other.weak && opaque.equals(other.opaque);
    }

    /** Weak comparison: equal, be they weak or strong (RFC 9110 §8.8.3.2). */
    public boolean matchesWeakly(EntityTag other) {
        return opaque.equals(other.opaque);
    }

    /** The tag as fields write it. */
    @Override
    public String toString() {
        return (weak ? "W/\"" : "\"") + opaque + '"';
    }

    private static EntityTag at(String text, int start, int end) {
        boolean weak = text.charAt(start) == 'W';
        return new EntityTag(weak, text.substring(weak ? start + 3 : start + 1, end - 1));
    }

    /** The index behind the tag that begins at {@code start}, or -1. */
    private static int end(String text, int start) {
        int quote = text.startsWith("W/", start) ? start + 2 : start;
        if (quote >= text.length() || text.charAt(quote) != '"') {
            return -1;
        }
        for (int i = quote + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                return i + 1;
            }
            if (c <= ' ' || c == 0x7f || c > 0xff) {
                return -1;
            }
        }
        return -1;
    }
}
