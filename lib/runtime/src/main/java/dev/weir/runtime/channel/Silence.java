package dev.weir.runtime.channel;

import java.time.Duration;

/**
 * Tells when a stream has been silent for too long: two beats and a half. A reader that itself looked late may find what
 * it missed in its socket, so that it looks there before it judges. Times in nanoseconds of one clock.
 */
final class Silence {
    /** What is sent at least so often. */
    static final Duration BEAT = Duration.ofMillis(100);

    static final long LONGEST = Duration.ofMillis(250).toNanos();

    private long heard;

    Silence(long now) {
        this.heard = now;
    }

    void heard(long now) {
        heard = now;
    }

    /** How long it may last on; zero or less: it has lasted for too long. */
    long left(long now) {
        return heard + LONGEST - now;
    }
}
