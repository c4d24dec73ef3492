package dev.weir.edge.pipeline;

import dev.weir.runtime.metrics.Count;
import dev.weir.runtime.metrics.Metrics;
import java.util.concurrent.atomic.AtomicLong;

/** Room for the content of POSTs whose answers are looked for, of all event loops. Thread-safe. */
final class PostRoom {
    /** Where it is taken, the next ones go to their origins as they come. */
    static final long MOST_BYTES = 64L * 1024 * 1024;

    private final AtomicLong bytes = new AtomicLong();
    private final Count none;

    PostRoom(Metrics metrics) {
        metrics.gauge("edge.cache.post.bytes", "Content of POSTs whose answers are looked for.", bytes::get);
        this.none =
                metrics.counter("edge.cache.post.no.room", "POSTs whose answers weren't looked for, for want of room.");
    }

    /** Takes room; false if there is none. */
    boolean take(long length) {
        if (bytes.addAndGet(length) <= MOST_BYTES) {
            return true;
        }
        bytes.addAndGet(-length);
        none.increment();
        return false;
    }

    /** Gives it back. */
    void give(long length) {
        bytes.addAndGet(-length);
    }
}
