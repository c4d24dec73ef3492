package dev.weir.http;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A path as a rule or a route names it: with a slash at the end, it and everything below it; without, exactly it. It is
 * compared in two spellings, decoded and with percent triples, because a reading comes in either. Immutable.
 */
public final class PathPattern {
    private final String decoded;
    private final String encoded;
    private final String lowerDecoded;
    private final String lowerEncoded;

    /** The text in Unicode if it isn't ASCII, where case is more than a bit; else empty. */
    private final String unicode;

    private final boolean below;

    private PathPattern(String decoded) {
        this.decoded = decoded;
        this.encoded = encoded(decoded);
        this.lowerDecoded = lowerCase(decoded);
        this.lowerEncoded = lowerCase(encoded);
        String text = utf8(decoded);
        this.unicode = text.length() == decoded.length() ? "" : text;
        this.below = decoded.endsWith("/");
    }

    /** The pattern that somebody wrote, in whichever spelling. */
    public static PathPattern of(String written) {
        String octets = new String(written.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        return new PathPattern(PathSteps.decoded(octets));
    }

    /** Whether it means this reading of a path. */
    public boolean matches(String reading) {
        return below
                ? reading.startsWith(decoded) || reading.startsWith(encoded)
                : reading.equals(decoded) || reading.equals(encoded);
    }

    /**
     * Whether an origin could take it to mean this reading that has no regard to case, nor perhaps knows UTF-8 from
     * ISO 8859-1.
     */
    public boolean matchesInAnyCase(String reading) {
        return matchesLowerCase(reading, lowerDecoded)
                || matchesLowerCase(reading, lowerEncoded)
                || (!unicode.isEmpty() && (matchesUnicode(utf8(reading)) || matchesUnicode(reading)));
    }

    private boolean matchesLowerCase(String reading, String lower) {
        int length = lower.length();
        if (below ? reading.length() < length : reading.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (lowerCase(reading.charAt(i)) != lower.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private boolean matchesUnicode(String reading) {
        return (below || reading.length() == unicode.length())
                && reading.regionMatches(true, 0, unicode, 0, unicode.length());
    }

    /** With triples for what a URI path may not hold (RFC 3986 §3.3). */
    private static String encoded(String decoded) {
        StringBuilder text = new StringBuilder(decoded.length());
        for (int i = 0; i < decoded.length(); i++) {
            char c = decoded.charAt(i);
            if ((c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || IpLiteral.isDigit(c)
                    || "-._~!$&'()*+,;=:@/".indexOf(c) >= 0) {
                text.append(c);
            } else {
                text.append('%').append(String.format(Locale.ROOT, "%02X", (int) c));
            }
        }
        return text.toString();
    }

    private static String utf8(String octets) {
        return new String(octets.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static String lowerCase(String text) {
        StringBuilder lower = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            lower.append(lowerCase(text.charAt(i)));
        }
        return lower.toString();
    }

    private static char lowerCase(char c) {
        return c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PathPattern pattern && decoded.equals(pattern.decoded);
    }

    @Override
    public int hashCode() {
        return decoded.hashCode();
    }

    /** As it is written in a URI. */
    @Override
    public String toString() {
        return encoded;
    }
}
