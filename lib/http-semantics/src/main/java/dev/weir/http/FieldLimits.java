package dev.weir.http;

/**
 * How much a field section may hold.
 *
 * @param maxLines field lines
 * @param maxBytes octets of all names and values, and 4 more a line for what separates them
 */
public record FieldLimits(int maxLines, int maxBytes) {
    /** Checks that both are positive. */
    public FieldLimits {
        if (maxLines < 1 || maxBytes < 1) {
            throw new IllegalArgumentException("limits: " + maxLines + ", " + maxBytes + " (expected: at least 1)");
        }
    }
}
