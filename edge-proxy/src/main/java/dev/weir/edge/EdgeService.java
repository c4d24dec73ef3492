package dev.weir.edge;

import dev.weir.edge.listener.EdgeTransport;
import dev.weir.runtime.Running;
import dev.weir.runtime.Service;
import dev.weir.runtime.ServiceContext;
import dev.weir.runtime.config.WeirConfig;
import dev.weir.settings.HostPort;
import io.vertx.core.Future;
import io.vertx.core.VertxBuilder;
import io.vertx.core.net.SocketAddress;

/** The data plane as a service. */
public final class EdgeService implements Service {
    @Override
    public String name() {
        return "edge-proxy";
    }

    @Override
    public boolean holdsClusterData() {
        return false;
    }

    @Override
    public boolean usesBodyChannel() {
        return true;
    }

    @Override
    public VertxBuilder prepare(VertxBuilder builder, WeirConfig config) {
        // The guard stands before every port of this Vert.x but those that are not for proxying.
        EdgeTransport.exempt(address(config.health().address()));
        EdgeTransport.exempt(address(config.admin().address()));
        config.cluster()
                .map(cluster -> new HostPort(cluster.address(), cluster.bodyPort()))
                .ifPresent(body -> EdgeTransport.exempt(address(body)));
        return EdgeTransport.on(builder);
    }

    @Override
    public Future<Running> start(ServiceContext context) {
        return Edge.open(context);
    }

    private static SocketAddress address(HostPort address) {
        return SocketAddress.inetSocketAddress(address.port(), address.host());
    }
}
