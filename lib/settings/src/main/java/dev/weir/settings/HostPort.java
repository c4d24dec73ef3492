package dev.weir.settings;

import java.util.Optional;
import java.util.regex.Pattern;

/** A host (name or literal address, without brackets) and a port; port 0 means any free one. */
public record HostPort(String host, int port) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,252})");
    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");

    /** Checks the port. */
    public HostPort {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0-65535)");
        }
    }

    /** Reads {@code host:port} or {@code [v6]:port}; empty if it is neither. */
    public static Optional<HostPort> parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1 || !PORT.matcher(text.substring(colon + 1)).matches()) {
            return Optional.empty();
        }
        int port = Integer.parseInt(text.substring(colon + 1));
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]") && host.indexOf(':') > 0) {
            host = host.substring(1, host.length() - 1);
            if (IpLiteral.parse(host).isEmpty()) {
                return Optional.empty();
            }
        } else if (!NAME.matcher(host).matches()
                || (IpLiteral.looksNumeric(host) && IpLiteral.parse(host).isEmpty())) {
            return Optional.empty();
        }
        return port > 65_535 ? Optional.empty() : Optional.of(new HostPort(host, port));
    }

    /** Whether the host is a literal address of this machine alone, or {@code localhost}. */
    public boolean isLoopback() {
        return host.equals("localhost")
                || IpLiteral.parse(host)
                        .map(java.net.InetAddress::isLoopbackAddress)
                        .orElse(false);
    }

    /** As it is written, with brackets around IPv6. */
    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
