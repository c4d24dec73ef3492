package dev.weir.edge.log;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * One mapped file of the spool, of a fixed size whose blocks are really there, used again and again.
 *
 * <pre>
 * header  512 B  magic 8, ordinal 8, epoch 8, edge length 4, edge …, @488 CRC32C 4, @496 number of the last record dropped 8
 * record   32 B  length 4, CRC32C 4, epoch 8, number 8, milliseconds 8; then the payload; padded to 8
 * </pre>
 *
 * Every use of a file has an ordinal of its own, and the sums of the records cover it: what an earlier use left behind
 * can't pass for a record. The last {@value #RESERVE_BYTES} bytes are kept for the record of a gap.
 *
 * <p>Appended to under the spool's lock; read by one other thread up to {@link #written}; forced by a third.
 */
final class SpoolSegment {
    static final int HEADER_BYTES = 512;
    static final int RECORD_HEADER_BYTES = 32;
    static final int RESERVE_BYTES = 1024;

    private static final long MAGIC = 0x5745_4952_5350_4c31L; // WEIRSPL1
    private static final int HEADER_SUM_AT = 488;
    private static final int DROPPED_AT = 496;
    private static final int PAGE_BYTES = 4096;
    private static final VarHandle INTS = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private final Path file;
    private final MappedByteBuffer map;
    private final int size;
    private final CRC32C sum = new CRC32C();
    private final ByteBuffer sumHead = ByteBuffer.allocate(32);
    private long ordinal;
    private long epoch;
    private String edge = "";
    private volatile int written = HEADER_BYTES;
    /** Of the thread that forces. */
    private int forced;

    private SpoolSegment(Path file, MappedByteBuffer map, int size) {
        this.file = file;
        this.map = map;
        this.size = size;
    }

    /** A new file with all its blocks written; blocks the thread. */
    static SpoolSegment create(Path file, int size) throws IOException {
        Files.deleteIfExists(file);
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer zeros = ByteBuffer.allocateDirect(64 * 1024);
            for (int at = 0; at < size; ) {
                zeros.clear().limit(Math.min(zeros.capacity(), size - at));
                at += channel.write(zeros, at);
            }
            channel.force(true);
            return new SpoolSegment(file, channel.map(FileChannel.MapMode.READ_WRITE, 0, size), size);
        } catch (IOException e) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    /** What an earlier life left in that file; empty if it never came into use or isn't a segment. Blocks the thread. */
    static Optional<SpoolSegment> recover(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long size = channel.size();
            if (size < HEADER_BYTES + RESERVE_BYTES || size > Integer.MAX_VALUE) {
                return Optional.empty();
            }
            SpoolSegment segment =
                    new SpoolSegment(file, channel.map(FileChannel.MapMode.READ_WRITE, 0, size), (int) size);
            if (!segment.readHeader()) {
                return Optional.empty();
            }
            segment.findEnd();
            return Optional.of(segment);
        }
    }

    /** Whether that file is one made ahead and never used. */
    static boolean unused(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer head = ByteBuffer.allocate(HEADER_BYTES);
            while (head.hasRemaining() && channel.read(head) >= 0) {
                // reads on
            }
            head.flip();
            while (head.hasRemaining()) {
                if (head.get() != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Puts the file to a new use; what it held is gone. */
    void begin(long newOrdinal, long newEpoch, String newEdge) {
        ordinal = newOrdinal;
        epoch = newEpoch;
        edge = newEdge;
        byte[] name = newEdge.getBytes(StandardCharsets.UTF_8);
        map.putLong(0, MAGIC);
        map.putLong(8, newOrdinal);
        map.putLong(16, newEpoch);
        map.putInt(24, name.length);
        map.put(28, name);
        map.putInt(HEADER_SUM_AT, headerSum(name.length));
        map.putLong(DROPPED_AT, 0);
        written = HEADER_BYTES;
    }

    private boolean readHeader() {
        int nameLength = map.getInt(24);
        if (map.getLong(0) != MAGIC || nameLength < 0 || nameLength > HEADER_SUM_AT - 28) {
            return false;
        }
        if (map.getInt(HEADER_SUM_AT) != headerSum(nameLength)) {
            return false;
        }
        ordinal = map.getLong(8);
        epoch = map.getLong(16);
        byte[] name = new byte[nameLength];
        map.get(28, name);
        edge = new String(name, StandardCharsets.UTF_8);
        return true;
    }

    private int headerSum(int nameLength) {
        CRC32C header = new CRC32C();
        header.update(map.slice(0, 28 + nameLength));
        return (int) header.getValue();
    }

    /** Goes through the records until one doesn't hold. */
    private void findEnd() {
        int at = HEADER_BYTES;
        long last = 0;
        while (holds(at) && seq(at) > last) {
            last = seq(at);
            at = next(at);
        }
        written = at;
    }

    private boolean holds(int at) {
        if (at + RECORD_HEADER_BYTES > size) {
            return false;
        }
        int length = length(at);
        if (length <= 0 || length > JsonLine.MAX_BYTES || at + RECORD_HEADER_BYTES + length > size) {
            return false;
        }
        byte[] payload = payload(at);
        return map.getLong(at + 8) == epoch && map.getInt(at + 4) == sum(seq(at), millis(at), payload, 0, length);
    }

    /** Whether a record of that many bytes goes in, and a gap after it. */
    boolean fits(int length) {
        return written + room(length) <= size - RESERVE_BYTES;
    }

    /** Adds a record that {@link #fits}, or that of a gap, which always goes in. */
    void append(long seq, long millis, byte[] payload, int offset, int length) {
        int at = written;
        map.putInt(at, length);
        map.putInt(at + 4, sum(seq, millis, payload, offset, length));
        map.putLong(at + 8, epoch);
        map.putLong(at + 16, seq);
        map.putLong(at + 24, millis);
        map.put(at + RECORD_HEADER_BYTES, payload, offset, length);
        written = at + room(length);
    }

    /** Notes that records up to that number were dropped since the last one here, should the process die full. */
    void dropped(long throughSeq) {
        map.putLong(DROPPED_AT, throughSeq);
    }

    long droppedThrough() {
        return map.getLong(DROPPED_AT);
    }

    private int sum(long seq, long millis, byte[] payload, int offset, int length) {
        sumHead.clear();
        sumHead.putLong(ordinal).putLong(epoch).putLong(seq).putLong(millis);
        sum.reset();
        sum.update(sumHead.array(), 0, 32);
        sum.update(payload, offset, length);
        return (int) sum.getValue();
    }

    /** Makes the pages behind the end writable ahead of their use; {@code from} may be what is being written. */
    void touch(int from, int bytes) {
        int end = Math.min(size, from + bytes);
        for (int at = from / PAGE_BYTES * PAGE_BYTES; at < end; at += PAGE_BYTES) {
            // Changes nothing, whoever writes there, but is a write to the page.
            INTS.compareAndSet(map, at, 0, 0);
        }
    }

    /** Brings what was written since the last time to the disk; blocks the thread. */
    void force() {
        int end = written;
        if (end > forced) {
            map.force(forced, end - forced);
            forced = end;
        }
    }

    /** So that the next use is forced from its beginning. */
    void forgetForced() {
        forced = 0;
    }

    Path file() {
        return file;
    }

    int size() {
        return size;
    }

    long ordinal() {
        return ordinal;
    }

    long epoch() {
        return epoch;
    }

    String edge() {
        return edge;
    }

    /** Where the next record goes; all before it may be read. */
    int written() {
        return written;
    }

    int length(int at) {
        return map.getInt(at);
    }

    long seq(int at) {
        return map.getLong(at + 16);
    }

    long millis(int at) {
        return map.getLong(at + 24);
    }

    byte[] payload(int at) {
        byte[] payload = new byte[length(at)];
        map.get(at + RECORD_HEADER_BYTES, payload);
        return payload;
    }

    /** Copies a record's payload to a place in {@code to}. */
    void payload(int at, byte[] to, int offset) {
        map.get(at + RECORD_HEADER_BYTES, to, offset, length(at));
    }

    int next(int at) {
        return at + room(length(at));
    }

    /** What a record with so much payload takes up. */
    static int room(int payloadBytes) {
        return padded(RECORD_HEADER_BYTES + payloadBytes);
    }

    private static int padded(int bytes) {
        return (bytes + 7) & ~7;
    }
}
