package dev.weir.edge.cache;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** What sets the requests of a fetch apart from others for the key, as other nodes are told it. */
final class LeaseGroup {
    private static final int BYTES = 16;

    private LeaseGroup() {}

    /**
     * As others are told it: a digest, as values of fields are nobody's business. Empty where a field is in it that is never
     * told.
     */
    static Optional<String> of(String group) {
        if (group.isEmpty()) {
            return Optional.of("");
        }
        boolean isPrivate = group.lines().anyMatch(line -> SharedTier.isPrivate(line.substring(0, nameLength(line))));
        return isPrivate ? Optional.empty() : Optional.of(digest(group));
    }

    private static int nameLength(String line) {
        int end = line.indexOf('=');
        return end < 0 ? line.length() : end;
    }

    private static String digest(String group) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(group.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(Arrays.copyOf(digest, BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256: missing (expected: in every JDK)", e);
        }
    }
}
