package dev.weir.policy;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A path in a rule: with a slash at the end, it and everything below it; without, exactly it. It is compared in two
 * spellings, decoded and with percent triples, because a reading comes in either.
 */
record PathPattern(String decoded, String encoded) {
    /** The pattern that somebody wrote, in whichever spelling. */
    static PathPattern of(String written) {
        StringBuilder octets = new StringBuilder(written.length());
        for (byte octet : written.getBytes(StandardCharsets.UTF_8)) {
            octets.append((char) (octet & 0xff));
        }
        String decoded = PathReadings.decoded(octets.toString());
        return new PathPattern(decoded, encode(decoded));
    }

    boolean matches(String reading) {
        return decoded.endsWith("/")
                ? reading.startsWith(decoded) || reading.startsWith(encoded)
                : reading.equals(decoded) || reading.equals(encoded);
    }

    /** With triples for what a URI path may not hold (RFC 3986 §3.3). */
    private static String encode(String decoded) {
        StringBuilder text = new StringBuilder(decoded.length());
        for (int i = 0; i < decoded.length(); i++) {
            char c = decoded.charAt(i);
            if ((c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || "-._~!$&'()*+,;=:@/".indexOf(c) >= 0) {
                text.append(c);
            } else {
                text.append('%').append(String.format(Locale.ROOT, "%02X", (int) c));
            }
        }
        return text.toString();
    }
}
