package dev.weir.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * The lines of a part of a file, one after the other, without copying them. A line longer than the buffer is passed over;
 * what stands behind the last line end is no line.
 */
final class Lines {
    private static final int BUFFER_BYTES = 256 * 1024;

    private final FileChannel channel;
    private final long to;
    private final byte[] bytes = new byte[BUFFER_BYTES];
    /** Where in the file the buffer's end is. */
    private long filled;

    private int limit;
    private int start;
    private int length;
    private int next;
    private boolean passing;

    /** Of {@code channel} from one offset to another. */
    Lines(FileChannel channel, long from, long to) {
        this.channel = channel;
        this.filled = from;
        this.to = to;
    }

    /** Goes to the next line, if there is one. */
    boolean next() throws IOException {
        int searched = next;
        while (true) {
            for (int i = searched; i < limit; i++) {
                if (bytes[i] == '\n') {
                    start = next;
                    length = i - next;
                    next = i + 1;
                    if (!passing) {
                        return true;
                    }
                    passing = false;
                }
            }
            searched = limit - next;
            if (!fill()) {
                return false;
            }
        }
    }

    /** Moves the rest to the front and reads more behind it; afterwards the rest begins at 0. */
    private boolean fill() throws IOException {
        int rest = limit - next;
        if (rest == BUFFER_BYTES) {
            passing = true;
            rest = 0;
        }
        System.arraycopy(bytes, limit - rest, bytes, 0, rest);
        next = 0;
        limit = rest;
        int wanted = (int) Math.min(BUFFER_BYTES - rest, to - filled);
        int read = wanted <= 0 ? -1 : channel.read(ByteBuffer.wrap(bytes, rest, wanted), filled);
        if (read <= 0) {
            return false;
        }
        filled += read;
        limit += read;
        return true;
    }

    /** The buffer that the line is in, until the next. */
    byte[] bytes() {
        return bytes;
    }

    int start() {
        return start;
    }

    /** Without the line end. */
    int length() {
        return length;
    }

    /** Where in the file the next line begins. */
    long end() {
        return filled - limit + next;
    }
}
