package dev.weir.http;

import java.util.Optional;

/**
 * A host and maybe a port: what stands in Host, {@code :authority} and an absolute target (RFC 9110 §4.2, §7.2). Read
 * more strictly than the grammar of RFC 3986 where software is known to disagree on the meaning: no user information, no
 * percent-encoding, no sub-delimiters, no zero port, no number with a leading zero, and a host whose last label is a
 * number must be four decimal octets. An empty port is none (RFC 9110 §4.2.3).
 *
 * @param host lower case: a name, an IPv4 address, or an IPv6 address in brackets
 * @param port 1 to 65535, or {@link #NO_PORT}
 */
public record Authority(String host, int port) {
    /** The port of an authority that names none. */
    public static final int NO_PORT = -1;

    private static final int LONGEST_HOST = 255;

    /** Checks the range of the port only; {@link #parse} checks the host. */
    public Authority {
        if (port != NO_PORT && (port < 1 || port > 65535)) {
            throw new IllegalArgumentException("port: " + port + " (expected: 1-65535 or NO_PORT)");
        }
    }

    /** The authority that {@code text} writes; empty if it isn't exactly {@code host[:[port]]}. */
    public static Optional<Authority> parse(String text) {
        int hostEnd = hostEnd(text);
        if (hostEnd <= 0) {
            return Optional.empty();
        }
        int port = NO_PORT;
        if (hostEnd + 1 < text.length()) {
            port = port(text, hostEnd);
            if (port == 0) {
                return Optional.empty();
            }
        }
        String host = lowerCase(text, hostEnd);
        boolean valid = host.charAt(0) == '[' ? IpLiteral.isIpv6(host.substring(1, host.length() - 1)) : isName(host);
        return valid ? Optional.of(new Authority(host, port)) : Optional.empty();
    }

    /** The port, or the scheme's default: 443 for {@code https}, else 80. */
    public int effectivePort(String scheme) {
        return port == NO_PORT ? defaultPort(scheme) : port;
    }

    /** This authority without a port that is the scheme's default (RFC 9110 §4.2.3). */
    public Authority withoutDefaultPort(String scheme) {
        return port == defaultPort(scheme) ? new Authority(host, NO_PORT) : this;
    }

    /** Whether {@code other} names the same host and, with the scheme's default, the same port. */
    public boolean sameAs(Authority other, String scheme) {
        return host.equals(other.host) && effectivePort(scheme) == other.effectivePort(scheme);
    }

    /** The host as one dials it: an IPv6 address without its brackets. */
    public String dialHost() {
        return host.charAt(0) == '[' ? host.substring(1, host.length() - 1) : host;
    }

    /** Whether the host is an IPv4 or IPv6 address and not a name. */
    public boolean isAddress() {
        return host.charAt(0) == '[' || IpLiteral.isIpv4(host);
    }

    /** The default port of a scheme: 443 for {@code https}, else 80. */
    public static int defaultPort(String scheme) {
        return scheme.equals("https") ? 443 : 80;
    }

    /** {@code host} or {@code host:port}. */
    @Override
    public String toString() {
        return port == NO_PORT ? host : host + ':' + port;
    }

    /** The index behind the host, 0 or less if there is no host. */
    private static int hostEnd(String text) {
        if (!text.isEmpty() && text.charAt(0) == '[') {
            int end = text.indexOf(']') + 1;
            return end == text.length() || (end > 0 && text.charAt(end) == ':') ? end : 0;
        }
        int colon = text.indexOf(':');
        return colon < 0 ? text.length() : colon;
    }

    /** The port behind the colon at {@code colon}, 0 if invalid. */
    private static int port(String text, int colon) {
        int digits = text.length() - colon - 1;
        if (digits < 1 || digits > 5 || text.charAt(colon + 1) == '0') {
            return 0;
        }
        int port = 0;
        for (int i = colon + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!IpLiteral.isDigit(c)) {
                return 0;
            }
            port = port * 10 + c - '0';
        }
        return port > 65535 ? 0 : port;
    }

    private static boolean isName(String host) {
        if (host.length() > LONGEST_HOST) {
            return false;
        }
        int labelStart = 0;
        int lastLabel = 0;
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c == '.') {
                if (i == labelStart) {
                    return false;
                }
                labelStart = i + 1;
                if (labelStart < host.length()) {
                    lastLabel = labelStart;
                }
            } else if (!((c >= 'a' && c <= 'z') || IpLiteral.isDigit(c) || c == '-' || c == '_' || c == '~')) {
                return false;
            }
        }
        return !isNumber(host, lastLabel) || IpLiteral.isIpv4(host);
    }

    /** Whether the label from {@code start} is what some resolvers read as a number: digits, or 0x and hex digits. */
    private static boolean isNumber(String host, int start) {
        int end = host.charAt(host.length() - 1) == '.' ? host.length() - 1 : host.length();
        boolean hex = host.startsWith("0x", start);
        for (int i = hex ? start + 2 : start; i < end; i++) {
            char c = host.charAt(i);
            if (hex ? IpLiteral.hex(c) < 0 : !IpLiteral.isDigit(c)) {
                return false;
            }
        }
        return true;
    }

    private static String lowerCase(String text, int end) {
        int i = 0;
        while (i < end && !(text.charAt(i) >= 'A' && text.charAt(i) <= 'Z')) {
            i++;
        }
        if (i == end) {
            return text.substring(0, end);
        }
        char[] lower = new char[end];
        for (int k = 0; k < end; k++) {
            char c = text.charAt(k);
            lower[k] = c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
        }
        return new String(lower);
    }
}
