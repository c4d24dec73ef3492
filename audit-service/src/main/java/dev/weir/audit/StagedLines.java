package dev.weir.audit;

import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Lines that are to be written together; their room is used again for the next.
 *
 * <p>Lives on the writing thread.
 */
final class StagedLines {
    /** More room than that is given back. */
    private static final int KEPT_BYTES = 4 << 20;

    private byte[] array = new byte[64 << 10];
    private int size;

    void clear() {
        size = 0;
        if (array.length > KEPT_BYTES) {
            array = new byte[64 << 10];
        }
    }

    /** Adds {@code line} and its end; where it begins. */
    int add(Buffer line) {
        int at = size;
        int length = line.length();
        if (array.length - size <= length) {
            array = Arrays.copyOf(array, Math.max(2 * array.length, size + length + 1));
        }
        line.getBytes(0, length, array, at);
        array[at + length] = '\n';
        size = at + length + 1;
        return at;
    }

    /** Takes back what was added from there on. */
    void cut(int at) {
        size = at;
    }

    boolean hasControls(int at, int length) {
        for (int i = at; i < at + length; i++) {
            if (array[i] >= 0 && array[i] < ' ') {
                return true;
            }
        }
        return false;
    }

    int size() {
        return size;
    }

    /** What the lines are in, until the next is added. */
    byte[] array() {
        return array;
    }

    /** All of them. */
    ByteBuffer bytes() {
        return ByteBuffer.wrap(array, 0, size);
    }
}
