package dev.weir.http;

import java.util.OptionalLong;

/**
 * What a request's head says of its content (RFC 9112 §6, RFC 9113 §8.1).
 *
 * @param hasContent whether content follows, be it of no octets
 * @param length what Content-Length says; empty if there is no content, or it ends with its last chunk or its stream
 */
public record Framing(boolean hasContent, OptionalLong length) {
    /** Nothing follows, or octets that are no content: behind CONNECT. */
    public static final Framing NONE = new Framing(false, OptionalLong.empty());

    /** Content follows, and how long it is will be known at its end. */
    public static final Framing OPEN = new Framing(true, OptionalLong.empty());

    public Framing {
        if (length.isPresent() && (!hasContent || length.getAsLong() < 0)) {
            throw new IllegalArgumentException("length: " + length + " (expected: of content, not negative)");
        }
    }

    /** So many octets follow. */
    static Framing of(long length) {
        return new Framing(true, OptionalLong.of(length));
    }

    /** How many octets of content there can be at the most. */
    public long most() {
        return hasContent ? length.orElse(Long.MAX_VALUE) : 0;
    }

    /** Whether the head says that there are more octets of content than this. */
    public boolean exceeds(long octets) {
        return length.isPresent() && length.getAsLong() > octets;
    }
}
