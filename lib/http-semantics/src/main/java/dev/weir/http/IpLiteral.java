package dev.weir.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;

/**
 * IP addresses written as text (RFC 3986 §3.2.2): read strictly and never by asking a resolver. No leading zeros in
 * IPv4, no zone identifiers in IPv6.
 */
public final class IpLiteral {
    private static final byte[] NONE = new byte[0];

    private IpLiteral() {}

    /** The address that {@code text} writes; IPv6 without brackets. An IPv4-mapped address comes back as IPv4. */
    public static Optional<InetAddress> parse(String text) {
        byte[] address = text.indexOf(':') >= 0 ? ipv6(text) : ipv4(text, 0, text.length());
        if (address.length == 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByAddress(address));
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("address: " + address.length + " bytes (expected: 4 or 16)", impossible);
        }
    }

    /** {@code address} as text: IPv6 shortened as RFC 5952 §4 says, without brackets and zone. */
    public static String format(InetAddress address) {
        byte[] octets = address.getAddress();
        if (octets.length == 4) {
            return address.getHostAddress();
        }
        int gap = -1;
        int gapLength = 1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && octets[2 * end] == 0 && octets[2 * end + 1] == 0) {
                end++;
            }
            if (end - i > gapLength) {
                gap = i;
                gapLength = end - i;
            }
            i = Math.max(i, end - 1);
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < 8; i++) {
            if (i == gap) {
                text.append("::");
                i += gapLength - 1;
                continue;
            }
            if (i > 0 && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(((octets[2 * i] & 0xff) << 8) | (octets[2 * i + 1] & 0xff)));
        }
        return text.toString();
    }

    static boolean isIpv4(String text) {
        return ipv4(text, 0, text.length()).length == 4;
    }

    static boolean isIpv6(String text) {
        return ipv6(text).length == 16;
    }

    private static byte[] ipv4(String text, int from, int to) {
        if (to - from < 7 || to - from > 15) {
            return NONE;
        }
        byte[] address = new byte[4];
        int at = from;
        for (int part = 0; part < 4; part++) {
            if (part > 0 && (at >= to || text.charAt(at++) != '.')) {
                return NONE;
            }
            int start = at;
            int value = 0;
            while (at < to && at - start < 3 && isDigit(text.charAt(at))) {
                value = value * 10 + text.charAt(at++) - '0';
            }
            if (at == start || value > 255 || (at - start > 1 && text.charAt(start) == '0')) {
                return NONE;
            }
            address[part] = (byte) value;
        }
        return at == to ? address : NONE;
    }

    private static byte[] ipv6(String text) {
        int length = text.length();
        if (length < 2 || length > 45) {
            return NONE;
        }
        byte[] address = new byte[16];
        int filled = 0;
        int gap = -1;
        int at = 0;
        if (text.charAt(0) == ':') {
            if (text.charAt(1) != ':') {
                return NONE;
            }
            gap = 0;
            at = 2;
        }
        while (at < length) {
            int end = at;
            int group = 0;
            while (end < length && end - at < 5 && hex(text.charAt(end)) >= 0) {
                group = (group << 4) | hex(text.charAt(end));
                end++;
            }
            if (end < length && text.charAt(end) == '.') {
                byte[] tail = ipv4(text, at, length);
                if (tail.length == 0 || filled > 12) {
                    return NONE;
                }
                System.arraycopy(tail, 0, address, filled, 4);
                filled += 4;
                at = length;
                break;
            }
            if (end == at || end - at > 4 || filled > 14) {
                return NONE;
            }
            address[filled++] = (byte) (group >> 8);
            address[filled++] = (byte) group;
            at = end;
            if (at == length) {
                break;
            }
            if (text.charAt(at++) != ':' || at == length) {
                return NONE;
            }
            if (text.charAt(at) == ':') {
                if (gap >= 0) {
                    return NONE;
                }
                gap = filled;
                at++;
            }
        }
        if (gap < 0) {
            return filled == 16 ? address : NONE;
        }
        if (filled > 14) {
            return NONE;
        }
        int tail = filled - gap;
        System.arraycopy(address, gap, address, 16 - tail, tail);
        Arrays.fill(address, gap, 16 - tail, (byte) 0);
        return address;
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** The value of a hexadecimal digit, or -1. */
    static int hex(char c) {
        if (isDigit(c)) {
            return c - '0';
        }
        char lower = (char) (c | 0x20);
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }
}
