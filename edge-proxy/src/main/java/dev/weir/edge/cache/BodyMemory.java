package dev.weir.edge.cache;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * The direct memory that bodies hold: those stored, counted until their last reader has gone, and those being taken down,
 * or read and not stored. Both together are bounded, the latter also alone. Thread-safe.
 */
final class BodyMemory {
    private static final int SHARE_OF_RECORDINGS = 4;
    private static final long LEAST_FOR_RECORDINGS = 4 * 1024 * 1024;
    private static final int SHARE_OF_ONE = 4;

    private final long mostRecording;
    private final long mostOfAll;
    private final AtomicLong recording = new AtomicLong();
    private final LongAdder stored = new LongAdder();
    private final LongAdder refusals = new LongAdder();

    /**
     * With nothing in it.
     *
     * @param bytes what may be stored
     */
    BodyMemory(long bytes) {
        this.mostRecording = Math.max(bytes / SHARE_OF_RECORDINGS, LEAST_FOR_RECORDINGS);
        this.mostOfAll = bytes + bytes / SHARE_OF_RECORDINGS + LEAST_FOR_RECORDINGS;
    }

    /** Takes a share of the memory for recordings, if there is that much left of it, and of what all bodies may hold. */
    boolean reserve(long bytes) {
        return reserve(bytes, mostRecording);
    }

    /** Gives back what {@link #reserve} has taken. */
    void giveBack(long bytes) {
        recording.addAndGet(-bytes);
    }

    /** What one body that isn't stored may hold for readers that are slower than others, so that none holds all there is. */
    long shareOfOne() {
        return mostRecording / SHARE_OF_ONE;
    }

    /** How often there was no memory. */
    long refusals() {
        return refusals.sum();
    }

    /** Bytes in stored bodies, those still held by readers included. */
    long storedBytes() {
        return stored.sum();
    }

    /** Bytes of bodies that are taken down, or that aren't stored and still read. */
    long recordingBytes() {
        return recording.get();
    }

    /** What is to be stored of a body that has come whole, held once for the caller; empty if no memory is left. */
    Optional<StoredBody> keep(ArrivingBody body) {
        return exactly(body.pieces(), body.length()).map(this::held);
    }

    /** A copy to be stored of a body that came in one message, held once for the caller; empty if no memory is left. */
    Optional<StoredBody> copyOf(Buffer body) {
        int octets = body.length();
        if (!reserve(octets, Long.MAX_VALUE)) {
            return Optional.empty();
        }
        try {
            ByteBuf source = ((BufferInternal) body).getByteBuf();
            return copy(source).map(copy -> held(List.of(copy)));
        } finally {
            // From here on it counts as stored.
            giveBack(octets);
        }
    }

    /** Octets that were recorded and are to be stored, held once for the caller. */
    Slice slice(ByteBuf recorded) {
        return new Slice(recorded, stored);
    }

    /** What is held, and more; see {@link SparseBody#with}. */
    SparseBody with(SparseBody held, long first, List<Slice> added, int most) {
        return held.with(first, added, most, stored);
    }

    private boolean reserve(long bytes, long most) {
        long all = recording.addAndGet(bytes);
        if (all > most || all + stored.sum() > mostOfAll) {
            recording.addAndGet(-bytes);
            refusals.increment();
            return false;
        }
        return true;
    }

    /** Takes over {@code pieces}, even if this throws. */
    private StoredBody held(List<ByteBuf> pieces) {
        boolean taken = false;
        try {
            StoredBody held = new StoredBody(pieces, stored);
            taken = true;
            return held;
        } finally {
            if (!taken) {
                pieces.forEach(ByteBuf::release);
            }
        }
    }

    /**
     * {@code pieces}, each retained, but for the last one if it has allocated too much in excess: then an exact copy of
     * it. Empty if there is no memory for that.
     */
    private static Optional<List<ByteBuf>> exactly(List<ByteBuf> pieces, long length) {
        List<ByteBuf> exact = new ArrayList<>(pieces);
        ByteBuf last = pieces.isEmpty() ? Unpooled.EMPTY_BUFFER : pieces.get(pieces.size() - 1);
        if (pieces.isEmpty() || last.capacity() - last.readableBytes() > length / 8) {
            Optional<ByteBuf> copy = copy(last);
            if (copy.isEmpty()) {
                return Optional.empty();
            }
            // Not by its content.
            exact = new ArrayList<>(pieces.subList(0, Math.max(0, pieces.size() - 1)));
            exact.forEach(ByteBuf::retain);
            exact.add(copy.get());
        } else {
            exact.forEach(ByteBuf::retain);
        }
        return Optional.of(exact);
    }

    private static Optional<ByteBuf> copy(ByteBuf bytes) {
        int octets = bytes.readableBytes();
        try {
            ByteBuf copy = PooledByteBufAllocator.DEFAULT.directBuffer(Math.max(1, octets));
            return Optional.of(copy.writeBytes(bytes, bytes.readerIndex(), octets));
        } catch (OutOfMemoryError e) {
            return Optional.empty();
        }
    }
}
