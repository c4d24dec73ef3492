package dev.weir.contracts;

/**
 * A place in a sequence: which life of the sequence, and how far in it. The epoch is random and is written with the
 * first number; pairs of different epochs have no order.
 *
 * @param epoch which life of the sequence; 0 only in {@link #NONE}
 * @param number how far; counts from 1
 */
public record SequencePair(long epoch, long number) {
    /** Before anything was numbered. */
    public static final SequencePair NONE = new SequencePair(0, 0);

    /** Whether {@code other} is of the same life and no further than this. */
    public boolean covers(SequencePair other) {
        return epoch == other.epoch && number >= other.number;
    }

    /** The next place in the same life. */
    public SequencePair next() {
        return new SequencePair(epoch, number + 1);
    }

    /** {@code epoch-in-hex.number}. */
    @Override
    public String toString() {
        return Long.toHexString(epoch) + "." + number;
    }

    static void write(SequencePair pair, WireWriter out) {
        out.int64(pair.epoch).int64(pair.number);
    }

    static SequencePair read(WireReader in) {
        return new SequencePair(in.int64(), in.int64());
    }
}
