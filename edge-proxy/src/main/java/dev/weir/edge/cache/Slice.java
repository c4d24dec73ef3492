package dev.weir.edge.cache;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Some octets in direct memory that several bodies may have in common, with a count of those bodies, and with a note of
 * when they were last of use. Thread-safe; its octets don't change any more.
 */
final class Slice {
    final ByteBuf bytes;

    /** What it really occupies, in bytes. */
    final int weight;

    private final LongAdder alive;
    private final AtomicInteger holders = new AtomicInteger(1);

    private volatile long lastUsed;
    private volatile boolean served;

    /**
     * Takes over {@code bytes}; the maker is the first holder.
     *
     * @param alive bytes not yet given back, counted up here and down at the end
     */
    Slice(ByteBuf bytes, LongAdder alive) {
        this.bytes = bytes;
        this.weight = bytes.writerIndex() + bytes.maxFastWritableBytes();
        this.alive = alive;
        alive.add(weight);
    }

    /** One holder more. Only a holder may call this. */
    void retain() {
        int before = holders.getAndIncrement();
        if (before <= 0) {
            throw new IllegalStateException("holders: " + before + " (expected: at least 1)");
        }
    }

    /** One holder less; the last one gives the memory back. */
    void release() {
        int left = holders.decrementAndGet();
        if (left == 0) {
            alive.add(-weight);
            bytes.release();
        } else if (left < 0) {
            throw new IllegalStateException("holders: " + left + " (expected: at least 0 after a release)");
        }
    }

    /** Octets of it have been stored at this turn. */
    void stored(long turn) {
        lastUsed = turn;
    }

    /** Octets of it are on their way to a client. */
    void served(long turn) {
        if (!served || lastUsed != turn) {
            lastUsed = turn;
            served = true;
        }
    }

    /** Whether it was ever of use since it was stored. */
    boolean wasServed() {
        return served;
    }

    long lastUsed() {
        return lastUsed;
    }
}
