package dev.weir.system;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Waits for a condition, up to a deadline, and says which one did not come. */
final class Await {
    private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(10).toNanos();

    private Await() {}

    /** Until it is so; a condition that throws is not so yet. Answers how long it took. */
    static Duration until(String what, Duration atMost, Callable<Boolean> condition) {
        long began = System.nanoTime();
        Throwable last = null;
        do {
            try {
                if (condition.call()) {
                    return Duration.ofNanos(System.nanoTime() - began);
                }
                last = null;
            } catch (Exception | AssertionError notYet) {
                last = notYet;
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("interrupted while waiting for: " + what, last);
            }
        } while (System.nanoTime() - began < atMost.toNanos());
        throw late(what, atMost, last);
    }

    /** Holds a state for so long; fails as soon as the condition does. */
    static void holds(String what, Duration span, Callable<Boolean> condition) throws Exception {
        long began = System.nanoTime();
        while (System.nanoTime() - began < span.toNanos()) {
            if (!condition.call()) {
                throw new AssertionError("no longer: " + what);
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }

    private static AssertionError late(String what, Duration atMost, @Nullable Throwable last) {
        return new AssertionError("not within " + atMost.toMillis() + " ms: " + what, last);
    }
}
