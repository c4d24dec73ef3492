package dev.weir.edge.cache;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * The bytes of a stored body in direct memory, in one piece or several, with a count of those who hold them. Thread-safe.
 * The count is our own and not that of the {@link ByteBuf}: a pooled ByteBuf that was released may already be somebody
 * else's when a late reader tries to retain it, whereas {@link #tryRetain} here says no for ever.
 */
final class StoredBody implements HeldBody {
    private final ByteBuf[] pieces;

    /** Where each piece ends, in octets from the beginning of the body. */
    private final int[] ends;

    private final int weight;
    private final LongAdder alive;
    private final AtomicInteger holders = new AtomicInteger(1);

    /**
     * Takes over {@code bytes}; the maker is the first holder.
     *
     * @param alive bytes of bodies not yet given back, counted up here and down at the end
     */
    StoredBody(ByteBuf bytes, LongAdder alive) {
        this(List.of(bytes), alive);
    }

    /** The same of several pieces, at least one. */
    StoredBody(List<ByteBuf> pieces, LongAdder alive) {
        this.pieces = pieces.toArray(ByteBuf[]::new);
        this.ends = new int[this.pieces.length];
        int length = 0;
        int occupied = 0;
        for (int i = 0; i < ends.length; i++) {
            ByteBuf each = this.pieces[i];
            length = Math.addExact(length, each.readableBytes());
            ends[i] = length;
            occupied += each.writerIndex() + each.maxFastWritableBytes();
        }
        this.weight = occupied;
        this.alive = alive;
        alive.add(weight);
    }

    @Override
    public boolean tryRetain() {
        int now = holders.get();
        while (now > 0) {
            if (holders.compareAndSet(now, now + 1)) {
                return true;
            }
            now = holders.get();
        }
        return false;
    }

    @Override
    public void release() {
        int left = holders.decrementAndGet();
        if (left == 0) {
            alive.add(-weight);
            for (ByteBuf each : pieces) {
                each.release();
            }
        } else if (left < 0) {
            throw new IllegalStateException("holders: " + left + " (expected: at least 0 after a release)");
        }
    }

    @Override
    public ByteBuf take(long first, int octets) {
        return part(Math.toIntExact(first), octets);
    }

    private ByteBuf part(int first, int octets) {
        int at = pieceOf(first);
        ByteBuf piece = pieces[at];
        int start = ends[at] - piece.readableBytes();
        if (octets <= ends[at] - first) {
            return piece.retainedSlice(piece.readerIndex() + first - start, octets);
        }
        List<ByteBuf> parts = new ArrayList<>();
        int left = octets;
        int from = first;
        while (left > 0) {
            int taken = Math.min(left, contiguous(from));
            parts.add(part(from, taken));
            from += taken;
            left -= taken;
        }
        return Unpooled.wrappedBuffer(parts.size(), parts.toArray(ByteBuf[]::new));
    }

    @Override
    public int contiguous(long first) {
        int octet = Math.toIntExact(first);
        return ends[pieceOf(octet)] - octet;
    }

    @Override
    public boolean holds(long first, long last) {
        return last < length();
    }

    @Override
    public boolean isWhole() {
        return true;
    }

    @Override
    public long length() {
        return ends[ends.length - 1];
    }

    @Override
    public int weight() {
        return weight;
    }

    /** The piece that has this octet; the last one for the end. */
    private int pieceOf(int octet) {
        int low = 0;
        int high = ends.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ends[middle] > octet) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
