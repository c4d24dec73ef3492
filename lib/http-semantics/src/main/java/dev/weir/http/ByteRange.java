package dev.weir.http;

import java.time.Instant;
import java.util.Optional;

/**
 * What of a stored representation a request asks for (RFC 9110 §14). One range is honoured; several, other units and
 * malformed ones are ignored, as §14.2 allows, and answered by the whole.
 */
public sealed interface ByteRange {

    /** The whole representation: answer as if there were no Range. */
    record Whole() implements ByteRange {}

    /**
     * A part of it: answer 206.
     *
     * @param first the position of the first byte
     * @param last the position of the last byte
     */
    record Part(long first, long last) implements ByteRange {
        /** The number of bytes. */
        public long length() {
            return last - first + 1;
        }

        /** The value of Content-Range in the answer (RFC 9110 §14.4). */
        public String contentRange(long completeLength) {
            return "bytes " + first + '-' + last + '/' + completeLength;
        }
    }

    /** Nothing of it: answer 416. */
    record Unsatisfiable() implements ByteRange {
        /** The value of Content-Range in the answer (RFC 9110 §14.4). */
        public String contentRange(long completeLength) {
            return "bytes */" + completeLength;
        }
    }

    /**
     * What {@code request} asks for of a stored 200 that has {@code length} bytes. Range counts for GET only, and not if
     * If-Range names another representation (RFC 9110 §13.1.5, §14.2).
     */
    static ByteRange of(String method, HeaderFields request, HeaderFields stored, long length, Instant now) {
        Optional<String> range = request.combined("Range");
        if (range.isEmpty() || !method.equals("GET") || !isSame(request, stored, now)) {
            return new Whole();
        }
        return parse(range.get(), length);
    }

    /** What a value of Range means for a representation of {@code length} bytes. */
    static ByteRange parse(String range, long length) {
        if (!range.regionMatches(true, 0, "bytes=", 0, 6)) {
            return new Whole();
        }
        String spec = FieldSyntax.trim(range.substring(6));
        int dash = spec.indexOf('-');
        if (dash < 0) {
            return new Whole();
        }
        long first = position(spec, 0, dash);
        long last = position(spec, dash + 1, spec.length());
        boolean noFirst = dash == 0;
        boolean noLast = dash == spec.length() - 1;
        if ((first < 0 && !noFirst) || (last < 0 && !noLast) || (noFirst && noLast)) {
            return new Whole();
        }
        if (noFirst) {
            if (last == 0) {
                return new Unsatisfiable();
            }
            return length == 0 ? new Whole() : new Part(Math.max(0, length - last), length - 1);
        }
        if (!noLast && last < first) {
            return new Whole();
        }
        if (first >= length) {
            return new Unsatisfiable();
        }
        return new Part(first, noLast ? length - 1 : Math.min(last, length - 1));
    }

    private static boolean isSame(HeaderFields request, HeaderFields stored, Instant now) {
        Optional<String> ifRange = request.combined("If-Range");
        if (ifRange.isEmpty()) {
            return true;
        }
        String value = FieldSyntax.trim(ifRange.get());
        Optional<EntityTag> wanted = EntityTag.parse(value);
        if (wanted.isPresent()) {
            Optional<EntityTag> tag = EntityTag.of(stored);
            return tag.isPresent() && tag.get().matchesStrongly(wanted.get());
        }
        Optional<Instant> wantedDate = HttpDate.parse(value, now);
        Optional<Instant> changed = Precondition.date(stored, "Last-Modified", now);
        Optional<Instant> date = Precondition.date(stored, "Date", now);
        return wantedDate.isPresent()
                && changed.isPresent()
                && date.isPresent()
                && wantedDate.get().equals(changed.get())
                && changed.get().isBefore(date.get());
    }

    /** The number between the indexes; -1 if there is none. Numbers too long for a long are its greatest. */
    private static long position(String text, int from, int to) {
        if (from >= to) {
            return -1;
        }
        long position = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (!IpLiteral.isDigit(c)) {
                return -1;
            }
            position = position > (Long.MAX_VALUE - 9) / 10 ? Long.MAX_VALUE : position * 10 + c - '0';
        }
        return position;
    }
}
