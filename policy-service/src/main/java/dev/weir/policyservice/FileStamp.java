package dev.weir.policyservice;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * What tells one state of a file from another without reading it: where the name leads through all links, which file
 * lies there, its size and time. A file is replaced in place, by a rename, or by a link to a directory being swapped
 * (as a ConfigMap's is): each changes the stamp.
 */
record FileStamp(String real, String key, Instant modified, long size) {
    private static final FileStamp ABSENT = new FileStamp("", "", Instant.EPOCH, -1);

    /** File systems' clocks are coarse: within this time two writes may leave the same stamp. */
    private static final Duration COARSENESS = Duration.ofSeconds(1);

    private static final Duration LONGEST_READING = Duration.ofMinutes(1);

    /** The stamps of these files now. */
    static Map<Path, FileStamp> of(Collection<Path> files) {
        Map<Path, FileStamp> stamps = new TreeMap<>();
        for (Path file : files) {
            stamps.put(file, of(file));
        }
        return stamps;
    }

    private static FileStamp of(Path file) {
        try {
            Path real = file.toRealPath();
            BasicFileAttributes attributes = Files.readAttributes(real, BasicFileAttributes.class);
            return new FileStamp(
                    real.toString(),
                    String.valueOf(attributes.fileKey()),
                    attributes.lastModifiedTime().toInstant(),
                    attributes.size());
        } catch (IOException e) {
            return ABSENT;
        }
    }

    /**
     * Whether a file with this stamp, read at {@code readAt}, may have been written again without showing it. A time
     * far ahead was set by hand: a write would change it.
     */
    boolean mayHideAWrite(Instant readAt) {
        return !equals(ABSENT)
                && modified.plus(COARSENESS).isAfter(readAt)
                && modified.isBefore(readAt.plus(LONGEST_READING));
    }
}
