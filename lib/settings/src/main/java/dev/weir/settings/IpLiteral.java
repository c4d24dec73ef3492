package dev.weir.settings;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;

/** Literal addresses read strictly and never looked up: dotted quads without leading zeros, IPv6 by RFC 4291 §2.2. */
public final class IpLiteral {
    private IpLiteral() {}

    /** Reads a literal without brackets and without a zone; empty if it is none. IPv4-mapped IPv6 comes out as IPv4. */
    public static Optional<InetAddress> parse(String text) {
        byte[] bytes = text.indexOf(':') >= 0 ? ipv6(text) : ipv4(text);
        if (bytes.length == 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are an address", e);
        }
    }

    /** Whether the last label has digits only, so that the whole can only be meant as an address. */
    static boolean looksNumeric(String host) {
        String last = host.substring(host.lastIndexOf('.') + 1);
        return !last.isEmpty() && last.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** Four bytes, or none if the text is no dotted quad. */
    static byte[] ipv4(String text) {
        byte[] bytes = new byte[4];
        int at = 0;
        for (int i = 0; i < 4; i++) {
            int begin = at;
            int value = 0;
            while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9' && at - begin < 3) {
                value = value * 10 + text.charAt(at++) - '0';
            }
            boolean leadingZero = at - begin > 1 && text.charAt(begin) == '0';
            boolean separated = i == 3 ? at == text.length() : at < text.length() && text.charAt(at++) == '.';
            if (at == begin || value > 255 || leadingZero || !separated || (i < 3 && at == begin + 1)) {
                return new byte[0];
            }
            bytes[i] = (byte) value;
        }
        return bytes;
    }

    /** Sixteen bytes, or none if the text is no IPv6 literal. */
    static byte[] ipv6(String text) {
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
            return new byte[0];
        }
        byte[] front = groups(gap < 0 ? text : text.substring(0, gap), gap < 0);
        byte[] back = gap < 0 ? new byte[0] : groups(text.substring(gap + 2), true);
        boolean wrong = front.length > 16 || back.length > 16;
        if (wrong || (gap < 0 ? front.length != 16 : front.length + back.length > 14)) {
            return new byte[0];
        }
        byte[] all = Arrays.copyOf(front, 16);
        System.arraycopy(back, 0, all, 16 - back.length, back.length);
        return all;
    }

    /** Groups between colons; more than 16 bytes stand for "wrong". A dotted quad may stand at the very end. */
    private static byte[] groups(String text, boolean mayEndInQuad) {
        byte[] wrong = new byte[17];
        byte[] bytes = new byte[16];
        int length = 0;
        if (text.isEmpty()) {
            return new byte[0];
        }
        String[] parts = text.split(":", -1);
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i];
            if (part.indexOf('.') >= 0) {
                byte[] quad = ipv4(part);
                if (i != parts.length - 1 || !mayEndInQuad || quad.length == 0 || length > 12) {
                    return wrong;
                }
                System.arraycopy(quad, 0, bytes, length, 4);
                return Arrays.copyOf(bytes, length + 4);
            }
            if (part.isEmpty()
                    || part.length() > 4
                    || length > 14
                    || !part.chars().allMatch(IpLiteral::isHex)) {
                return wrong;
            }
            int value = Integer.parseInt(part, 16);
            bytes[length++] = (byte) (value >> 8);
            bytes[length++] = (byte) value;
        }
        return Arrays.copyOf(bytes, length);
    }

    private static boolean isHex(int c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }
}
