package dev.weir.edge.log;

import dev.weir.edge.log.SpoolCursor.Position;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Records on their way to the log, in mapped segments on this machine's disk. A record that {@link #append} has numbered
 * is in the page cache: the process may be killed, the record is shipped by the next. {@link #tend}, called every 100 ms,
 * brings it to the disk.
 *
 * <p>Every life of a spool has an epoch of its own, random, and counts from 1: continued numbers could meet, after a
 * power failure, the numbers of records that had been shipped but not yet synced here, and the log would take the new for
 * duplicates of the old. When there is no room a record's number is used up and the record dropped; when room is back, a
 * record of kind {@code gap} says from where to where.
 *
 * <p>Appending takes a lock, by any event loop, for well under a microsecond and never while something waits for a disk;
 * per-loop segments would avoid the lock and lose the one order that numbers need. Three kinds of threads: those that
 * append; one that tends; one that reads and acknowledges.
 */
final class AuditSpool implements Closeable {
    private static final int SPARES = 2;
    private static final int TOUCH_AHEAD_BYTES = 256 * 1024;
    private static final long RETRY_MILLIS = 1000;
    private static final byte[] KIND = JsonLine.key("kind");
    private static final byte[] FROM = JsonLine.key("a");
    private static final byte[] THROUGH = JsonLine.key("b");

    /** Counts; bytes are of payloads. */
    record Counts(long appended, long recovered, long dropped, long acknowledged, long backlogBytes, long failures) {
        long backlog() {
            return appended + recovered - acknowledged;
        }
    }

    private final SpoolDirectory directory;
    private final String edge;
    private final long epoch;
    private final SpoolCursor cursor;
    private final AtomicLong failures = new AtomicLong();

    private final Object lock = new Object();
    // Guarded by the lock.
    private final ArrayDeque<SpoolSegment> live = new ArrayDeque<>();
    private final ArrayDeque<SpoolSegment> spares = new ArrayDeque<>();
    private final ArrayDeque<SpoolSegment> retired = new ArrayDeque<>();
    private final JsonLine gap;
    private SpoolSegment active;
    private long ordinal;
    private long next = 1;
    private long gapFrom;
    private long gapMillis;
    private boolean closed;
    private long appended;
    private long recovered;
    private long dropped;
    private long acknowledged;
    private long backlogBytes;

    // Of the thread that tends.
    private long retryAt = Long.MIN_VALUE;
    private long touchedOrdinal = -1;
    private int touchedFrom;

    /** Opens the directory and recovers what earlier lives left unacknowledged; blocks the thread. */
    static AuditSpool open(SpoolSettings settings, String edge, long epoch) throws IOException {
        SpoolDirectory directory = SpoolDirectory.lock(settings);
        try {
            return new AuditSpool(directory, edge, epoch);
        } catch (IOException | RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    private AuditSpool(SpoolDirectory directory, String edge, long epoch) throws IOException {
        this.directory = directory;
        this.edge = edge;
        this.epoch = epoch;
        this.gap = new JsonLine(edge, epoch);
        this.cursor = new SpoolCursor(directory.cursor());
        try {
            for (SpoolSegment left : directory.recover(cursor.position())) {
                ordinal = Math.max(ordinal, left.ordinal() + 1);
                count(left);
                live.add(left);
            }
            ordinal = Math.max(ordinal, cursor.position().ordinal() + 1);
            SpoolSegment first = directory.create(live.size());
            first.begin(ordinal++, epoch, edge);
            live.add(first);
            active = first;
            if (live.size() < directory.segments()) {
                spares.add(directory.create(live.size()));
            }
        } catch (IOException | RuntimeException e) {
            cursor.close();
            throw e;
        }
    }

    private void count(SpoolSegment left) {
        int at = start(left, cursor.position());
        for (; at < left.written(); at = left.next(at)) {
            recovered++;
            backlogBytes += left.length(at);
        }
    }

    private static int start(SpoolSegment segment, Position from) {
        return segment.ordinal() == from.ordinal()
                ? Math.max(from.offset(), SpoolSegment.HEADER_BYTES)
                : SpoolSegment.HEADER_BYTES;
    }

    /** Keeps the record; its number, or -1 if it had to be dropped. Never waits for a disk, never throws. */
    long append(JsonLine line, long millis) {
        synchronized (lock) {
            try {
                if (closed) {
                    return drop(millis);
                }
                if (gapFrom > 0 && !tell()) {
                    return drop(millis);
                }
                line.number(next);
                if (!makeRoom(line.length())) {
                    return drop(millis);
                }
                write(line, millis);
                return next++;
            } catch (RuntimeException | InternalError e) {
                // InternalError: the disk failed under a mapped page.
                failures.incrementAndGet();
                return drop(millis);
            }
        }
    }

    /** Uses up the number of a record that there is no line for; -1. */
    long skip(long millis) {
        synchronized (lock) {
            return drop(millis);
        }
    }

    private boolean makeRoom(int length) {
        if (active.fits(length)) {
            return true;
        }
        SpoolSegment spare = spares.poll();
        if (spare == null) {
            return false;
        }
        spare.begin(ordinal++, epoch, edge);
        live.addLast(spare);
        active = spare;
        return true;
    }

    private void write(JsonLine line, long millis) {
        active.append(next, millis, line.bytes(), line.start(), line.length());
        appended++;
        backlogBytes += line.length();
    }

    private long drop(long millis) {
        dropped++;
        if (closed) {
            return -1;
        }
        if (gapFrom == 0) {
            gapFrom = next;
            gapMillis = millis;
        }
        try {
            active.dropped(next);
        } catch (InternalError e) {
            failures.incrementAndGet();
        }
        next++;
        return -1;
    }

    /** Writes the record of the gap that is open, if there is room. */
    private boolean tell() {
        SpoolSegment noted = active;
        // Room for more than this one, or gap would follow on gap at the end of the last segment.
        if (!makeRoom(2 * JsonLine.MAX_BYTES)) {
            return false;
        }
        writeGap(gap, gapFrom, next - 1, gapMillis);
        gap.number(next);
        endGap(noted);
        return true;
    }

    private void endGap(SpoolSegment noted) {
        write(gap, gapMillis);
        next++;
        noted.dropped(0);
        gapFrom = 0;
    }

    static void writeGap(JsonLine line, long from, long through, long millis) {
        line.begin(millis);
        line.text(KIND, "gap", 16);
        line.number(FROM, from);
        line.number(THROUGH, through);
        line.finish();
    }

    /** Brings what was appended to the disk and has room ready for what comes; blocks the thread. */
    void tend(long millis) {
        List<SpoolSegment> written;
        SpoolSegment current;
        @Nullable SpoolSegment spare;
        synchronized (lock) {
            written = List.copyOf(live);
            current = active;
            spare = spares.peek();
        }
        try {
            written.forEach(SpoolSegment::force);
            touchAhead(current, spare);
            cursor.force();
        } catch (IOException | RuntimeException | InternalError e) {
            failures.incrementAndGet();
        }
        recycle();
        prepare(millis);
        synchronized (lock) {
            if (gapFrom > 0 && !closed) {
                tellIfRoom();
            }
        }
    }

    private void tellIfRoom() {
        try {
            boolean told = tell();
            assert told || spares.isEmpty();
        } catch (RuntimeException | InternalError e) {
            failures.incrementAndGet();
        }
    }

    /** Only while records come, so that an idle spool dirties no pages. */
    private void touchAhead(SpoolSegment current, @Nullable SpoolSegment spare) {
        int at = current.written();
        if (touchedOrdinal == current.ordinal() && touchedFrom == at) {
            return;
        }
        int moved = touchedOrdinal == current.ordinal() ? at - touchedFrom : at;
        int ahead = Math.max(TOUCH_AHEAD_BYTES, 2 * moved);
        current.touch(at, ahead);
        if (spare != null && at + ahead > current.size()) {
            spare.touch(0, at + ahead - current.size());
        }
        touchedOrdinal = current.ordinal();
        touchedFrom = at;
    }

    private void recycle() {
        while (true) {
            @Nullable SpoolSegment segment;
            boolean wanted;
            synchronized (lock) {
                segment = retired.poll();
                wanted = spares.size() < SPARES && segment != null && directory.standard(segment);
            }
            if (segment == null) {
                return;
            }
            segment.forgetForced();
            if (wanted) {
                synchronized (lock) {
                    spares.add(segment);
                }
            } else {
                directory.delete(segment);
            }
        }
    }

    private void prepare(long millis) {
        // The clock may jump back.
        while (millis >= retryAt || retryAt - millis > RETRY_MILLIS) {
            int inUse;
            synchronized (lock) {
                inUse = live.size() + spares.size() + retired.size();
                if (closed || spares.size() >= SPARES || inUse >= directory.segments()) {
                    return;
                }
            }
            try {
                SpoolSegment made = directory.create(inUse);
                synchronized (lock) {
                    spares.add(made);
                }
            } catch (IOException | RuntimeException e) {
                failures.incrementAndGet();
                retryAt = millis + RETRY_MILLIS;
            }
        }
    }

    /** The oldest records that are not acknowledged, at the most so many bytes but one record at least. */
    Optional<Slice> read(int mostBytes) throws IOException {
        retire();
        return slice(cursor.position(), mostBytes);
    }

    /** Those behind {@code slice}, which was read but may not be acknowledged yet. */
    Optional<Slice> readAfter(Slice slice, int mostBytes) {
        return slice(slice.end(slice.batch().records().size()), mostBytes);
    }

    private Optional<Slice> slice(Position from, int mostBytes) {
        SpoolSegment segment = null;
        boolean newest = false;
        synchronized (lock) {
            for (SpoolSegment each : live) {
                if (each.ordinal() >= from.ordinal() && start(each, from) < each.written()) {
                    segment = each;
                    newest = each == active;
                    break;
                }
            }
        }
        return segment == null
                ? Optional.empty()
                : Optional.of(Slice.of(segment, start(segment, from), mostBytes, newest));
    }

    /** The records of {@code slice}, the oldest of those that were read, are in the log up to that number. */
    void acknowledge(Slice slice, long throughSeq) throws IOException {
        int count = (int) Math.min(
                slice.batch().records().size(), throughSeq - slice.batch().firstSeq() + 1);
        if (count <= 0) {
            return;
        }
        cursor.advance(slice.end(count));
        long bytes = slice.bytes(count);
        synchronized (lock) {
            acknowledged += count;
            backlogBytes -= bytes;
        }
        retire();
    }

    /** Gives back the segments that are acknowledged to their end. */
    private void retire() throws IOException {
        while (true) {
            SpoolSegment oldest;
            synchronized (lock) {
                oldest = live.getFirst();
                if (oldest == active || start(oldest, cursor.position()) < oldest.written()) {
                    return;
                }
            }
            cursor.advance(new Position(oldest.ordinal() + 1, 0));
            synchronized (lock) {
                retired.add(live.removeFirst());
            }
        }
    }

    Counts counts() {
        synchronized (lock) {
            return new Counts(appended, recovered, dropped, acknowledged, backlogBytes, failures.get());
        }
    }

    String edge() {
        return edge;
    }

    long epoch() {
        return epoch;
    }

    /** Takes no more, brings all to the disk, leaves the directory; only when no other thread tends or reads. */
    @Override
    public void close() throws IOException {
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            if (gapFrom > 0) {
                // It goes into what every segment keeps for it.
                writeGap(gap, gapFrom, next - 1, gapMillis);
                gap.number(next);
                endGap(active);
            }
        }
        try {
            live.forEach(SpoolSegment::force);
            cursor.force();
        } finally {
            cursor.close();
            spares.forEach(directory::delete);
            retired.forEach(directory::delete);
            directory.close();
        }
    }
}
