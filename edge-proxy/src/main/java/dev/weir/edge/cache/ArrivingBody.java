package dev.weir.edge.cache;

import dev.weir.http.HeaderFields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer while it arrives: pieces of direct memory, written once and in order by one event loop, read by
 * many. What the writer has published by {@link #length} doesn't change any more. Pieces are given back by the writer
 * only: those that all readers have passed, or all of them when nobody reads any more.
 */
final class ArrivingBody {
    /** The size of a piece, unless the length is known to leave less for it. */
    static final int PIECE = 64 * 1024;

    /** The size of the first one while nothing is known of the length. */
    private static final int FIRST = 16 * 1024;

    /** What ended the body. */
    sealed interface End {
        /** All of it has come. */
        record Whole(HeaderFields trailers) implements End {}

        /** The rest won't come. */
        record Broken(Throwable cause) implements End {}
    }

    /** A piece; readers go from one to the next. */
    static final class Piece {
        final ByteBuf bytes;
        final long start;
        final int size;

        /** Whether it counts against the memory for recordings; known to the writer only. */
        private boolean counted;

        /** What holds the octets for whoever stores them; known to the writer only. */
        private @Nullable Slice slice;

        /** Written before anything of the next one is published. */
        @Nullable
        Piece next;

        Piece(ByteBuf bytes, long start, int size, boolean counted) {
            this.bytes = bytes;
            this.start = start;
            this.size = size;
            this.counted = counted;
        }

        long end() {
            return start + size;
        }
    }

    /** Stands before the first piece; readers begin here. */
    private final Piece root;

    private Piece oldest;
    private Piece newest;
    private volatile long length;
    private volatile @Nullable End end;

    ArrivingBody() {
        root = new Piece(Unpooled.EMPTY_BUFFER, 0, 0, false);
        oldest = root;
        newest = root;
    }

    Piece root() {
        return root;
    }

    /** What has come so far, in octets. */
    long length() {
        return length;
    }

    /** What ended it; null while more may come. What it says of the length holds for a {@link #length} read after it. */
    @Nullable
    End end() {
        return end;
    }

    // The writer.

    /** Up to where there is room. */
    long newestEnd() {
        return newest.end();
    }

    /** The size of the piece that begins at {@code at}, of a body of that length, if it isn't negative. */
    int nextSize(long expected, long at) {
        if (expected >= 0) {
            return (int) Math.max(1, Math.min(PIECE, expected - at));
        }
        return at == 0 ? FIRST : PIECE;
    }

    /**
     * Makes room for more.
     *
     * @throws OutOfMemoryError if there is no memory for it
     */
    void grow(int size, long at, boolean counted) {
        Piece next = new Piece(PooledByteBufAllocator.DEFAULT.directBuffer(size), at, size, counted);
        newest.next = next;
        newest = next;
        if (oldest == root) {
            oldest = next;
        }
    }

    /** Takes as much of {@code data} as there is room for. Not seen by readers before {@link #publish}. */
    int write(ByteBuf data, int index, int octets, long at) {
        int taken = (int) Math.min(octets, newest.end() - at);
        newest.bytes.writeBytes(data, index, taken);
        return taken;
    }

    void publish(long all) {
        length = all;
    }

    /**
     * The newest piece as a slice to be stored, held once more for the caller: from here on it counts as stored. Null if
     * it is empty, doesn't count as recorded, or already is one.
     */
    @Nullable
    Slice slice(BodyMemory memory) {
        Piece piece = newest;
        if (!piece.counted || !piece.bytes.isReadable()) {
            return null;
        }
        Slice made = memory.slice(piece.bytes);
        piece.slice = made;
        piece.counted = false;
        made.retain();
        return made;
    }

    /** How much room the newest piece has, in octets. */
    int newestSize() {
        return newest.size;
    }

    /** What of the newest piece counts as recorded, in octets. */
    long lastCounted() {
        return newest.counted ? newest.size : 0;
    }

    /** Whether memory was found for the newest piece. */
    boolean isNewestCounted() {
        return newest.counted;
    }

    /** Memory was found for the newest piece, later than for others. */
    void countNewest() {
        newest.counted = true;
    }

    void end(End how) {
        if (end == null) {
            end = how;
        }
    }

    /** All pieces of a body of which none was given back; they stay this body's. */
    List<ByteBuf> pieces() {
        List<ByteBuf> pieces = new ArrayList<>();
        for (Piece each = root.next; each != null; each = each.next) {
            pieces.add(each.bytes);
        }
        return pieces;
    }

    /**
     * Gives back the pieces that end at {@code passed} or before, all of which readers have passed, but for the newest.
     *
     * @return what of it counted as recorded, in octets
     */
    long giveBack(long passed) {
        long counted = 0;
        while (oldest != newest && oldest.end() <= passed) {
            counted += release(oldest);
            oldest = Objects.requireNonNull(oldest.next);
            // Nobody begins any more: the chain of what was must not be held by its beginning.
            root.next = null;
        }
        return counted;
    }

    /** Gives back all that is left; nobody reads, and nothing more is written. */
    void giveBackAll() {
        long unused = giveBack(Long.MAX_VALUE) + release(newest);
        oldest = root;
        newest = root;
        root.next = null;
    }

    private static long release(Piece piece) {
        Slice slice = piece.slice;
        if (slice != null) {
            slice.release();
        } else if (piece.size > 0) {
            piece.bytes.release();
        }
        return piece.counted ? piece.size : 0;
    }
}
