package dev.weir.edge.log;

import dev.weir.contracts.audit.AuditAck;
import dev.weir.contracts.audit.AuditBatch;
import dev.weir.edge.log.AuditSpool.Slice;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the spool to the log: one batch at a time, the next when that one is acknowledged, the same again, later and
 * later, while it is not. An answer that comes after its time is ignored; the log knows the duplicate that follows.
 *
 * <p>Lives on the one thread of its executor, which also reads the spool's files.
 */
final class AuditShipper {
    /** Payload of a batch, so that its frame stays below 64 KiB. */
    static final int BATCH_BYTES = 48 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(AuditShipper.class);

    private static final int TOLD_AT = 3;

    /**
     * Times of the shipper.
     *
     * @param idle how long a record waits for others at the most
     * @param answer until an answer is given up
     * @param firstRetry after the first failure; doubles with each
     * @param lastRetry at the most
     */
    record Pace(Duration idle, Duration answer, Duration firstRetry, Duration lastRetry) {
        static final Pace USUAL =
                new Pace(Duration.ofMillis(50), Duration.ofSeconds(5), Duration.ofMillis(100), Duration.ofSeconds(5));
    }

    private final AuditSpool spool;
    private final Function<AuditBatch, Future<AuditAck>> send;
    private final ScheduledExecutorService thread;
    private final Pace pace;
    private final Promise<Void> empty = Promise.promise();

    private @Nullable Slice outstanding;
    private long attempt;
    private int failuresInRow;
    private boolean draining;
    private volatile long oldestMillis;
    private final AtomicLong failures = new AtomicLong();

    AuditShipper(
            AuditSpool spool, Function<AuditBatch, Future<AuditAck>> send, ScheduledExecutorService thread, Pace pace) {
        this.spool = spool;
        this.send = send;
        this.thread = thread;
        this.pace = pace;
    }

    /** Begins, and goes on until the executor ends. */
    void start() {
        later(this::ship, Duration.ZERO);
    }

    /** Ships what is there without waiting for more; done when nothing is left. */
    Future<Void> drain() {
        later(this::hurry, Duration.ZERO);
        return empty.future();
    }

    /** Time of the oldest record that isn't acknowledged; 0 if there is none. */
    long oldestMillis() {
        return oldestMillis;
    }

    /** Batches that were not acknowledged at the first attempt, or the next. */
    long failures() {
        return failures.get();
    }

    private void hurry() {
        draining = true;
        failuresInRow = 0;
        if (outstanding == null) {
            ship();
        }
    }

    private void ship() {
        if (outstanding != null) {
            return;
        }
        try {
            Optional<Slice> slice = spool.read(BATCH_BYTES);
            if (slice.isPresent()) {
                oldestMillis = slice.get().oldestMillis();
                send(slice.get());
                return;
            }
            oldestMillis = 0;
            if (draining) {
                boolean first = empty.tryComplete();
                LOG.debug("spool is empty{}", first ? "" : " still");
            }
            later(this::ship, pace.idle());
        } catch (IOException | RuntimeException | InternalError e) {
            failed(e);
        }
    }

    private void send(Slice slice) {
        outstanding = slice;
        long current = ++attempt;
        Optional<ScheduledFuture<?>> timer =
                timer(() -> answered(current, Future.failedFuture(new TimeoutException("no answer"))), pace.answer());
        request(slice.batch()).onComplete(answer -> {
            timer.ifPresent(each -> each.cancel(false));
            later(() -> answered(current, answer), Duration.ZERO);
        });
    }

    private Future<AuditAck> request(AuditBatch batch) {
        try {
            return send.apply(batch);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private void answered(long of, AsyncResult<AuditAck> answer) {
        Slice slice = outstanding;
        if (slice == null || of != attempt) {
            return;
        }
        outstanding = null;
        if (answer.failed()) {
            failed(answer.cause());
            return;
        }
        AuditAck ack = answer.result();
        AuditBatch batch = slice.batch();
        if (ack.epoch() != batch.epoch() || !ack.edge().equals(batch.edge()) || ack.throughSeq() < batch.firstSeq()) {
            failed(new IOException(ack + " (expected: of " + batch.edge() + ", " + Long.toHexString(batch.epoch())
                    + ", from " + batch.firstSeq() + ")"));
            return;
        }
        try {
            spool.acknowledge(slice, ack.throughSeq());
            if (failuresInRow >= TOLD_AT) {
                LOG.info("audit: shipping again after {} failures", failuresInRow);
            }
            failuresInRow = 0;
            ship();
        } catch (IOException e) {
            failed(e);
        }
    }

    private void failed(Throwable cause) {
        failures.incrementAndGet();
        if (++failuresInRow == TOLD_AT) {
            LOG.warn("audit: records stay in the spool, {} attempts failed: {}", TOLD_AT, cause.toString());
        }
        long wait = pace.firstRetry().toMillis() << Math.min(16, failuresInRow - 1);
        later(this::ship, Duration.ofMillis(Math.min(wait, pace.lastRetry().toMillis())));
    }

    /** A mistake must not end the shipping. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            LOG.error("audit: shipping", e);
            outstanding = null;
            failed(e);
        }
    }

    private void later(Runnable step, Duration delay) {
        var unused = timer(step, delay);
    }

    private Optional<ScheduledFuture<?>> timer(Runnable step, Duration delay) {
        try {
            return Optional.of(thread.schedule(() -> guarded(step), delay.toMillis(), TimeUnit.MILLISECONDS));
        } catch (RejectedExecutionException e) {
            LOG.debug("audit: shipping has ended");
            return Optional.empty();
        }
    }
}
