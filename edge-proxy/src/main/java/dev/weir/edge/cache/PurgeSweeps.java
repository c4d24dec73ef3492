package dev.weir.edge.cache;

import dev.weir.contracts.Addresses;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.cache.PurgeMet;
import dev.weir.contracts.cache.ScopeCount;
import dev.weir.contracts.cache.ScopeCounted;
import dev.weir.runtime.cluster.Bus;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes through L1 on a worker thread: after purges that are not of one URL, to give back the memory of what they met and
 * to tell how much that was; and to count for a dry run. One pass at a time, for all that came meanwhile. Confined to the
 * context of {@link Purges}.
 */
final class PurgeSweeps {
    private static final Logger LOG = LoggerFactory.getLogger(PurgeSweeps.class);

    /** Purges whose responses are counted in one pass; of others only the memory is given back. */
    private static final int MOST_UNTOLD = 256;

    private static final int MOST_COUNTS = 16;

    private final Vertx vertx;
    private final Bus bus;
    private final String node;
    private final L1 l1;
    private final RecentPurges recent;
    private final Queue<PurgeTally.Noted> untold = new ConcurrentLinkedQueue<>();
    private final AtomicInteger passes = new AtomicInteger();
    private final AtomicInteger counting = new AtomicInteger();

    PurgeSweeps(Vertx vertx, Bus bus, String node, L1 l1, RecentPurges recent) {
        this.vertx = vertx;
        this.bus = bus;
        this.node = node;
        this.l1 = l1;
        this.recent = recent;
    }

    /** A purge was noted: the sweep behind it tells how much it has met. */
    void sweep(PurgeTally.Noted purge) {
        untold.add(purge);
        if (untold.size() > MOST_UNTOLD) {
            var unused = untold.poll();
        }
        sweep();
    }

    /** A purge was noted that nobody is told of. */
    void sweep() {
        if (passes.getAndIncrement() == 0) {
            run();
        }
    }

    /** Counts, and tells of it. */
    void count(ScopeCount asked) {
        if (counting.incrementAndGet() > MOST_COUNTS) {
            counting.decrementAndGet();
            return;
        }
        vertx.executeBlocking(() -> l1.count(asked.scopes()), false).onComplete(counted -> {
            counting.decrementAndGet();
            if (counted.succeeded()) {
                bus.publish(Addresses.CACHE_COUNTED, new ScopeCounted(asked.id(), node, counted.result()));
            } else {
                LOG.warn("L1 could not be counted", counted.cause());
            }
        });
    }

    private void run() {
        int asked = passes.get();
        // On the context where purges are noted: all up to this tick have been announced, and are taken here or were
        // before.
        long tick = recent.newestWide();
        List<PurgeTally.Noted> taken = new ArrayList<>();
        for (PurgeTally.Noted each = untold.poll(); each != null; each = untold.poll()) {
            taken.add(each);
        }
        PurgeTally tally = new PurgeTally(taken, recent);
        vertx.executeBlocking(() -> swept(tally, tick), false).onComplete(swept -> {
            if (swept.succeeded()) {
                tell(swept.result());
            } else {
                LOG.warn("L1 could not be swept", swept.cause());
            }
            if (passes.addAndGet(-asked) > 0) {
                run();
            }
        });
    }

    private PurgeTally swept(PurgeTally tally, long tick) {
        l1.sweep(tally, tick);
        return tally;
    }

    private void tell(PurgeTally tally) {
        for (int i = 0; i < tally.purges().size(); i++) {
            tell(tally.purges().get(i).pair(), tally.met(i));
        }
    }

    /** Tells how many responses a purge has met. */
    void tell(SequencePair purge, long met) {
        bus.publish(Addresses.CACHE_PURGE_MET, new PurgeMet(purge, node, met));
    }
}
