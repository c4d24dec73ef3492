package dev.weir.cache;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** The scripts that run inside Redis, each one atomic; their comments say what they take and give. */
enum RedisScript {
    LIFE,
    LOOKUP,
    LEASES,
    STORE,
    PURGE,
    COUNT,
    SINCE;

    private final String source = read("common") + read(name().toLowerCase(Locale.ROOT));
    private final String sha1 = sha1(source);

    String source() {
        return source;
    }

    /** The name under which Redis keeps it. */
    String sha1() {
        return sha1;
    }

    private static String read(String name) {
        try (InputStream in = RedisScript.class.getResourceAsStream(name + ".lua")) {
            if (in == null) {
                throw new IllegalStateException(name + ".lua: missing (expected: beside its class)");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha1(String source) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            return HexFormat.of().formatHex(sha1.digest(source.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-1: missing (expected: in every JDK)", e);
        }
    }
}
