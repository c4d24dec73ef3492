package dev.weir.edge.upstream;

import dev.weir.runtime.config.Target;

/**
 * One target of an upstream.
 *
 * @param scheme {@code http} or {@code https}
 * @param host a name or an address; IPv6 without brackets
 * @param port 1 to 65535
 */
public record TargetSpec(String scheme, String host, int port) {
    /** Checks scheme and port. */
    public TargetSpec {
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException("scheme: " + scheme + " (expected: http or https)");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 1-65535)");
        }
    }

    /** The target that the configuration describes. */
    static TargetSpec of(Target target) {
        return new TargetSpec(
                target.tls() ? "https" : "http",
                target.address().host(),
                target.address().port());
    }

    /** What Host says for this target: no port where it is the scheme's default (RFC 9110 §7.2). */
    public String authority() {
        String name = host.indexOf(':') >= 0 ? '[' + host + ']' : host;
        return port == (isTls() ? 443 : 80) ? name : name + ':' + port;
    }

    boolean isTls() {
        return scheme.equals("https");
    }

    @Override
    public String toString() {
        return scheme + "://" + authority();
    }
}
