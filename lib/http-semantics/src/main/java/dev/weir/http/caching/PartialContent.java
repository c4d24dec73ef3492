package dev.weir.http.caching;

import dev.weir.http.ByteRange;
import dev.weir.http.ContentRange;
import dev.weir.http.HeaderFields;
import java.util.List;
import java.util.Optional;

/**
 * A 206 as a part of a representation that is to be stored, and to be combined with other parts (RFC 9111 §3.3, §3.4).
 * Whether its directives allow storing is for {@link Storability} to say of {@link Part#head}.
 */
public sealed interface PartialContent {

    /**
     * Its octets have a place.
     *
     * @param head of the 200 that would have brought all of it
     * @param first the position of the first octet
     * @param last the position of the last octet
     * @param completeLength of the representation
     * @param mayBegin whether it says all that a 200 would say, and not only what has to go with If-Range (RFC 9110
     *     §15.3.7): only such a part may be stored where nothing is
     */
    record Part(StoredHead head, long first, long last, long completeLength, boolean mayBegin)
            implements PartialContent {
        /** The number of octets. */
        public long length() {
            return last - first + 1;
        }

        /** What storing it means for what is stored, if anything, under the same key and choice. */
        public Combination with(StoredHead stored, long storedLength) {
            boolean same = stored.status() == 200
                    && StrongValidator.of(stored).equals(StrongValidator.of(head))
                    && sameCoding(stored.fields(), head.fields());
            if (!same) {
                return Combination.REPLACES;
            }
            return storedLength == completeLength ? Combination.COMBINES : Combination.CONTRADICTS;
        }

        /** The head for both: what is stored, with the fields of this in place of those of the same name (§3.4). */
        public StoredHead updating(StoredHead stored) {
            return Revalidation.updated(stored, head);
        }
    }

    /**
     * They have none, or none that could be relied on.
     *
     * @param reason why not
     */
    record Refused(Storability.Reason reason) implements PartialContent {}

    /** What a part means for what is stored. */
    enum Combination {
        /** Both are of one representation: their octets may stand together. */
        COMBINES,
        /** They are of different ones. */
        REPLACES,
        /** They say that they are of one, and that it has two lengths: neither can be relied on. */
        CONTRADICTS
    }

    /**
     * What a 206 is.
     *
     * @param request the fields of the request
     * @param received the head as {@link StoredHead#received} makes it
     */
    static PartialContent of(HeaderFields request, StoredHead received) {
        HeaderFields fields = received.fields();
        Optional<ContentRange> range = ContentRange.of(fields);
        if (range.isEmpty() || range.get().completeLength().isEmpty()) {
            return new Refused(Storability.Reason.PART_RANGE);
        }
        ContentRange part = range.get();
        long complete = part.completeLength().getAsLong();
        if (!isAsked(request, part, complete)) {
            return new Refused(Storability.Reason.PART_UNASKED);
        }
        List<String> lengths = fields.all("Content-Length");
        if (!lengths.isEmpty() && !lengths.equals(List.of(Long.toString(part.length())))) {
            return new Refused(Storability.Reason.PART_LENGTH);
        }
        StoredHead whole = new StoredHead(
                200,
                fields
                        .without(name ->
                                name.equalsIgnoreCase("Content-Range") || name.equalsIgnoreCase("Content-Length"))
                        .toBuilder()
                        .add("Content-Length", Long.toString(complete))
                        .build(),
                received.requestTime(),
                received.responseTime());
        if (StrongValidator.of(whole).isEmpty()) {
            return new Refused(Storability.Reason.PART_VALIDATOR);
        }
        return new Part(whole, part.first(), part.last(), complete, !request.contains("If-Range"));
    }

    /** A 200 as if it were a part, from the first octet to the last; empty if it has no length or no strong validator. */
    static Optional<Part> ofWhole(StoredHead head) {
        List<String> lengths = head.fields().all("Content-Length");
        if (head.status() != 200
                || lengths.size() != 1
                || !lengths.get(0).matches("[1-9]\\d{0,17}")
                || StrongValidator.of(head).isEmpty()) {
            return Optional.empty();
        }
        long length = Long.parseLong(lengths.get(0));
        return Optional.of(new Part(head, 0, length - 1, length, true));
    }

    /** Whether one range was asked for, and nothing has come that lies outside it. */
    private static boolean isAsked(HeaderFields request, ContentRange part, long completeLength) {
        String asked = request.combined("Range").orElse("");
        return asked.indexOf(',') < 0
                && ByteRange.parse(asked, completeLength) instanceof ByteRange.Part wanted
                && part.first() >= wanted.first()
                && part.last() <= wanted.last();
    }

    private static boolean sameCoding(HeaderFields one, HeaderFields other) {
        return one.combined("Content-Encoding").equals(other.combined("Content-Encoding"));
    }
}
