package dev.weir.edge.forward;

import dev.weir.edge.upstream.ProxyFailure;
import dev.weir.http.ProxyError;
import dev.weir.runtime.config.ForwardConfig;
import dev.weir.runtime.config.PortRange;
import dev.weir.settings.Cidr;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * What a client of a forward listener may reach: which ports, and which addresses. Judges addresses only, never text: a
 * name is judged by every address that it resolves to. Immutable; any thread.
 */
public final class DestinationGuard {
    private final ForwardConfig config;
    private final OwnListeners own;

    /** The guard of this configuration; {@code own} is refused whatever the configuration allows. */
    public DestinationGuard(ForwardConfig config, OwnListeners own) {
        this.config = config;
        this.own = own;
    }

    /** Why {@code port} may not be reached; empty if it may. */
    public Optional<ProxyFailure> refusalOfPort(boolean connect, int port) {
        List<PortRange> ports = connect ? config.connectPorts() : config.plainPorts();
        return PortRange.anyContains(ports, port)
                ? Optional.empty()
                : Optional.of(ProxyFailure.of(
                        ProxyError.HTTP_REQUEST_DENIED,
                        ProxyFailure.Source.CLIENT,
                        "port " + port + " (allowed: " + ports + ")"));
    }

    /** Why {@code address} may not be dialled; empty if it may. */
    public Optional<ProxyFailure> refusalOfAddress(InetAddress address, int port) {
        InetSocketAddress socket = new InetSocketAddress(address, port);
        if (own.isLoop(socket, false)) {
            return Optional.of(ProxyFailure.of(
                    ProxyError.PROXY_LOOP_DETECTED,
                    ProxyFailure.Source.CLIENT,
                    508,
                    address.getHostAddress() + " port " + port + ": a listener of this proxy"));
        }
        if (own.isOwn(socket, false)) {
            return Optional.of(refused(address.getHostAddress() + " port " + port + ": this proxy itself"));
        }
        if (config.privateAllowed()) {
            return Optional.empty();
        }
        for (Cidr allowed : config.allowed()) {
            if (allowed.contains(address)) {
                return Optional.empty();
            }
        }
        return SpecialAddresses.kind(address).map(kind -> refused(address.getHostAddress() + ": " + kind));
    }

    static ProxyFailure refused(String detail) {
        return ProxyFailure.of(ProxyError.DESTINATION_IP_PROHIBITED, ProxyFailure.Source.CLIENT, 403, detail);
    }
}
