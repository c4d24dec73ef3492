package dev.weir.runtime.config;

import dev.weir.settings.Cidr;
import dev.weir.settings.HostPort;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * A socket for clients.
 *
 * @param name unique; rules and records speak of it
 * @param mode what it is for: {@code reverse} or {@code forward}
 * @param address where it listens, {@code host:port}
 * @param tls its certificates; without, clear text
 * @param identity what the origin learns: {@code disclose} proxy and client (default for reverse), {@code untouched}
 *     (nothing added, nothing removed), {@code anonymous} (a proxy, nothing of the client; default for forward)
 * @param clientAddress what Weir itself keeps of a client's address: {@code full} (default), {@code prefix} (/24, /48;
 *     default where identity is anonymous), {@code pseudonym} (keyed, the same on all edges for a day), {@code none}
 * @param trustedProxies whose Forwarded and X-Forwarded-* fields are believed, and their PROXY headers
 * @param proxyProtocol whether every connection comes from one of these proxies and begins with a PROXY header (version 1
 *     or 2), by which the client is known; others are closed
 * @param cdnLoop the name of the delivery network that this listener is part of: every request it forwards gets it in
 *     CDN-Loop (RFC 8586), whatever the identity, and one that has it already is a loop, 508; the same on all edges;
 *     default none
 * @param openProxy whether a forward listener may serve anyone from anywhere
 * @param timeouts towards clients
 * @param limits towards clients
 */
public record ListenerConfig(
        String name,
        Mode mode,
        HostPort address,
        Optional<TlsConfig> tls,
        Identity identity,
        ClientAddress clientAddress,
        List<Cidr> trustedProxies,
        boolean proxyProtocol,
        Optional<String> cdnLoop,
        boolean openProxy,
        ListenerTimeouts timeouts,
        ListenerLimits limits) {
    /** Copies the networks. */
    public ListenerConfig {
        trustedProxies = List.copyOf(trustedProxies);
    }

    /** Whether what the proxy at this address says of its clients is believed. */
    public boolean isTrustedProxy(InetAddress address) {
        for (Cidr network : trustedProxies) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }
}
