package dev.weir.policyservice;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

/**
 * Says when a set of files is worth reading again: something changed, and has then been left alone from one look to the
 * next, so that a file in the middle of being written is not read. Looks at stamps only. Blocks; for one thread.
 */
final class FileWatch {
    private Map<Path, FileStamp> read = Map.of();
    private Map<Path, FileStamp> seen = Map.of();
    private Set<Path> files = Set.of();
    private Instant readAt = Instant.EPOCH;

    /** Call before reading: changes from now on are changes. */
    void reading(Instant now) {
        read = FileStamp.of(files);
        seen = read;
        readAt = now;
    }

    /** The files to watch from now on. Those that were not watched yet count as read just now. */
    void watch(Collection<Path> paths) {
        files = Set.copyOf(paths);
        Map<Path, FileStamp> stamps = FileStamp.of(files);
        read.forEach(stamps::replace);
        read = stamps;
        seen = stamps;
    }

    /** Whether the files should be read again. */
    boolean isChanged() {
        Map<Path, FileStamp> now = FileStamp.of(files);
        boolean settled = now.equals(seen);
        seen = now;
        if (!settled) {
            return false;
        }
        return !now.equals(read) || now.values().stream().anyMatch(stamp -> stamp.mayHideAWrite(readAt));
    }
}
