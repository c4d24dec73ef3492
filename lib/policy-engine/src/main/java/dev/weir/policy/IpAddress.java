package dev.weir.policy;

import dev.weir.settings.IpLiteral;
import java.net.InetAddress;
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

    /** An address literal without brackets, never a name: nothing is looked up. */
    public static Optional<IpAddress> parse(String literal) {
        return IpLiteral.parse(literal).map(IpAddress::of);
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
