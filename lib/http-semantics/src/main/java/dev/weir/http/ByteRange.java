package dev.weir.http;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What of a stored representation a request asks for (RFC 9110 §14). Several ranges are joined where they overlap or lie
 * near one another; more than 16, other units and malformed ones are ignored, as §14.2 allows, and answered by the whole.
 */
public sealed interface ByteRange {
    /** Ranges that one request may ask for. */
    int MOST = 16;

    /** Octets between two parts that cost no more than telling them apart (RFC 9110 §15.3.7.2). */
    int NEAR = 80;

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

    /**
     * Several parts of it: answer 206 with {@code multipart/byteranges} (RFC 9110 §14.6).
     *
     * @param parts at least two, in the order they are asked for, none overlapping
     */
    record Parts(List<Part> parts) implements ByteRange {
        /** Copies the parts. */
        public Parts {
            parts = List.copyOf(parts);
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

    /**
     * The octets that an answer to {@code request} would have of a stored response, none if it needs none: the least that
     * must be held of it.
     *
     * @param status of the stored response
     * @param length of its representation
     * @param receivedAt when it was received
     */
    static List<Part> needed(
            String method,
            HeaderFields request,
            int status,
            HeaderFields stored,
            long length,
            Instant receivedAt,
            Instant now) {
        if (length == 0
                || method.equals("HEAD")
                || Precondition.notModified(method, request, status, stored, receivedAt, now)) {
            return List.of();
        }
        ByteRange range = status == 200 ? of(method, request, stored, length, now) : new Whole();
        if (range instanceof Part part) {
            return List.of(part);
        }
        if (range instanceof Parts several) {
            return several.parts();
        }
        return range instanceof Unsatisfiable ? List.of() : List.of(new Part(0, length - 1));
    }

    /** What a value of Range means for a representation of {@code length} bytes. */
    static ByteRange parse(String range, long length) {
        if (!range.regionMatches(true, 0, "bytes=", 0, 6)) {
            return new Whole();
        }
        List<String> specs = FieldSyntax.list(range.substring(6));
        if (specs.isEmpty() || specs.size() > MOST) {
            return new Whole();
        }
        if (specs.size() == 1) {
            return one(specs.get(0), length);
        }
        List<Part> parts = new ArrayList<>(specs.size());
        for (String spec : specs) {
            ByteRange each = one(spec, length);
            if (each instanceof Whole) {
                return each;
            }
            if (each instanceof Part part) {
                add(parts, part);
            }
        }
        if (parts.isEmpty()) {
            return new Unsatisfiable();
        }
        return parts.size() == 1 ? parts.get(0) : new Parts(parts);
    }

    /**
     * Whether a request asks for more ranges than are answered here, or for some octets more than once. An origin that
     * obeys is made to send many times its representation (RFC 9110 §14.2, §17.15): such a Range is for nobody.
     */
    static boolean isExcessive(HeaderFields request) {
        Optional<String> range = request.combined("Range");
        if (range.isEmpty() || !range.get().regionMatches(true, 0, "bytes=", 0, 6)) {
            return false;
        }
        List<String> specs = FieldSyntax.list(range.get().substring(6), MOST + 1);
        if (specs.size() > MOST) {
            return true;
        }
        List<Part> asked = new ArrayList<>(specs.size());
        for (String spec : specs) {
            Part part = withoutLength(spec);
            for (Part other : asked) {
                if (part.first <= other.last && other.first <= part.last) {
                    return true;
                }
            }
            asked.add(part);
        }
        return false;
    }

    /** The positions of a range whose representation's length isn't known: the last octets lie behind all others. */
    private static Part withoutLength(String spec) {
        int dash = spec.indexOf('-');
        long first = dash < 0 ? -1 : position(spec, 0, dash);
        long last = dash < 0 ? -1 : position(spec, dash + 1, spec.length());
        return first < 0 ? new Part(Long.MAX_VALUE, Long.MAX_VALUE) : new Part(first, last < 0 ? Long.MAX_VALUE : last);
    }

    /** Adds a part; where it meets others or comes near them, one that spans them all takes the place of the first. */
    private static void add(List<Part> parts, Part added) {
        int place = parts.size();
        Part spanning = added;
        boolean joined = true;
        while (joined) {
            joined = false;
            for (int i = 0; i < parts.size() && !joined; i++) {
                Part each = parts.get(i);
                if (each.first - NEAR <= spanning.last && spanning.first - NEAR <= each.last) {
                    spanning = new Part(Math.min(each.first, spanning.first), Math.max(each.last, spanning.last));
                    var unused = parts.remove(i);
                    place = Math.min(place, i);
                    joined = true;
                }
            }
        }
        parts.add(Math.min(place, parts.size()), spanning);
    }

    private static ByteRange one(String spec, long length) {
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
