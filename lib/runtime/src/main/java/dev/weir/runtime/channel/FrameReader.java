package dev.weir.runtime.channel;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Makes frames of octets as they come. It never holds more than the beginning of one frame; of a bad one it takes
 * nothing, and nothing after it.
 */
final class FrameReader {
    /** In front of each content: kind and length. */
    static final int HEADER = 5;

    /** Takes the frames. */
    interface Taker {
        /** The next frame; whether more are wanted. */
        boolean take(FrameKind kind, Buffer content);
    }

    private final Taker taker;
    private @Nullable Buffer begun;
    private boolean over;

    FrameReader(Taker taker) {
        this.taker = taker;
    }

    /** Takes the next octets; false if they hold no frame that may be. */
    boolean read(Buffer octets) {
        Buffer before = begun;
        Buffer in = before == null ? octets : before.appendBuffer(octets);
        begun = null;
        int at = 0;
        while (!over && in.length() - at >= HEADER) {
            FrameKind kind = FrameKind.of(in.getUnsignedByte(at));
            long length = in.getUnsignedInt(at + 1);
            if (kind == null || length > kind.most()) {
                over = true;
                return false;
            }
            int end = at + HEADER + (int) length;
            if (end > in.length()) {
                break;
            }
            over = !taker.take(kind, in.slice(at + HEADER, end));
            at = end;
        }
        if (!over && at < in.length()) {
            // A copy, as what was read may be part of something larger.
            begun = at == 0 && before != null ? in : in.getBuffer(at, in.length());
        }
        return true;
    }

    /** Whether what has come ends with a whole frame. */
    boolean isBetweenFrames() {
        return begun == null;
    }
}
