package dev.weir.policy;

import java.util.Optional;

/** A range of IP addresses by prefix, as in {@code 10.0.0.0/8}. An IPv4 range holds no IPv6 address, nor the reverse. */
public record AddressRange(IpAddress network, int prefixLength) {
    /** Checks the prefix, which counts the bits of the 128-bit form. */
    public AddressRange {
        if (prefixLength < 0 || prefixLength > 128) {
            throw new IllegalArgumentException("prefixLength: " + prefixLength + " (expected: 0-128)");
        }
    }

    /** A range in the usual notation, or an address alone; empty if it is neither. */
    public static Optional<AddressRange> parse(String text) {
        int slash = text.indexOf('/');
        Optional<IpAddress> address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
        if (address.isEmpty()) {
            return Optional.empty();
        }
        int bits = address.get().isVersion4() && text.indexOf(':') < 0 ? 32 : 128;
        int prefix = bits;
        if (slash >= 0) {
            String length = text.substring(slash + 1);
            if (!length.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(length) > bits) {
                return Optional.empty();
            }
            prefix = Integer.parseInt(length);
        }
        return Optional.of(new AddressRange(address.get(), prefix + 128 - bits));
    }

    /** The range with the bits behind the prefix cleared: what somebody who wrote {@code 10.1.2.3/8} meant. */
    public AddressRange canonical() {
        return new AddressRange(new IpAddress(network.high() & highMask(), network.low() & lowMask()), prefixLength);
    }

    /** Whether {@code address} is in the range. */
    public boolean contains(IpAddress address) {
        return ((address.high() ^ network.high()) & highMask()) == 0
                && ((address.low() ^ network.low()) & lowMask()) == 0
                && address.isVersion4() == isVersion4();
    }

    private boolean isVersion4() {
        return prefixLength >= 96 && network.isVersion4();
    }

    private long highMask() {
        return prefixLength >= 64 ? -1L : prefixLength == 0 ? 0 : -1L << (64 - prefixLength);
    }

    private long lowMask() {
        return prefixLength <= 64 ? 0 : -1L << (128 - prefixLength);
    }

    @Override
    public String toString() {
        return network + "/" + (isVersion4() ? prefixLength - 96 : prefixLength);
    }
}
