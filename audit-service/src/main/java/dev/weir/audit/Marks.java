package dev.weir.audit;

import dev.weir.contracts.audit.AuditBatch;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Up to which number the records of every life of every edge are in the store: what is not beyond it is a duplicate.
 * Written now and then to a small file together with the place in the store up to which they count; lines behind that
 * place are read again at the start.
 *
 * <p>Lives on the writing thread.
 */
final class Marks {
    /** One life of one edge's spool; the epoch in hexadecimal. */
    record Source(String edge, String epoch) {
        static Source of(AuditBatch batch) {
            return new Source(batch.edge(), Long.toHexString(batch.epoch()));
        }
    }

    /** A number, and when it was set, since 1970. */
    record Mark(long seq, long millis) {}

    /** More lives than these are not remembered; the ones longest silent are forgotten. */
    static final int MOST = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(Marks.class);

    private final Map<Source, Mark> bySource = new HashMap<>();

    /** The last number that is kept; 0 if none is. */
    long of(Source source) {
        Mark mark = bySource.get(source);
        return mark == null ? 0 : mark.seq();
    }

    /** Moves a mark on, never back. */
    void advance(Source source, long seq, long millis) {
        if (seq > of(source)) {
            bySource.put(source, new Mark(seq, millis));
            if (bySource.size() > MOST) {
                bySource.entrySet().stream()
                        .min(Comparator.comparingLong(each -> each.getValue().millis()))
                        .map(Map.Entry::getKey)
                        .ifPresent(bySource::remove);
            }
        }
    }

    /** What a line that is in the store says. */
    void advance(LineHead line, long millis) {
        if (!line.edge().isEmpty()) {
            advance(
                    new Source(line.edge(), line.epoch()),
                    line.isGap() ? Math.max(line.b(), line.seq()) : line.seq(),
                    millis);
        }
    }

    int size() {
        return bySource.size();
    }

    /** Writes all to {@code file}, whole or not at all, and to the disk; they count up to {@code place}. */
    void write(Path file, Place place) throws IOException {
        JsonArray marks = new JsonArray();
        bySource.forEach((source, mark) -> marks.add(new JsonArray()
                .add(source.edge())
                .add(source.epoch())
                .add(mark.seq())
                .add(mark.millis())));
        JsonObject all = new JsonObject()
                .put("segment", place.segment())
                .put("offset", place.offset())
                .put("marks", marks);
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try (FileChannel channel = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(all.encode().getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                int written = channel.write(bytes);
                assert written >= 0;
            }
            channel.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Reads what was written; the place up to which it counts, or empty if there is nothing that can be used. */
    Optional<Place> read(Path file) throws IOException {
        try {
            JsonObject all = new JsonObject(Files.readString(file));
            Map<Source, Mark> read = new HashMap<>();
            for (Object each : all.getJsonArray("marks")) {
                JsonArray mark = (JsonArray) each;
                read.put(new Source(mark.getString(0), mark.getString(1)), new Mark(mark.getLong(2), mark.getLong(3)));
            }
            Place place = new Place(all.getLong("segment"), all.getLong("offset"));
            bySource.putAll(read);
            return Optional.of(place);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (CharacterCodingException
                | DecodeException
                | ClassCastException
                | NullPointerException
                | IndexOutOfBoundsException e) {
            LOG.warn("{} can't be read, all segments are: {}", file, e.toString());
            return Optional.empty();
        }
    }
}
