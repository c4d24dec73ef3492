package dev.weir.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.Supplier;

/** What reading may cost: memory in proportion to what is read, and no more. */
public final class Bound {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    /** A length that was believed asks for more. */
    private static final long ANYWAY = 4L << 20;

    private Bound() {}

    /**
     * What {@code reading} gives.
     *
     * @throws AssertionError if it allocates more than {@code each} octets for each of {@code octets}, and 4 MiB; and
     *     that twice, for the first time classes are loaded on the way
     */
    public static <T> T allocation(int octets, int each, Supplier<T> reading) {
        long most = ANYWAY + (long) octets * each;
        long before = THREADS.getCurrentThreadAllocatedBytes();
        T result = reading.get();
        long between = THREADS.getCurrentThreadAllocatedBytes();
        if (between - before > most) {
            result = reading.get();
            long used = THREADS.getCurrentThreadAllocatedBytes() - between;
            if (used > most) {
                throw new AssertionError("allocated: " + used + " octets for " + octets);
            }
        }
        return result;
    }
}
