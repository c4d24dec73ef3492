package dev.weir.edge.log;

import dev.weir.contracts.audit.AuditBatch;
import dev.weir.edge.log.SpoolCursor.Position;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.ArrayList;
import java.util.List;

/**
 * Records to ship, copied from the spool all at once.
 *
 * @param batch consecutive records of one segment
 * @param from where it begins
 * @param oldestMillis time of the first
 * @param moreBehind whether more was there already when it was cut
 */
record Slice(AuditBatch batch, Position from, long oldestMillis, boolean moreBehind) {
    /** What {@code segment} holds from there, at the most so many bytes of payload and lengths but one record at least. */
    static Slice of(SpoolSegment segment, int start, int mostBytes, boolean newest) {
        int written = segment.written();
        long firstSeq = segment.seq(start);
        int count = 0;
        int bytes = 0;
        int end = start;
        while (end < written && segment.seq(end) == firstSeq + count) {
            int length = segment.length(end);
            if (count > 0 && bytes + length + (count + 1) * Integer.BYTES > mostBytes) {
                break;
            }
            bytes += length;
            count++;
            end = segment.next(end);
        }
        List<Buffer> records = records(segment, start, count, bytes);
        AuditBatch batch = new AuditBatch(segment.edge(), segment.epoch(), firstSeq, records);
        return new Slice(
                batch, new Position(segment.ordinal(), start), segment.millis(start), end < written || !newest);
    }

    private static List<Buffer> records(SpoolSegment segment, int start, int count, int bytes) {
        byte[] all = new byte[bytes];
        Buffer shared = BufferInternal.buffer(Unpooled.wrappedBuffer(all));
        List<Buffer> records = new ArrayList<>(count);
        int at = start;
        int filled = 0;
        for (int i = 0; i < count; i++) {
            int length = segment.length(at);
            segment.payload(at, all, filled);
            records.add(shared.slice(filled, filled + length));
            filled += length;
            at = segment.next(at);
        }
        return records;
    }

    /** Number of the last record. */
    long lastSeq() {
        return batch.firstSeq() + batch.records().size() - 1;
    }

    /** Where the first so many records end. */
    Position end(int count) {
        int offset = from.offset();
        for (Buffer each : batch.records().subList(0, count)) {
            offset += SpoolSegment.room(each.length());
        }
        return new Position(from.ordinal(), offset);
    }

    /** Payload of the first so many records. */
    long bytes(int count) {
        long bytes = 0;
        for (Buffer each : batch.records().subList(0, count)) {
            bytes += each.length();
        }
        return bytes;
    }

    /** Whether the numbers go on here where {@code before} ends. */
    boolean follows(Slice before) {
        AuditBatch earlier = before.batch();
        return batch.epoch() == earlier.epoch()
                && batch.edge().equals(earlier.edge())
                && batch.firstSeq() == before.lastSeq() + 1;
    }
}
