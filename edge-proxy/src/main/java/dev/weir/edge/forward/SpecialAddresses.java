package dev.weir.edge.forward;

import dev.weir.settings.Cidr;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The addresses that aren't a place on the public Internet (RFC 6890 and the IANA registries it began), by what they
 * are. For IPv6 the question is turned round: only 2000::/3 is public, and parts of that aren't either. An address that
 * carries an IPv4 address inside (6to4, NAT64, IPv4-compatible, Teredo) is special whatever it carries; an IPv4-mapped
 * one never gets here, Java makes it an IPv4 address.
 */
final class SpecialAddresses {
    private static final Map<Cidr, String> IPV4 = table(
            "0.0.0.0/8", "this network",
            "10.0.0.0/8", "private",
            "100.64.0.0/10", "shared, carrier NAT",
            "127.0.0.0/8", "loopback",
            "169.254.0.0/16", "link-local",
            "172.16.0.0/12", "private",
            "192.0.0.0/24", "protocol assignments",
            "192.0.2.0/24", "documentation",
            "192.88.99.0/24", "6to4 relay",
            "192.168.0.0/16", "private",
            "198.18.0.0/15", "benchmarking",
            "198.51.100.0/24", "documentation",
            "203.0.113.0/24", "documentation",
            "224.0.0.0/4", "multicast",
            "240.0.0.0/4", "reserved");

    private static final Map<Cidr, String> IPV6 = table(
            "::1", "loopback",
            "::", "unspecified",
            "::/96", "IPv4-compatible",
            "64:ff9b::/96", "NAT64",
            "64:ff9b:1::/48", "NAT64",
            "100::/64", "discard",
            "2001::/32", "Teredo",
            "2001::/23", "protocol assignments",
            "2001:db8::/32", "documentation",
            "2002::/16", "6to4",
            "3fff::/20", "documentation",
            "fc00::/7", "unique local",
            "fe80::/10", "link-local",
            "fec0::/10", "site-local",
            "ff00::/8", "multicast");

    private static final Cidr PUBLIC_IPV6 = network("2000::/3");

    private SpecialAddresses() {}

    /** What {@code address} is, if it is no public unicast address. */
    static Optional<String> kind(InetAddress address) {
        boolean ipv4 = address instanceof Inet4Address;
        for (Map.Entry<Cidr, String> special : (ipv4 ? IPV4 : IPV6).entrySet()) {
            if (special.getKey().contains(address)) {
                return Optional.of(special.getValue());
            }
        }
        return ipv4 || PUBLIC_IPV6.contains(address) ? Optional.empty() : Optional.of("not assigned");
    }

    private static Map<Cidr, String> table(String... rows) {
        Map<Cidr, String> table = new LinkedHashMap<>();
        for (int i = 0; i < rows.length; i += 2) {
            table.put(network(rows[i]), rows[i + 1]);
        }
        return table;
    }

    private static Cidr network(String text) {
        return Cidr.parse(text).orElseThrow(() -> new IllegalArgumentException("network: " + text));
    }
}
