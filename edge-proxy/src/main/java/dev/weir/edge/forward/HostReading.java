package dev.weir.edge.forward;

import dev.weir.http.IpLiteral;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;

/**
 * What the host of a destination is, read strictly and without asking anybody: an address, a name, or something that
 * resolvers are known to read in different ways and that is therefore nothing at all.
 */
sealed interface HostReading {
    /** A literal address. */
    record Literal(InetAddress address) implements HostReading {}

    /** A name to be resolved: lower case, without the dot of the root. */
    record Name(String name) implements HostReading {}

    /** Neither. */
    record Neither(String why) implements HostReading {}

    /**
     * Reads a host as it stands in a target or in Host; IPv6 with or without brackets.
     *
     * <p>IPv4 is four decimal octets without leading zeros and nothing else: a host whose last label is a number in any
     * notation ({@code 2130706433}, {@code 0x7f.1}, {@code 0177.0.0.1}, {@code 127.1}, {@code 127.0.0.1.}) is refused
     * rather than given to a resolver that would take it for an address. Names are ASCII; another script's letters and
     * digits are refused here, A-labels ({@code xn--}) are names like others.
     */
    static HostReading of(String host) {
        if (host.startsWith("[")) {
            return host.endsWith("]") && host.length() > 2
                    ? ipv6(host.substring(1, host.length() - 1))
                    : new Neither("bracket without its other half");
        }
        if (host.indexOf(':') >= 0) {
            return ipv6(host);
        }
        Optional<InetAddress> ipv4 = IpLiteral.parse(host);
        if (ipv4.isPresent()) {
            return new Literal(ipv4.get());
        }
        return name(host);
    }

    private static HostReading ipv6(String text) {
        Optional<InetAddress> address = text.indexOf(':') >= 0 ? IpLiteral.parse(text) : Optional.empty();
        return address.isPresent() ? new Literal(address.get()) : new Neither("no IPv6 address");
    }

    private static HostReading name(String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        if (name.isEmpty() || name.length() > 253) {
            return new Neither("name of " + name.length() + " characters (expected: 1-253)");
        }
        int labelStart = 0;
        for (int i = 0; i <= name.length(); i++) {
            if (i < name.length() && name.charAt(i) != '.') {
                if (!isNameCharacter(name.charAt(i))) {
                    return new Neither("character " + (int) name.charAt(i) + " in a name");
                }
                continue;
            }
            if (i == labelStart || i - labelStart > 63) {
                return new Neither("label of " + (i - labelStart) + " characters (expected: 1-63)");
            }
            if (i < name.length()) {
                labelStart = i + 1;
            }
        }
        String last = name.substring(labelStart);
        return last.startsWith("-") || last.endsWith("-") || isNumber(last)
                ? new Neither("last label " + last)
                : new Name(name.toLowerCase(Locale.ROOT));
    }

    private static boolean isNameCharacter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }

    /** Whether {@code inet_aton} would take the label for a number: digits, or 0x and maybe hexadecimal digits. */
    private static boolean isNumber(String label) {
        boolean hexadecimal = label.startsWith("0x") || label.startsWith("0X");
        for (int i = hexadecimal ? 2 : 0; i < label.length(); i++) {
            if (Character.digit(label.charAt(i), hexadecimal ? 16 : 10) < 0) {
                return false;
            }
        }
        return true;
    }
}
