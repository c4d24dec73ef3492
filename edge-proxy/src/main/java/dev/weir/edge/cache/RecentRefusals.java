package dev.weir.edge.cache;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/**
 * Keys whose last response forbade its being stored: for a while the shared tier isn't asked for them. A fixed table of
 * the keys' hashes, 32 KiB, without locks, for all event loops. What it forgets, or takes for another, costs a look-up
 * more or less and never changes an answer.
 */
final class RecentRefusals {
    static final Duration REMEMBERED = Duration.ofSeconds(5);
    private static final int SLOTS = 4_096;
    private static final long LOW = 0xFFFF_FFFFL;

    /** The hash in the upper half, the second until which it holds in the lower. */
    private final AtomicLongArray slots = new AtomicLongArray(SLOTS);

    private final LongSupplier nanos;
    private final long start;

    RecentRefusals(LongSupplier nanos) {
        this.nanos = nanos;
        this.start = nanos.getAsLong();
    }

    void add(Object key) {
        int hash = mixed(key);
        slots.set(hash & (SLOTS - 1), ((long) hash << 32) | ((second() + REMEMBERED.toSeconds()) & LOW));
    }

    boolean has(Object key) {
        int hash = mixed(key);
        long slot = slots.get(hash & (SLOTS - 1));
        return (int) (slot >>> 32) == hash && (slot & LOW) > second();
    }

    void remove(Object key) {
        int hash = mixed(key);
        if ((int) (slots.get(hash & (SLOTS - 1)) >>> 32) == hash) {
            slots.set(hash & (SLOTS - 1), 0);
        }
    }

    private long second() {
        return (nanos.getAsLong() - start) / 1_000_000_000L + 1;
    }

    private static int mixed(Object key) {
        int hash = key.hashCode() * 0x9E37_79B9;
        return hash ^ (hash >>> 15);
    }
}
