package dev.weir.edge.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Follows a chunked body (RFC 9112 §7.1) octet by octet, skipping the data, up to the end of its trailer section. Bytes
 * already followed may be passed on before the rest has come: what comes next is either sound or never passed on.
 *
 * <p>Extensions are checked and then blanked where they stand: nobody here knows any, an unknown one is to be ignored (RFC
 * 9112 §7.1.1), and what no decoder sees none can read in a way of its own.
 */
final class ChunkScanner {
    /** The body is malformed: {@link #fault()} says how. */
    static final int REFUSED = -1;

    private static final int LONGEST_SIZE = 16;
    /** Octets of extensions beyond what chunks and their data make up for. */
    private static final int MOST_EXTENSION = 16 * 1024;
    /** Octets of extensions that each chunk makes up for. */
    private static final int EXTENSION_OF_CHUNK = 16;
    /** Octets of extensions that each octet of data makes up for. */
    private static final int EXTENSION_OF_OCTET = 2;

    private static final byte[][] FRAMING = {
        ascii("content-length"), ascii("transfer-encoding"), ascii("host"), ascii("trailer"), ascii("connection")
    };

    private enum At {
        SIZE,
        EXTENSION,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        LINE,
        NAME,
        VALUE,
        VALUE_LF,
        END_LF,
        DONE
    }

    private final int maxTrailer;
    private final ChunkExtensions extension = new ChunkExtensions();
    private final byte[] name = new byte[20];
    private At at = At.SIZE;
    private int digits;
    private long size;
    private int extensions;
    private int trailer;
    private int nameLength;
    private @Nullable HeadFault fault;

    ChunkScanner(int maxTrailer) {
        this.maxTrailer = maxTrailer;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Ready for the next body. */
    void reset() {
        at = At.SIZE;
        digits = 0;
        size = 0;
        extensions = 0;
        trailer = 0;
        fault = null;
    }

    /** Whether the body has ended. */
    boolean isDone() {
        return at == At.DONE;
    }

    /** Why the body was refused. */
    HeadFault fault() {
        return fault == null ? HeadFault.CHUNK : fault;
    }

    /** Follows {@code in} from {@code from}; the index behind the last octet that belongs to the body, or {@link #REFUSED}. */
    int scan(ByteBuf in, int from, int to) {
        int i = from;
        while (i < to && at != At.DONE) {
            if (at == At.DATA) {
                int skip = (int) Math.min(size, to - i);
                size -= skip;
                makeUpFor((long) EXTENSION_OF_OCTET * skip);
                i += skip;
                if (size == 0) {
                    at = At.DATA_CR;
                }
            } else {
                if (!step(in.getByte(i))) {
                    return REFUSED;
                }
                if (at == At.EXTENSION) {
                    in.setByte(i, ' ');
                }
                i++;
            }
        }
        return i;
    }

    private boolean step(byte c) {
        return switch (at) {
            case SIZE -> size(c);
            case EXTENSION -> extension(extension.take(c));
            case SIZE_LF -> {
                digits = 0;
                makeUpFor(EXTENSION_OF_CHUNK);
                yield feed(c, size == 0 ? At.LINE : At.DATA);
            }
            case DATA_CR -> {
                at = At.DATA_LF;
                yield c == '\r' || refuse(HeadFault.CHUNK);
            }
            case DATA_LF -> feed(c, At.SIZE);
            case END_LF -> feed(c, At.DONE);
            default -> ++trailer <= maxTrailer ? trailer(c) : refuse(HeadFault.TRAILER);
        };
    }

    /** Extensions stay few beside the data that they come with, however long the body is. */
    private void makeUpFor(long octets) {
        extensions = (int) Math.max(0, extensions - octets);
    }

    private boolean size(byte c) {
        int digit = Octets.hex(c);
        if (digit >= 0) {
            size = size << 4 | digit;
            return (++digits <= LONGEST_SIZE && size <= Integer.MAX_VALUE) || refuse(HeadFault.CHUNK);
        }
        if (digits == 0) {
            return refuse(HeadFault.CHUNK);
        }
        if (c == '\r') {
            at = At.SIZE_LF;
            return true;
        }
        at = At.EXTENSION;
        return extension(extension.begin(c));
    }

    private boolean extension(ChunkExtensions.Step step) {
        if (step == ChunkExtensions.Step.ENDS) {
            at = At.SIZE_LF;
            return true;
        }
        return (step == ChunkExtensions.Step.GOES_ON && ++extensions <= MOST_EXTENSION) || refuse(HeadFault.CHUNK);
    }

    private boolean trailer(byte c) {
        if (at == At.VALUE_LF) {
            return feed(c, At.LINE);
        }
        if (c == '\r' && at != At.NAME) {
            at = at == At.LINE ? At.END_LF : At.VALUE_LF;
            return true;
        }
        if (at == At.VALUE) {
            return Octets.is(c, Octets.VALUE) || refuse(HeadFault.TRAILER);
        }
        if (at == At.LINE) {
            at = At.NAME;
            nameLength = 0;
        } else if (c == ':') {
            at = At.VALUE;
            return !isFraming() || refuse(HeadFault.TRAILER);
        }
        return name(c) || refuse(HeadFault.TRAILER);
    }

    private boolean name(byte c) {
        if (nameLength < name.length) {
            name[nameLength++] = c;
        }
        return Octets.is(c, Octets.TOKEN);
    }

    private boolean isFraming() {
        for (byte[] field : FRAMING) {
            if (Octets.equalsToken(name, 0, nameLength, field)) {
                return true;
            }
        }
        return false;
    }

    private boolean feed(byte c, At next) {
        if (c != '\n') {
            return refuse(at == At.VALUE_LF || at == At.END_LF ? HeadFault.TRAILER : HeadFault.CHUNK);
        }
        at = next;
        return true;
    }

    private boolean refuse(HeadFault reason) {
        fault = reason;
        return false;
    }
}
