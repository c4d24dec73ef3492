package dev.weir.policy;

import dev.weir.settings.Cidr;

/** A network as two numbers, for comparing without allocation. An IPv4 network holds no IPv6 address, nor the reverse. */
public record AddressRange(IpAddress network, int prefixLength) {
    /** Checks the prefix, which counts the bits of the 128-bit form. */
    public AddressRange {
        if (prefixLength < 0 || prefixLength > 128) {
            throw new IllegalArgumentException("prefixLength: " + prefixLength + " (expected: 0-128)");
        }
    }

    /** The range of a network as it is configured. */
    public static AddressRange of(Cidr cidr) {
        int bits = cidr.network().getAddress().length * 8;
        return new AddressRange(IpAddress.of(cidr.network()), cidr.prefix() + 128 - bits);
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
