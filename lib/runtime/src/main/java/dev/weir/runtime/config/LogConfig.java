package dev.weir.runtime.config;

import dev.weir.settings.ByteSize;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The record of what passed.
 *
 * @param durability when a record counts as kept; default batch
 * @param onFull what a full spool does; default drop
 * @param sinks files of audit-service beside its store
 * @param retentionAge after which a closed segment is removed; default 90 d (1 m to 3,650 d)
 * @param retentionSize of the store, beyond which the oldest closed segments are removed; default 50 GiB (1 MiB to 1 PiB)
 * @param rotateSize of a segment; default 256 MiB (64 KiB to 16 GiB)
 * @param rotateAge of a segment; default 24 h (1 s to 30 d)
 * @param spool of an edge, for what is not acknowledged yet; default 1 GiB (1 MiB to 1 TiB)
 */
public record LogConfig(
        Durability durability,
        OnFull onFull,
        List<Sink> sinks,
        Duration retentionAge,
        ByteSize retentionSize,
        ByteSize rotateSize,
        Duration rotateAge,
        ByteSize spool) {
    /**
     * A file that gets every record too.
     *
     * @param file appended to; a relative path lies below the state directory
     * @param format of a line
     */
    public record Sink(Path file, LogFormat format) {}

    /** Copies the list. */
    public LogConfig {
        sinks = List.copyOf(sinks);
    }
}
