package dev.weir.edge.wire;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What Content-Length and Transfer-Encoding of one head say about its content (RFC 9112 §6). Each may stand there once
 * and say one thing; a proxy that guessed would guess otherwise than the next one.
 */
final class Framing {
    private static final long NO_LENGTH = -1;
    private static final int LONGEST_LENGTH = 18;
    private static final byte[] CONTENT_LENGTH = ascii("content-length");
    private static final byte[] TRANSFER_ENCODING = ascii("transfer-encoding");
    private static final byte[] CHUNKED = ascii("chunked");
    private static final byte[] IDENTITY = ascii("identity");

    /** Codings that mean something to others, of transfer or of content: what they hide isn't handed on as if plain. */
    private static final List<byte[]> KNOWN_CODINGS = Stream.of(
                    "gzip",
                    "deflate",
                    "compress",
                    "identity",
                    "trailers",
                    "br",
                    "zstd",
                    "dcb",
                    "dcz",
                    "exi",
                    "aes128gcm",
                    "pack200-gzip")
            .map(Framing::ascii)
            .toList();

    private final boolean ofAnswers;
    private long length = NO_LENGTH;
    private boolean chunked;
    private boolean strange;

    /** Of the heads of answers, or of requests. */
    Framing(boolean ofAnswers) {
        this.ofAnswers = ofAnswers;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Forgets the last head. */
    void reset() {
        length = NO_LENGTH;
        chunked = false;
        strange = false;
    }

    boolean isChunked() {
        return chunked;
    }

    /** Whether an answer names one coding that nobody knows: its content ends with the connection (RFC 9112 §6.3). */
    boolean isStrange() {
        return strange;
    }

    boolean hasLength() {
        return length != NO_LENGTH;
    }

    /** The length that was announced; 0 if none was. */
    long length() {
        return Math.max(length, 0);
    }

    /** Takes in a field, if it is one of these two: null, or what is wrong with it. */
    @Nullable
    HeadFault field(byte[] head, FieldLines line) {
        HeadFault fault;
        if (line.nameLength() == CONTENT_LENGTH.length && line.isNamed(head, CONTENT_LENGTH)) {
            fault = length(head, line.value(), line.valueEnd());
        } else if (line.nameLength() == TRANSFER_ENCODING.length && line.isNamed(head, TRANSFER_ENCODING)) {
            fault = coding(head, line);
        } else {
            return null;
        }
        // Some readers don't know a field by a name that a blank follows.
        return line.isNameTrimmed() ? HeadFault.FIELD_NAME : fault;
    }

    /** What is wrong with both together, once all fields are read, or null. */
    @Nullable
    HeadFault whole(boolean version10) {
        boolean coded = chunked || strange;
        if (coded && hasLength()) {
            return HeadFault.FRAMING_AMBIGUOUS;
        }
        return coded && version10 ? HeadFault.TRANSFER_ENCODING : null;
    }

    private @Nullable HeadFault length(byte[] a, int value, int end) {
        if (hasLength() || value == end || end - value > LONGEST_LENGTH) {
            return HeadFault.CONTENT_LENGTH;
        }
        long number = 0;
        for (int i = value; i < end; i++) {
            if (a[i] < '0' || a[i] > '9') {
                return HeadFault.CONTENT_LENGTH;
            }
            number = number * 10 + (a[i] - '0');
        }
        length = number;
        return null;
    }

    private @Nullable HeadFault coding(byte[] a, FieldLines line) {
        boolean first = !chunked && !strange;
        if (first && line.isValue(a, CHUNKED)) {
            chunked = true;
            return null;
        }
        if (first && ofAnswers && isStrange(a, line.value(), line.valueEnd())) {
            strange = true;
            return null;
        }
        boolean others = first && isUnknownCoding(a, line.value(), line.valueEnd());
        return others ? HeadFault.TRANSFER_ENCODING_UNKNOWN : HeadFault.TRANSFER_ENCODING;
    }

    /** Whether this is one coding, known to nobody: neither registered, nor a private form or a mimic of one that is. */
    private static boolean isStrange(byte[] a, int value, int end) {
        for (int i = value; i < end; i++) {
            if (!Octets.is(a[i], Octets.TOKEN)
                    || (end - i >= CHUNKED.length && Octets.equalsToken(a, i, i + CHUNKED.length, CHUNKED))) {
                return false;
            }
        }
        boolean isPrivate = end - value > 1 && (a[value] | 0x20) == 'x' && a[value + 1] == '-';
        return value < end
                && !isPrivate
                && KNOWN_CODINGS.stream().noneMatch(coding -> Octets.equalsToken(a, value, end, coding));
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
}
