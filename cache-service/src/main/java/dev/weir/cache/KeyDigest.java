package dev.weir.cache;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/** A short name for a long key: 128 bits of SHA-256, in 22 characters. What is stored names its key in full. */
final class KeyDigest {
    private static final Base64.Encoder TEXT = Base64.getUrlEncoder().withoutPadding();

    private KeyDigest() {}

    static String of(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return TEXT.encodeToString(Arrays.copyOf(digest, 16));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256: missing (expected: in every JDK)", e);
        }
    }
}
