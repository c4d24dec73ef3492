package dev.weir.edge.cache;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * The bytes of a stored body in direct memory, with a count of those who hold them. Thread-safe. The count is our own
 * and not that of the {@link ByteBuf}: a pooled ByteBuf that was released may already be somebody else's when a late
 * reader tries to retain it, whereas {@link #tryRetain} here says no for ever.
 */
final class StoredBody {
    private final ByteBuf bytes;
    private final int weight;
    private final LongAdder alive;
    private final AtomicInteger holders = new AtomicInteger(1);

    /**
     * Takes over {@code bytes}; the maker is the first holder.
     *
     * @param alive bytes of bodies not yet given back, counted up here and down at the end
     */
    StoredBody(ByteBuf bytes, LongAdder alive) {
        this.bytes = bytes;
        this.weight = bytes.writerIndex() + bytes.maxFastWritableBytes();
        this.alive = alive;
        alive.add(weight);
    }

    /** Becomes a holder, unless the last holder has already gone. */
    boolean tryRetain() {
        int now = holders.get();
        while (now > 0) {
            if (holders.compareAndSet(now, now + 1)) {
                return true;
            }
            now = holders.get();
        }
        return false;
    }

    /**
     * One holder less; the last one gives the memory back.
     *
     * @throws IllegalStateException if there is no holder left
     */
    void release() {
        int left = holders.decrementAndGet();
        if (left == 0) {
            alive.add(-weight);
            bytes.release();
        } else if (left < 0) {
            throw new IllegalStateException("holders: " + left + " (expected: at least 0 after a release)");
        }
    }

    /** The bytes as a buffer of its own, that its receiver releases. Only a holder may call this. */
    ByteBuf take() {
        return bytes.retainedDuplicate();
    }

    /** In bytes. */
    int length() {
        return bytes.readableBytes();
    }

    /** What it really occupies, in bytes: the allocator rounds up. */
    int weight() {
        return weight;
    }
}
