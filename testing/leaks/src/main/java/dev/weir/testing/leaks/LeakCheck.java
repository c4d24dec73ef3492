package dev.weir.testing.leaks;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Makes a class of tests fail when Netty's detector finds a buffer, or another counted resource, that was lost without
 * being released. JUnit registers it by itself wherever this module is on the class path.
 */
public final class LeakCheck implements AfterAllCallback {
    private static final Queue<String> FOUND = new ConcurrentLinkedQueue<>();
    private static final AtomicBoolean ALLOCATED = new AtomicBoolean();

    static {
        // Before Netty makes its first detector: JUnit registers extensions before any class of tests is initialised.
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new Detectors());
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    private static final class Detectors extends ResourceLeakDetectorFactory {
        @Override
        @Deprecated
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> type, int interval, long maxActive) {
            return new Detector<>(type, interval);
        }

        @Override
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> type, int interval) {
            return new Detector<>(type, interval);
        }
    }

    private static final class Detector<T> extends ResourceLeakDetector<T> {
        Detector(Class<T> type, int interval) {
            super(type, interval);
        }

        @Override
        protected boolean needReport() {
            return true;
        }

        @Override
        protected @Nullable Object getInitialHint(String type) {
            ALLOCATED.set(true);
            return super.getInitialHint(type);
        }

        @Override
        protected void reportTracedLeak(String type, String records) {
            FOUND.add(type + records);
        }

        @Override
        protected void reportUntracedLeak(String type) {
            FOUND.add(type);
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (ALLOCATED.getAndSet(false)) {
            collect();
            String leaks = found();
            if (!leaks.isEmpty()) {
                throw new AssertionError("lost without being released, here or in a class before: " + leaks);
            }
        }
    }

    /** Lets the detector see what nobody refers to any more: it looks when something is allocated. */
    static void collect() {
        for (int round = 0; round < 2; round++) {
            System.gc();
            ByteBufAllocator.DEFAULT.directBuffer(1).release();
        }
    }

    /** What was lost since the last call. */
    static String found() {
        StringBuilder all = new StringBuilder();
        for (String leak = FOUND.poll(); leak != null; leak = FOUND.poll()) {
            all.append(leak).append('\n');
        }
        return all.toString();
    }
}
