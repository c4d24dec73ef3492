package dev.weir.edge.log;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where records leave the pipeline. {@link #append} is synchronous: what it has numbered survives the process
 * (durability {@code batch}: in the page cache at once, on the disk within 100 ms) and is shipped in the background until
 * the log has acknowledged it.
 *
 * <p>One for all event loops of an edge. Opening, draining and closing belong off the event loop.
 */
public final class AuditOutbox implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditOutbox.class);
    private static final Duration TEND_EACH = Duration.ofMillis(100);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);
    private static final int LONGEST_NAME = 128;

    /**
     * How it stands.
     *
     * @param appended records kept since the start
     * @param recovered records of earlier lives found at the start
     * @param acknowledged records that the log has acknowledged
     * @param dropped records for which there was no room; exact, and each in a {@code gap} record
     * @param failed of them, records that could not be written down as JSON
     * @param backlogRecords records not acknowledged
     * @param backlogBytes their payload
     * @param oldestMillis time of the oldest of them since 1970; 0 if there is none
     * @param shipFailures batches that were refused or not answered
     * @param diskFailures times the disk failed
     */
    public record Numbers(
            long appended,
            long recovered,
            long acknowledged,
            long dropped,
            long failed,
            long backlogRecords,
            long backlogBytes,
            long oldestMillis,
            long shipFailures,
            long diskFailures) {}

    private final AuditSpool spool;
    private final AuditShipper shipper;
    private final InstantSource clock;
    private final ThreadLocal<JsonLine> line;
    private final AtomicLong failed = new AtomicLong();
    private final ScheduledExecutorService keeping = thread("weir-audit-spool");
    private final ScheduledExecutorService shipping = thread("weir-audit-ship");

    /**
     * Opens the spool, recovers what earlier lives left, and begins to ship; blocks the thread.
     *
     * @param edge name of the edge, at most 128 characters
     * @param epoch of this life: random, not 0
     */
    static AuditOutbox open(
            SpoolSettings settings, String edge, long epoch, AuditShipper.Carrier carrier, InstantSource clock)
            throws IOException {
        if (edge.isEmpty() || edge.length() > LONGEST_NAME || epoch == 0) {
            throw new IllegalArgumentException("edge: \"" + edge + "\", epoch " + epoch
                    + " (expected: a name of 1 to 128 characters, an epoch that isn't 0)");
        }
        AuditSpool spool = AuditSpool.open(settings, edge, epoch);
        return new AuditOutbox(spool, carrier, clock, AuditShipper.Pace.USUAL);
    }

    AuditOutbox(AuditSpool spool, AuditShipper.Carrier carrier, InstantSource clock, AuditShipper.Pace pace) {
        this.spool = spool;
        this.clock = clock;
        this.shipper = new AuditShipper(spool, carrier, shipping, pace);
        this.line = ThreadLocal.withInitial(() -> new JsonLine(spool.edge(), spool.epoch()));
        long each = TEND_EACH.toMillis();
        var unused = keeping.scheduleWithFixedDelay(this::tend, 0, each, TimeUnit.MILLISECONDS);
        shipper.start();
    }

    /**
     * Keeps the record. Never waits for a disk or another process, never throws.
     *
     * @return its number, from 1; -1 if it could not be kept, which is counted
     */
    public long append(AuditRecord record) {
        JsonLine json = line.get();
        try {
            record.writeTo(json);
        } catch (RuntimeException e) {
            if (failed.getAndIncrement() == 0) {
                LOG.error("audit: a record could not be written", e);
            }
            return spool.skip(record.millis());
        }
        return spool.append(json, record.millis());
    }

    /** How it stands; any thread. */
    public Numbers numbers() {
        AuditSpool.Counts counts = spool.counts();
        return new Numbers(
                counts.appended(),
                counts.recovered(),
                counts.acknowledged(),
                counts.dropped(),
                failed.get(),
                counts.backlog(),
                counts.backlogBytes(),
                shipper.oldestMillis(),
                shipper.failures(),
                counts.failures());
    }

    /** Ships what is left, but no longer than that; whether nothing is left. To be called when nothing is appended. */
    public Future<Boolean> drain(Duration within) {
        Promise<Boolean> drained = Promise.promise();
        var unused = keeping.schedule(() -> drained.tryComplete(false), within.toMillis(), TimeUnit.MILLISECONDS);
        shipper.drain().onComplete(done -> drained.tryComplete(done.succeeded()));
        return drained.future();
    }

    /** Brings everything to the disk and ends; what was not acknowledged is shipped by the next life. Blocks. */
    @Override
    public void close() throws IOException {
        try {
            end(shipping);
        } finally {
            end(keeping);
        }
        tend();
        spool.close();
    }

    private void tend() {
        try {
            spool.tend(clock.millis());
        } catch (RuntimeException | Error e) {
            // Must not end the schedule.
            LOG.error("audit: tending the spool", e);
        }
    }

    private static void end(ScheduledExecutorService executor) throws IOException {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(CLOSE_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException("the spool's disk doesn't answer for " + CLOSE_WITHIN.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the spool was being closed", e);
        }
    }

    private static ScheduledExecutorService thread(String name) {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, step -> {
            Thread thread = new Thread(step, name);
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.setRemoveOnCancelPolicy(true);
        return executor;
    }
}
