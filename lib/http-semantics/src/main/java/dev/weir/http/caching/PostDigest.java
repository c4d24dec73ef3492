package dev.weir.http.caching;

import dev.weir.http.HeaderFields;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the content of a POST is told from any other by: its octets, and what is said of it, which is all fields whose names
 * begin with {@code Content-} (RFC 9110 §8) but its length. For one content, used once.
 */
public final class PostDigest {
    private static final String OF_CONTENT = "content-";

    private final MessageDigest digest;

    private PostDigest(MessageDigest digest) {
        this.digest = digest;
    }

    /** Of the content of a request with these fields, of which no octet has come. */
    public static PostDigest of(HeaderFields request) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(said(request).getBytes(StandardCharsets.UTF_8));
            return new PostDigest(digest);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("SHA-256 is in every JDK", missing);
        }
    }

    /** The next octets have come. */
    public void update(byte[] octets) {
        digest.update(octets);
    }

    /** All have come: SHA-256 in hexadecimal. */
    public String end() {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** No field holds a line feed: where one ends and where the content begins is certain. */
    private static String said(HeaderFields request) {
        Map<String, String> said = new TreeMap<>();
        for (int i = 0; i < request.size(); i++) {
            String name = request.name(i).toLowerCase(Locale.ROOT);
            if (name.startsWith(OF_CONTENT) && !name.equals("content-length")) {
                said.merge(name, request.value(i), (one, next) -> one + ", " + next);
            }
        }
        StringBuilder text = new StringBuilder();
        said.forEach(
                (name, value) -> text.append(name).append('=').append(value).append('\n'));
        return text.append('\n').toString();
    }
}
