package dev.weir.audit;

import dev.weir.audit.Marks.Source;
import dev.weir.contracts.audit.AuditAck;
import dev.weir.contracts.audit.AuditBatch;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends groups of batches to the newest segment: all of a group is on the disk, or none of it counts. After a failure
 * the file is opened anew and cut to what had been synced before anything else is written, so that a record that was not
 * acknowledged can't stand there twice.
 *
 * <p>Lives on the writing thread.
 */
final class StoreWriter implements Closeable {
    /** A longer record could not be given back in a page. */
    static final int LONGEST_RECORD = 32 * 1024;

    private static final Set<OpenOption> APPENDED = Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final Logger LOG = LoggerFactory.getLogger(StoreWriter.class);
    private static final long MARKS_EACH_BYTES = 8L << 20;
    private static final int SHOWN_OF_UNREADABLE = 1024;

    /** What a group would change; dropped if it fails. */
    private static final class Staged {
        final Map<Source, Long> marks = new HashMap<>();
        long appended;
        long duplicates;
        long gaps;
        long unreadable;
    }

    /** Writes to sinks that failed; records appended, known already, missing stretches, records that were no JSON. */
    record Numbers(long copyFailures, long appended, long duplicates, long gaps, long unreadable) {}

    private final StoreSettings settings;
    private final Segments segments;
    private final Marks marks = new Marks();
    private final StagedLines lines = new StagedLines();
    private @Nullable FileChannel channel;
    private long segment;
    private long length;
    private long begunMillis;
    private long lengthAtMarks;
    private long copyFailures;
    private volatile Place synced;
    private volatile Numbers numbers = new Numbers(0, 0, 0, 0, 0);

    /** Opens the directory and finds out what is there; blocks the thread. */
    StoreWriter(StoreSettings settings, Segments segments, long millis) throws IOException {
        this.settings = settings;
        this.segments = segments;
        this.begunMillis = millis;
        Place counted = marks.read(segments.marks()).orElse(new Place(0, 0));
        segment = Math.max(1, counted.segment());
        for (long number : segments.numbers()) {
            if (number >= counted.segment()) {
                length = recover(number, number == counted.segment() ? counted.offset() : 0, millis);
                segment = number;
            }
        }
        synced = new Place(segment, length);
        FileChannel opened = open();
        channel = opened;
        segments.syncNames();
    }

    /** Reads the lines behind {@code from}; up to where they hold. */
    private long recover(long number, long from, long millis) throws IOException {
        try (FileChannel file = FileChannel.open(segments.file(number), StandardOpenOption.READ)) {
            long size = file.size();
            long good = Math.min(from, size);
            Lines lines = new Lines(file, good, size);
            while (lines.next()) {
                Optional<LineHead> line = LineHead.of(lines.bytes(), lines.start(), lines.length());
                if (line.isPresent()) {
                    marks.advance(line.get(), millis);
                    good = lines.end();
                }
            }
            if (good < size) {
                LOG.warn(
                        "{}: {} bytes behind the last whole line",
                        segments.file(number).getFileName(),
                        size - good);
            }
            return good;
        }
    }

    /**
     * Appends what is new of these, and syncs.
     *
     * @return an acknowledgement for each, in order
     * @throws IOException if nothing of them counts
     */
    List<AuditAck> write(List<AuditBatch> group, long millis) throws IOException {
        lines.clear();
        Staged staged = new Staged();
        List<AuditAck> acks = new ArrayList<>(group.size());
        for (AuditBatch batch : group) {
            acks.add(stage(batch, staged, millis));
        }
        if (lines.size() > 0) {
            append(lines.bytes(), millis);
        }
        staged.marks.forEach((source, seq) -> marks.advance(source, seq, millis));
        Numbers before = numbers;
        numbers = new Numbers(
                copyFailures,
                before.appended() + staged.appended,
                before.duplicates() + staged.duplicates,
                before.gaps() + staged.gaps,
                before.unreadable() + staged.unreadable);
        return acks;
    }

    private AuditAck stage(AuditBatch batch, Staged staged, long millis) {
        Source source = Source.of(batch);
        long mark = staged.marks.getOrDefault(source, marks.of(source));
        long last = batch.firstSeq() + batch.records().size() - 1;
        for (int i = 0; i < batch.records().size(); i++) {
            long seq = batch.firstSeq() + i;
            if (seq <= mark) {
                staged.duplicates++;
                continue;
            }
            Buffer record = batch.records().get(i);
            int at = lines.add(record);
            Optional<LineHead> head = head(at, record.length(), source, seq);
            if (seq > mark + 1 || head.isEmpty()) {
                lines.cut(at);
                stageGap(source, mark + 1, missingThrough(seq, head), staged, millis);
                at = lines.add(head.isPresent() ? record : unreadable(source, seq, record.getBytes(), millis));
                staged.unreadable += head.isPresent() ? 0 : 1;
            }
            staged.appended++;
            mark = seq;
        }
        staged.marks.put(source, mark);
        return new AuditAck(batch.edge(), batch.epoch(), last);
    }

    private Optional<LineHead> head(int at, int length, Source source, long seq) {
        if (length > LONGEST_RECORD || lines.hasControls(at, length)) {
            return Optional.empty();
        }
        return LineHead.of(lines.array(), at, length)
                .filter(head -> head.seq() == seq
                        && head.edge().equals(source.edge())
                        && head.epoch().equals(source.epoch()));
    }

    /** An edge that dropped records says so itself in the first that follows. */
    private static long missingThrough(long seq, Optional<LineHead> head) {
        return head.filter(told -> told.isGap() && told.b() == seq - 1)
                .map(told -> told.a() - 1)
                .orElse(seq - 1);
    }

    private void stageGap(Source source, long from, long through, Staged staged, long millis) {
        if (from <= through) {
            staged.gaps++;
            JsonObject gap = new JsonObject()
                    .put("time", time(millis))
                    .put("kind", "gap")
                    .put("edge", source.edge())
                    .put("epoch", source.epoch())
                    .put("a", from)
                    .put("b", through);
            int at = lines.add(gap.toBuffer());
            assert at >= 0;
        }
    }

    private static Buffer unreadable(Source source, long seq, byte[] record, long millis) {
        int shown = Math.min(record.length, SHOWN_OF_UNREADABLE);
        return new JsonObject()
                .put("edge", source.edge())
                .put("epoch", source.epoch())
                .put("seq", seq)
                .put("time", time(millis))
                .put("kind", "unreadable")
                .put("bytes", record.length)
                .put("record", new String(record, 0, shown, StandardCharsets.UTF_8))
                .toBuffer();
    }

    /** As edges write it, so that times compare as text. */
    static String time(long millis) {
        Instant time = Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.MILLIS);
        String text = time.toString();
        return text.length() == 24 ? text : text.substring(0, 19) + ".000Z";
    }

    private void append(ByteBuffer bytes, long millis) throws IOException {
        boolean done = false;
        try {
            FileChannel file = channel == null ? reopen() : channel;
            if (length > 0 && rotationDue(millis)) {
                file = rotate(millis);
            }
            writeAll(file, bytes, length);
            file.force(false);
            length += bytes.remaining();
            synced = new Place(segment, length);
            done = true;
        } finally {
            if (!done) {
                release();
            }
        }
        copy(bytes);
    }

    private boolean rotationDue(long millis) {
        return length >= settings.rotateBytes()
                || millis - begunMillis >= settings.rotateAge().toMillis();
    }

    private FileChannel reopen() throws IOException {
        FileChannel file = open();
        channel = file;
        return file;
    }

    private FileChannel open() throws IOException {
        FileChannel file = FileChannel.open(
                segments.file(segment), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            long size = file.size();
            if (size > length) {
                file.truncate(length);
                file.force(true);
            } else if (size < length) {
                LOG.error(
                        "{}: {} bytes (expected: {}): somebody took records that had been synced",
                        segments.file(segment),
                        size,
                        length);
                length = size;
            }
            return file;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private FileChannel rotate(long millis) throws IOException {
        release();
        long closedAt = segment;
        long closedLength = length;
        try {
            segment++;
            length = 0;
            FileChannel file = reopen();
            segments.syncNames();
            begunMillis = millis;
            writeMarks(new Place(closedAt, closedLength));
            return file;
        } catch (IOException e) {
            if (channel == null) {
                segment = closedAt;
                length = closedLength;
            }
            throw e;
        }
    }

    /** Keeps the store within its age and size. */
    int retain(long millis) throws IOException {
        long oldest = millis - settings.retentionAge().toMillis();
        return segments.retain(segment, settings.retentionBytes(), oldest);
    }

    /** Writes the marks if enough came since they were, so that a start reads little. */
    void tend() throws IOException {
        if (length - lengthAtMarks >= MARKS_EACH_BYTES) {
            writeMarks(synced);
        }
    }

    private void writeMarks(Place place) throws IOException {
        marks.write(segments.marks(), place);
        segments.syncNames();
        lengthAtMarks = place.segment() == segment ? place.offset() : 0;
    }

    /** To whoever reads a file that follows: not synced, and a failure there costs nobody an acknowledgement. */
    private void copy(ByteBuffer bytes) {
        for (Path each : settings.copies()) {
            try (FileChannel file = FileChannel.open(each, APPENDED, OWNER_ONLY)) {
                ByteBuffer left = bytes.duplicate();
                while (left.hasRemaining()) {
                    int written = file.write(left);
                    assert written >= 0;
                }
            } catch (IOException e) {
                copyFailures++;
                LOG.warn("sink {}: {}", each, e.toString());
            }
        }
    }

    private static void writeAll(FileChannel file, ByteBuffer bytes, long at) throws IOException {
        ByteBuffer left = bytes.duplicate();
        while (left.hasRemaining()) {
            int written = file.write(left, at + left.position());
            if (written <= 0) {
                throw new IOException("nothing could be written");
            }
        }
    }

    private void release() {
        FileChannel file = channel;
        channel = null;
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                LOG.debug("closing a segment", e);
            }
        }
    }

    /** The last number of that life that is here; 0 if none is. */
    long mark(Source source) {
        return marks.of(source);
    }

    /** Up to where the store may be read; any thread. */
    Place synced() {
        return synced;
    }

    /** Any thread. */
    Numbers numbers() {
        return numbers;
    }

    @Override
    public void close() throws IOException {
        try {
            writeMarks(synced);
        } finally {
            release();
        }
    }
}
