package dev.weir.runtime.config;

import dev.weir.settings.HostPort;
import java.util.Optional;

/**
 * One origin of an upstream: {@code http://host[:port]} or {@code https://host[:port]}.
 *
 * @param tls whether it is https; the certificate is always checked against the host
 * @param address host and port
 */
public record Target(boolean tls, HostPort address) {
    /** Reads the URL of an origin; empty if there is more than scheme, host and port, or less. */
    public static Optional<Target> parse(String text) {
        boolean tls = text.startsWith("https://");
        if (!tls && !text.startsWith("http://")) {
            return Optional.empty();
        }
        String authority = text.substring(tls ? 8 : 7);
        if (authority.endsWith("/")) {
            authority = authority.substring(0, authority.length() - 1);
        }
        boolean hasPort = authority.lastIndexOf(':') > authority.lastIndexOf(']');
        return HostPort.parse(hasPort ? authority : authority + (tls ? ":443" : ":80"))
                .filter(address -> address.port() > 0)
                .map(address -> new Target(tls, address));
    }

    /** Host, and the port unless it is the scheme's own: what stands in a Host field. */
    public String authority() {
        String text = address.toString();
        boolean usual = address.port() == (tls ? 443 : 80);
        return usual ? text.substring(0, text.lastIndexOf(':')) : text;
    }

    /** The URL. */
    @Override
    public String toString() {
        return (tls ? "https://" : "http://") + address;
    }
}
