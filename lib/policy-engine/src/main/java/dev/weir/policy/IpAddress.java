package dev.weir.policy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * An IP address as two numbers; IPv4 is held as its IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2), so that a client that
 * came over either kind of socket is the same client.
 */
public record IpAddress(long high, long low) {
    private static final long MAPPED = 0x0000_ffff_0000_0000L;

    /** The address of {@code address}; a scope is left out. */
    public static IpAddress of(InetAddress address) {
        return ofBytes(address.getAddress());
    }

    /** An address literal, never a name: nothing is looked up. Square brackets are not part of it. */
    public static Optional<IpAddress> parse(String literal) {
        return literal.indexOf(':') >= 0 ? parseVersion6(literal) : parseVersion4(literal);
    }

    /** Whether this is an IPv4 address. */
    public boolean isVersion4() {
        return high == 0 && (low & 0xffff_ffff_0000_0000L) == MAPPED;
    }

    private static IpAddress ofBytes(byte[] bytes) {
        return bytes.length == 4
                ? new IpAddress(0, MAPPED | number(bytes, 0, 4))
                : new IpAddress(number(bytes, 0, 8), number(bytes, 8, 16));
    }

    private static long number(byte[] bytes, int from, int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            value = value << 8 | (bytes[i] & 0xff);
        }
        return value;
    }

    private static Optional<IpAddress> parseVersion4(String literal) {
        long value = 0;
        int octets = 0;
        int at = 0;
        while (at <= literal.length() && octets < 4) {
            int end = literal.indexOf('.', at);
            end = end < 0 ? literal.length() : end;
            int octet = octet(literal, at, end);
            if (octet < 0) {
                return Optional.empty();
            }
            value = value << 8 | octet;
            octets++;
            at = end + 1;
        }
        return octets == 4 && at == literal.length() + 1
                ? Optional.of(new IpAddress(0, MAPPED | value))
                : Optional.empty();
    }

    /** The number from 0 to 255 at {@code from..to}, or -1; a leading zero is refused, as some read it as octal. */
    private static int octet(String text, int from, int to) {
        if (to == from || to - from > 3 || (to - from > 1 && text.charAt(from) == '0')) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value > 255 ? -1 : value;
    }

    private static Optional<IpAddress> parseVersion6(String literal) {
        if (literal.charAt(0) == '.') {
            return Optional.empty();
        }
        for (int i = 0; i < literal.length(); i++) {
            char c = literal.charAt(i);
            if (c > 0x7f || (Character.digit(c, 16) < 0 && c != ':' && c != '.')) {
                return Optional.empty();
            }
        }
        try {
            // A text with a colon and a leading digit or colon is read as a literal, never resolved.
            return Optional.of(of(InetAddress.getByName(literal)));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    /** The usual text of the address (RFC 5952 but for the zeros, which are written out). */
    @Override
    public String toString() {
        if (isVersion4()) {
            return (low >>> 24 & 0xff) + "." + (low >>> 16 & 0xff) + "." + (low >>> 8 & 0xff) + "." + (low & 0xff);
        }
        StringBuilder text = new StringBuilder(39);
        for (int shift = 48; shift >= 0; shift -= 16) {
            text.append(Long.toHexString(high >>> shift & 0xffff)).append(':');
        }
        for (int shift = 48; shift >= 0; shift -= 16) {
            text.append(Long.toHexString(low >>> shift & 0xffff)).append(shift == 0 ? "" : ":");
        }
        return text.toString();
    }
}
