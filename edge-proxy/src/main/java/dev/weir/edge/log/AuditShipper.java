package dev.weir.edge.log;

import dev.weir.contracts.audit.AuditAck;
import dev.weir.contracts.audit.AuditBatch;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the spool to the log. Every {@link Pace#idle} it sends what has come, in several batches if need be, so that the
 * log can sync once for all of them; while more is there than may be under way, as soon as half of that is acknowledged.
 * Each batch but the first says that it goes on where one ends that is not acknowledged yet, and is refused by a log that
 * does not have that one: numbers never overtake each other. Acknowledgements count in the order of the batches. What was
 * refused or not answered is sent again with all behind it; the first of them later and later, alone at first.
 *
 * <p>An answer that comes after its time is ignored; the log knows the duplicate that follows.
 *
 * <p>Lives on the one thread of its executor, which also reads the spool's files.
 */
final class AuditShipper {
    /** Payload of a batch, so that its frame stays below 64 KiB. */
    static final int BATCH_BYTES = 48 * 1024;

    /** Batches under way together, when the log has shown that it takes them. */
    static final int MOST_UNDER_WAY = 16;

    private static final Logger LOG = LoggerFactory.getLogger(AuditShipper.class);

    private static final int TOLD_AT = 3;

    /** Carries batches to the log. */
    interface Carrier {
        /**
         * Done when the log has the batch; called on a thread that is not an event loop.
         *
         * @param next whether it goes on where one ends that is under way, and may not be taken before that one
         */
        Future<AuditAck> carry(AuditBatch batch, boolean next);
    }

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

    private static final class Sent {
        final Slice slice;
        final boolean next;
        Optional<ScheduledFuture<?>> timer = Optional.empty();

        @Nullable
        AsyncResult<AuditAck> answer;

        Sent(Slice slice, boolean next) {
            this.slice = slice;
            this.next = next;
        }
    }

    private final AuditSpool spool;
    private final Carrier carrier;
    private final ScheduledExecutorService thread;
    private final Pace pace;
    private final Promise<Void> empty = Promise.promise();

    private final ArrayDeque<Sent> underWay = new ArrayDeque<>();
    private Optional<ScheduledFuture<?>> sending = Optional.empty();
    private int window = 1;
    private boolean moreThere;
    private int failuresInRow;
    private boolean draining;
    private volatile long oldestMillis;
    private final AtomicLong failures = new AtomicLong();

    AuditShipper(AuditSpool spool, Carrier carrier, ScheduledExecutorService thread, Pace pace) {
        this.spool = spool;
        this.carrier = carrier;
        this.thread = thread;
        this.pace = pace;
    }

    /** Begins, and goes on until the executor ends. */
    void start() {
        var unused = timer(this::ship, Duration.ZERO);
    }

    /** Ships what is there without waiting for more; done when nothing is left. */
    Future<Void> drain() {
        var unused = timer(this::hurry, Duration.ZERO);
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
        ship();
    }

    private void ship() {
        try {
            moreThere = sendWhatIsThere();
        } catch (IOException | RuntimeException | InternalError e) {
            failed(e);
            return;
        }
        if (underWay.isEmpty()) {
            oldestMillis = 0;
            if (draining) {
                boolean first = empty.tryComplete();
                LOG.debug("spool is empty{}", first ? "" : " still");
            }
        }
        if (!moreThere) {
            shipIn(pace.idle());
        }
    }

    /** Whether more is there. */
    private boolean sendWhatIsThere() throws IOException {
        while (underWay.size() < window) {
            Sent last = underWay.peekLast();
            Optional<Slice> slice = last == null ? spool.read(BATCH_BYTES) : spool.readAfter(last.slice, BATCH_BYTES);
            if (slice.isEmpty()) {
                return false;
            }
            if (last != null && !slice.get().follows(last.slice)) {
                // Numbers are missing in between, or another life's begin: what that means is said when all before is
                // there.
                return true;
            }
            send(slice.get(), last != null);
            if (!slice.get().moreBehind()) {
                return false;
            }
        }
        return true;
    }

    private void send(Slice slice, boolean next) {
        Sent sent = new Sent(slice, next);
        if (!next) {
            oldestMillis = slice.oldestMillis();
        }
        underWay.addLast(sent);
        sent.timer = timer(() -> answered(sent, Future.failedFuture(new TimeoutException("no answer"))), pace.answer());
        request(sent).onComplete(answer -> {
            var unused = timer(() -> answered(sent, answer), Duration.ZERO);
        });
    }

    private Future<AuditAck> request(Sent sent) {
        try {
            return carrier.carry(sent.slice.batch(), sent.next);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private void answered(Sent sent, AsyncResult<AuditAck> answer) {
        if (sent.answer != null || !underWay.contains(sent)) {
            return;
        }
        sent.answer = answer;
        sent.timer.ifPresent(each -> each.cancel(false));
        for (Sent first = underWay.peek(); first != null && first.answer != null; first = underWay.peek()) {
            underWay.removeFirst();
            if (!settle(first, first.answer)) {
                return;
            }
        }
        Sent first = underWay.peek();
        if (first != null) {
            oldestMillis = first.slice.oldestMillis();
        }
        if ((moreThere || draining) && underWay.size() <= window / 2) {
            ship();
        }
    }

    /** Whether those behind it may still count. */
    private boolean settle(Sent sent, AsyncResult<AuditAck> answer) {
        if (answer.failed()) {
            refused(sent, answer.cause());
            return false;
        }
        AuditAck ack = answer.result();
        AuditBatch batch = sent.slice.batch();
        if (ack.epoch() != batch.epoch() || !ack.edge().equals(batch.edge()) || ack.throughSeq() < batch.firstSeq()) {
            IOException mistaken = new IOException(ack + " (expected: of " + batch.edge() + ", "
                    + Long.toHexString(batch.epoch()) + ", from " + batch.firstSeq() + ")");
            refused(sent, mistaken);
            return false;
        }
        try {
            spool.acknowledge(sent.slice, ack.throughSeq());
        } catch (IOException e) {
            failed(e);
            return false;
        }
        if (failuresInRow >= TOLD_AT) {
            LOG.info("audit: shipping again after {} failures", failuresInRow);
        }
        failuresInRow = 0;
        window = Math.min(MOST_UNDER_WAY, 2 * window);
        if (ack.throughSeq() < sent.slice.lastSeq()) {
            abandon();
            ship();
            return false;
        }
        return true;
    }

    private void refused(Sent sent, Throwable cause) {
        if (sent.next) {
            // Perhaps only for its place: all before it is there now.
            LOG.debug("audit: a batch is sent again: {}", cause.toString());
            abandon();
            window = 1;
            ship();
        } else {
            failed(cause);
        }
    }

    private void failed(Throwable cause) {
        abandon();
        window = 1;
        moreThere = false;
        failures.incrementAndGet();
        if (++failuresInRow == TOLD_AT) {
            LOG.warn("audit: records stay in the spool, {} attempts failed: {}", TOLD_AT, cause.toString());
        }
        long wait = pace.firstRetry().toMillis() << Math.min(16, failuresInRow - 1);
        shipIn(Duration.ofMillis(Math.min(wait, pace.lastRetry().toMillis())));
    }

    /** Their answers are ignored from now on. */
    private void abandon() {
        for (Sent each : underWay) {
            each.timer.ifPresent(timer -> timer.cancel(false));
        }
        underWay.clear();
    }

    /** A mistake must not end the shipping. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            LOG.error("audit: shipping", e);
            failed(e);
        }
    }

    private void shipIn(Duration delay) {
        sending.ifPresent(each -> each.cancel(false));
        sending = timer(this::ship, delay);
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
