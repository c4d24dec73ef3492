package dev.weir.edge.log;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What tests do with spools: append ids, read all that is there. */
final class Spooled {
    static final int SEGMENT = 64 << 10;

    private Spooled() {}

    static SpoolSettings settings(Path directory, int segments) {
        return new SpoolSettings(directory, (long) segments * SEGMENT, SEGMENT);
    }

    static long append(AuditSpool spool, String id) {
        JsonLine line = new JsonLine(spool.edge(), spool.epoch());
        record(id).writeTo(line);
        return spool.append(line, 1000);
    }

    static AuditRecord record(String id) {
        return new AuditRecord(AuditRecord.Kind.EXCHANGE, 1000)
                .requestId(id)
                .path("/some/path/of/a/usual/length")
                .userAgent("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)");
    }

    /** Reads and acknowledges all. */
    static List<JsonObject> take(AuditSpool spool) throws IOException {
        List<JsonObject> taken = new ArrayList<>();
        for (Optional<Slice> slice = spool.read(4096); slice.isPresent(); slice = spool.read(4096)) {
            slice.get().batch().records().forEach(each -> taken.add(new JsonObject(each)));
            spool.acknowledge(slice.get(), slice.get().lastSeq());
        }
        return taken;
    }

    static List<String> ids(List<JsonObject> records) {
        return records.stream().map(each -> each.getString("request_id")).toList();
    }
}
