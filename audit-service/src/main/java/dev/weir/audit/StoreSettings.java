package dev.weir.audit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Where and how much is kept.
 *
 * @param directory of this service alone
 * @param rotateBytes size at which a segment is closed
 * @param rotateAge age at which a segment is closed
 * @param retentionBytes size of all segments beyond which the oldest are deleted
 * @param retentionAge since its last record, after which a closed segment is deleted
 * @param copies files that are written every record, too
 */
record StoreSettings(
        Path directory,
        long rotateBytes,
        Duration rotateAge,
        long retentionBytes,
        Duration retentionAge,
        List<Path> copies) {
    StoreSettings {
        copies = List.copyOf(copies);
    }
}
