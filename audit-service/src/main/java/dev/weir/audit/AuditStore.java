package dev.weir.audit;

import dev.weir.audit.Marks.Source;
import dev.weir.contracts.audit.AuditAck;
import dev.weir.contracts.audit.AuditBatch;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.Closeable;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store: batches wait in a bounded queue for one thread, which appends what has gathered and syncs once for all of
 * it; only then are they acknowledged. Full, or with a disk that fails, it acknowledges nothing, and the edges keep what
 * they have.
 */
final class AuditStore implements Closeable {
    /** Batches that wait, of some 48 KiB each. */
    static final int WAITING = 256;

    /** Batches that are synced together. */
    static final int TOGETHER = 64;

    private static final Logger LOG = LoggerFactory.getLogger(AuditStore.class);
    private static final int LONGEST_NAME = 512;
    private static final long LOOK_EACH_MILLIS = 250;
    private static final long TEND_EACH_MILLIS = 10_000;
    private static final long CLOSE_WITHIN_MILLIS = 10_000;

    private record Waiting(AuditBatch batch, boolean next, Promise<AuditAck> answer) {}

    private final StoreWriter writer;
    private final Segments segments;
    private final InstantSource clock;
    private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(WAITING);
    private final Thread thread = new Thread(this::run, "weir-audit-store");
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong early = new AtomicLong();
    private final AtomicLong diskFailures = new AtomicLong();
    private long tended;
    private volatile boolean closing;
    private volatile @Nullable String trouble;

    /** Opens the store, repairs what a crash left, and begins to write; blocks the thread. */
    static AuditStore open(StoreSettings settings, InstantSource clock) throws IOException {
        AuditStore store = new AuditStore(settings, new Segments(settings.directory()), clock);
        store.thread.start();
        return store;
    }

    private AuditStore(StoreSettings settings, Segments segments, InstantSource clock) throws IOException {
        this.clock = clock;
        this.segments = segments;
        this.tended = clock.millis();
        this.writer = new StoreWriter(settings, segments, tended);
        thread.setDaemon(true);
    }

    /** {@link #append(AuditBatch, boolean)} of a batch that may have numbers missing before it. */
    Future<AuditAck> append(AuditBatch batch) {
        return append(batch, false);
    }

    /**
     * Done when all records of the batch are on the disk; fails if that can't be. Any thread; completed on another.
     *
     * @param next whether the one before it is under way: refused unless that is there
     */
    Future<AuditAck> append(AuditBatch batch, boolean next) {
        if (batch.edge().isEmpty()
                || batch.edge().length() > LONGEST_NAME
                || batch.firstSeq() < 1
                || batch.firstSeq() > Long.MAX_VALUE / 2) {
            return Future.failedFuture("batch of \"" + batch.edge() + "\" from " + batch.firstSeq()
                    + " (expected: a name, and numbers from 1)");
        }
        Promise<AuditAck> answer = Promise.promise();
        if (closing || !queue.offer(new Waiting(batch, next, answer))) {
            refused.incrementAndGet();
            return Future.failedFuture(closing ? "audit store is closing" : "audit store is busy");
        }
        return answer.future();
    }

    private void run() {
        List<Waiting> group = new ArrayList<>();
        while (true) {
            try {
                Waiting first = queue.poll(LOOK_EACH_MILLIS, TimeUnit.MILLISECONDS);
                if (first == null && closing) {
                    return;
                }
                if (first != null) {
                    group.add(first);
                    int more = queue.drainTo(group, TOGETHER - 1);
                    assert more == group.size() - 1;
                    write(group);
                }
                if (clock.millis() - tended >= TEND_EACH_MILLIS || clock.millis() < tended) {
                    tended = clock.millis();
                    tend();
                }
            } catch (InterruptedException e) {
                LOG.debug("nobody should interrupt this thread", e);
            } catch (RuntimeException | Error e) {
                // Nothing is a reason for the only thread to end.
                LOG.error("audit: the store goes on", e);
            } finally {
                group.clear();
            }
        }
    }

    private void write(List<Waiting> arrived) {
        List<Waiting> group;
        List<AuditAck> acks;
        try {
            group = inOrder(arrived);
            if (group.isEmpty()) {
                return;
            }
            acks = writer.write(group.stream().map(Waiting::batch).toList(), clock.millis());
        } catch (IOException | RuntimeException | Error e) {
            // Whatever it is: the thread goes on, or nothing would ever be acknowledged again.
            failed("the log can't be written: " + e);
            arrived.forEach(each -> each.answer().tryFail(e));
            return;
        }
        if (trouble != null) {
            LOG.info("audit: the log is being written again");
            trouble = null;
        }
        for (int i = 0; i < group.size(); i++) {
            group.get(i).answer().tryComplete(acks.get(i));
        }
    }

    /** Without those whose predecessor was lost on its way, or failed: whoever sent it sends both again. */
    private List<Waiting> inOrder(List<Waiting> arrived) {
        Map<Source, Long> reached = new HashMap<>();
        List<Waiting> group = new ArrayList<>(arrived.size());
        for (Waiting each : arrived) {
            AuditBatch batch = each.batch();
            Source source = Source.of(batch);
            long mark = reached.computeIfAbsent(source, writer::mark);
            if (each.next() && batch.firstSeq() > mark + 1) {
                early.incrementAndGet();
                each.answer().tryFail("record " + batch.firstSeq() + " came early (expected: " + (mark + 1) + ")");
            } else {
                reached.put(
                        source,
                        Math.max(mark, batch.firstSeq() + batch.records().size() - 1));
                group.add(each);
            }
        }
        return group;
    }

    private void tend() {
        try {
            writer.tend();
            int deleted = writer.retain(clock.millis());
            LOG.debug("{} segments were over their retention", deleted);
        } catch (IOException | RuntimeException | Error e) {
            diskFailures.incrementAndGet();
            LOG.warn("audit: retention and marks: {}", e.toString());
        }
    }

    private void failed(String why) {
        diskFailures.incrementAndGet();
        if (trouble == null) {
            LOG.error("audit: {}; nothing is acknowledged until it is", why);
        }
        trouble = why;
    }

    /** Why nothing is acknowledged at present; empty if all is well. */
    Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    /** Its files; for reading. */
    Segments segments() {
        return segments;
    }

    /** Up to where it may be read. */
    Place synced() {
        return writer.synced();
    }

    StoreWriter.Numbers numbers() {
        return writer.numbers();
    }

    /** Batches for which there was no room. */
    long refused() {
        return refused.get();
    }

    /** Batches that came before the one that they go on behind. */
    long early() {
        return early.get();
    }

    long diskFailures() {
        return diskFailures.get();
    }

    int waiting() {
        return queue.size();
    }

    /** Writes what waits, and ends; blocks the thread. */
    @Override
    public void close() throws IOException {
        closing = true;
        try {
            if (thread.isAlive()) {
                thread.join(CLOSE_WITHIN_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            throw new IOException("the store's disk doesn't answer for " + CLOSE_WITHIN_MILLIS + " ms");
        }
        List<Waiting> left = new ArrayList<>();
        int count = queue.drainTo(left);
        left.forEach(each -> each.answer().tryFail("audit store is closing"));
        LOG.debug("{} batches came too late", count);
        writer.close();
    }
}
