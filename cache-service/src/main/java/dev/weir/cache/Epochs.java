package dev.weir.cache;

import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Names for lives of the sequence of purges, never the same, and greater the later they are made, as far as clocks agree:
 * milliseconds since 1970 before 20 random bits, 19 digits until the year 2248. Redis itself sees to it that a life's is
 * greater than that of the one it follows.
 */
record Epochs(InstantSource clock, RandomGenerator random) implements LongSupplier {
    private static final int RANDOM_BITS = 20;

    @Override
    public long getAsLong() {
        return (clock.millis() << RANDOM_BITS) | random.nextInt(1 << RANDOM_BITS);
    }
}
