package dev.weir.runtime.config;

import dev.weir.settings.HostPort;
import java.util.Optional;

/**
 * Where a Redis or one of its sentinels listens.
 *
 * @param tls whether it is spoken to by TLS
 */
public record RedisEndpoint(HostPort address, boolean tls) {
    private static final String PLAIN = "redis://";
    private static final String TLS = "rediss://";

    /** Reads {@code redis://host[:port]} or {@code rediss://host[:port]}; empty if it is none. */
    static Optional<RedisEndpoint> parse(String url, int defaultPort) {
        boolean tls = url.startsWith(TLS);
        if (!tls && !url.startsWith(PLAIN)) {
            return Optional.empty();
        }
        String authority = url.substring((tls ? TLS : PLAIN).length());
        boolean hasPort = authority.lastIndexOf(':') > authority.lastIndexOf(']');
        return HostPort.parse(hasPort ? authority : authority + ":" + defaultPort)
                .filter(address -> address.port() > 0)
                .map(address -> new RedisEndpoint(address, tls));
    }

    /** The same server's other address. */
    public RedisEndpoint at(HostPort other) {
        return new RedisEndpoint(other, tls);
    }

    /** Its URL. */
    @Override
    public String toString() {
        return (tls ? TLS : PLAIN) + address;
    }
}
