package dev.weir.edge.cache;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;

/**
 * Why the last answers that weren't stored weren't, for whoever asks later. A table of a fixed size by the hash of the
 * key: a newer one takes the place of an older, and what is kept of a key is its hash, so that it may be taken for another
 * in one case of four billion. No answer depends on it. Thread-safe, without locks.
 */
final class LastRefusals {
    private static final int SLOTS = 4_096;
    private static final long NANOS_OF_A_SECOND = 1_000_000_000L;

    private final AtomicReferenceArray<Refusal> slots = new AtomicReferenceArray<>(SLOTS);
    private final LongSupplier nanos;

    private record Refusal(int hash, String why, long nanos) {}

    LastRefusals(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** The answer under {@code key} wasn't stored for this reason, a word of ours. */
    void note(Object key, String why) {
        int hash = mixed(key);
        slots.setRelease(hash & (SLOTS - 1), new Refusal(hash, why, nanos.getAsLong()));
    }

    /** An answer is being stored. */
    void forget(Object key) {
        int hash = mixed(key);
        Refusal there = slots.getAcquire(hash & (SLOTS - 1));
        if (there != null && there.hash == hash) {
            slots.setRelease(hash & (SLOTS - 1), null);
        }
    }

    /** Why the last answer under {@code key} wasn't stored, if it is remembered. */
    Optional<Inspection.Refused> of(Object key) {
        int hash = mixed(key);
        Refusal there = slots.getAcquire(hash & (SLOTS - 1));
        return there == null || there.hash != hash
                ? Optional.empty()
                : Optional.of(new Inspection.Refused(there.why, (nanos.getAsLong() - there.nanos) / NANOS_OF_A_SECOND));
    }

    private static int mixed(Object key) {
        int hash = key.hashCode() * 0x9E37_79B9;
        return hash ^ (hash >>> 15);
    }
}
