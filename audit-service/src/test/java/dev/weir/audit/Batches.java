package dev.weir.audit;

import dev.weir.contracts.audit.AuditBatch;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Batches as edges send them, and what is in the store then. */
final class Batches {
    private Batches() {}

    /** Records {@code from} to {@code to} of the edge's life. */
    static AuditBatch batch(String edge, long epoch, long from, long to) {
        return new AuditBatch(
                edge,
                epoch,
                from,
                LongStream.rangeClosed(from, to)
                        .mapToObj(seq -> record(edge, epoch, seq).toBuffer())
                        .toList());
    }

    static AuditBatch of(String edge, long epoch, long from, String... records) {
        return new AuditBatch(
                edge, epoch, from, Stream.of(records).map(Buffer::buffer).toList());
    }

    static JsonObject record(String edge, long epoch, long seq) {
        return new JsonObject()
                .put("edge", edge)
                .put("epoch", Long.toHexString(epoch))
                .put("seq", seq)
                .put("time", StoreWriter.time(seq * 1000))
                .put("kind", "exchange")
                .put("request_id", edge + "-" + seq);
    }

    static StoreSettings settings(Path directory) {
        return new StoreSettings(directory, 64 << 10, Duration.ofDays(1), 1L << 30, Duration.ofDays(90), List.of());
    }

    /** All lines of the store, in order. */
    static List<JsonObject> lines(Path directory) throws IOException {
        List<JsonObject> lines = new ArrayList<>();
        Segments segments = new Segments(directory);
        for (long number : segments.numbers()) {
            Files.readAllLines(segments.file(number)).forEach(each -> lines.add(new JsonObject(each)));
        }
        return lines;
    }

    /** {@code edge:seq} of records, {@code edge:a..b} of gaps. */
    static List<String> told(Path directory) throws IOException {
        return lines(directory).stream()
                .map(each -> each.getString("edge") + ":"
                        + (each.containsKey("seq")
                                ? each.getLong("seq").toString()
                                : each.getLong("a") + ".." + each.getLong("b")))
                .toList();
    }
}
