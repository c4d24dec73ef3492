package dev.weir.settings;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** A network: all addresses that share the first bits. IPv4-mapped IPv6 addresses count as IPv4. */
public record Cidr(InetAddress network, int prefix) {
    /** Checks the prefix, and that no bit behind it is set. */
    public Cidr {
        if (prefix < 0 || prefix > network.getAddress().length * 8) {
            throw new IllegalArgumentException("prefix: " + prefix + " (expected: 0-32, or 0-128 with IPv6)");
        }
        if (!network.equals(masked(network, prefix))) {
            throw new IllegalArgumentException("network: " + network.getHostAddress() + "/" + prefix + " (expected: "
                    + masked(network, prefix).getHostAddress() + "/" + prefix + ")");
        }
    }

    /** Reads {@code 10.0.0.0/8}, {@code fd00::/8} or a lone address; empty if it is none or bits behind the prefix are set. */
    public static Optional<Cidr> parse(String text) {
        return parts(text)
                .filter(p -> masked(p.address, p.prefix).equals(p.address))
                .map(p -> new Cidr(p.address, p.prefix));
    }

    /** The network that was meant by a text whose bits behind the prefix are set; empty if the text is no network at all. */
    public static Optional<Cidr> nearest(String text) {
        return parts(text).map(p -> new Cidr(masked(p.address, p.prefix), p.prefix));
    }

    private record Parts(InetAddress address, int prefix) {}

    private static Optional<Parts> parts(String text) {
        int slash = text.indexOf('/');
        Optional<InetAddress> address = IpLiteral.parse(slash < 0 ? text : text.substring(0, slash));
        if (address.isEmpty()) {
            return Optional.empty();
        }
        boolean mapped = text.indexOf(':') >= 0 && address.get().getAddress().length == 4;
        int bits = address.get().getAddress().length * 8;
        String digits = slash < 0 ? Integer.toString(bits) : text.substring(slash + 1);
        boolean wellFormed = digits.matches("0|[1-9][0-9]{0,2}") && Integer.parseInt(digits) <= bits;
        return wellFormed && !mapped
                ? Optional.of(new Parts(address.get(), Integer.parseInt(digits)))
                : Optional.empty();
    }

    private static InetAddress masked(InetAddress address, int prefix) {
        byte[] bytes = address.getAddress();
        for (int i = 0; i < bytes.length; i++) {
            int keep = Math.max(0, Math.min(8, prefix - 8 * i));
            bytes[i] &= (byte) (0xff << (8 - keep));
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are an address", e);
        }
    }

    /** Whether the address lies in this network; no address of the other family does. */
    public boolean contains(InetAddress address) {
        byte[] mine = network.getAddress();
        byte[] other = address.getAddress();
        if (mine.length != other.length) {
            return false;
        }
        int whole = prefix / 8;
        for (int i = 0; i < whole; i++) {
            if (mine[i] != other[i]) {
                return false;
            }
        }
        int rest = prefix % 8;
        return rest == 0 || ((mine[whole] ^ other[whole]) & 0xff) >> (8 - rest) == 0;
    }

    /** {@code 10.0.0.0/8}. */
    @Override
    public String toString() {
        return network.getHostAddress() + "/" + prefix;
    }
}
