package dev.weir.runtime.config;

import dev.weir.settings.Cidr;
import java.util.List;

/**
 * What forward listeners may reach.
 *
 * @param connectPorts of CONNECT; default 443
 * @param plainPorts of requests in absolute form; default 80, 443, 8000-8999
 * @param privateAllowed whether private and special addresses may be dialled; default no
 * @param allowed networks that may be dialled all the same
 * @param timeouts of exchanges and of opening tunnels
 * @param limits for each origin
 */
public record ForwardConfig(
        List<PortRange> connectPorts,
        List<PortRange> plainPorts,
        boolean privateAllowed,
        List<Cidr> allowed,
        ExchangeTimeouts timeouts,
        ExchangeLimits limits) {
    /** Copies the lists. */
    public ForwardConfig {
        connectPorts = List.copyOf(connectPorts);
        plainPorts = List.copyOf(plainPorts);
        allowed = List.copyOf(allowed);
    }
}
