package dev.weir.edge.log;

import java.nio.file.Path;

/**
 * Where and how much an edge spools.
 *
 * @param directory of this edge alone
 * @param totalBytes the most that its files take; {@code log.spool}, 1 GiB unless told
 * @param segmentBytes size of each file
 */
public record SpoolSettings(Path directory, long totalBytes, int segmentBytes) {
    private static final int LARGEST_SEGMENT = 16 << 20;
    private static final int SMALLEST_SEGMENT = 64 << 10;

    /** Checks the bounds. */
    public SpoolSettings {
        if (segmentBytes < SMALLEST_SEGMENT || segmentBytes % 4096 != 0) {
            throw new IllegalArgumentException("segment: " + segmentBytes + " bytes (expected: pages, 64 KiB or more)");
        }
        if (totalBytes < 4L * segmentBytes) {
            throw new IllegalArgumentException(
                    "spool: " + totalBytes + " bytes (expected: four segments of " + segmentBytes + " bytes or more)");
        }
    }

    /** With segments of 16 MiB, smaller if the whole is less than 64 MiB. */
    public static SpoolSettings of(Path directory, long totalBytes) {
        long quarter = totalBytes / 4 / 4096 * 4096;
        return new SpoolSettings(directory, totalBytes, (int) Math.min(LARGEST_SEGMENT, quarter));
    }

    int segments() {
        return (int) Math.min(4096, totalBytes / segmentBytes);
    }
}
