package dev.weir.edge.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * The small file that remembers up to where the spool was acknowledged. Two places are written in turn, so that one
 * holds whenever the machine stops. Lost, everything is shipped again, and the log knows its duplicates.
 *
 * <p>Lives on the shipping thread, but for {@link #force}.
 */
final class SpoolCursor implements Closeable {
    /** A place in the spool. */
    record Position(long ordinal, int offset) {
        static final Position START = new Position(-1, 0);
    }

    private static final int PLACE_BYTES = 32;
    private final FileChannel channel;
    private final ByteBuffer place = ByteBuffer.allocate(PLACE_BYTES);
    private volatile long version;
    private volatile long forced;
    private Position position = Position.START;

    /** Opens or makes the file. */
    SpoolCursor(Path file) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        for (int at = 0; at <= PLACE_BYTES; at += PLACE_BYTES) {
            read(at);
        }
    }

    private void read(int at) throws IOException {
        place.clear();
        if (channel.read(place, at) < PLACE_BYTES) {
            return;
        }
        if (place.getLong(24) == sum() && place.getLong(0) > version) {
            version = place.getLong(0);
            position = new Position(place.getLong(8), place.getInt(16));
        }
    }

    Position position() {
        return position;
    }

    /** Moves on, as far as the page cache. */
    void advance(Position to) throws IOException {
        long next = version + 1;
        place.clear();
        place.putLong(next).putLong(to.ordinal()).putInt(to.offset()).putInt(0);
        place.putLong(sum());
        place.flip();
        int at = (int) (next % 2) * PLACE_BYTES;
        while (place.hasRemaining()) {
            at += channel.write(place, at);
        }
        version = next;
        position = to;
    }

    /** Brings it to the disk; any thread. */
    void force() throws IOException {
        long now = version;
        if (now != forced) {
            channel.force(false);
            forced = now;
        }
    }

    private long sum() {
        CRC32C sum = new CRC32C();
        sum.update(place.array(), 0, 24);
        return sum.getValue();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
