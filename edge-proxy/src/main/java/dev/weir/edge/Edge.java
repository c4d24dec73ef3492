package dev.weir.edge;

import dev.weir.contracts.Addresses;
import dev.weir.contracts.cache.Explanation;
import dev.weir.edge.cache.EdgeCache;
import dev.weir.edge.forward.DestinationGuard;
import dev.weir.edge.forward.NameLookup;
import dev.weir.edge.forward.OwnListeners;
import dev.weir.edge.listener.EdgeListener;
import dev.weir.edge.log.EdgeLog;
import dev.weir.edge.pipeline.DataPlane;
import dev.weir.edge.policy.PolicyReplica;
import dev.weir.edge.upstream.Authorities;
import dev.weir.edge.upstream.UpstreamSpec;
import dev.weir.runtime.Running;
import dev.weir.runtime.ServiceContext;
import dev.weir.runtime.cluster.Registration;
import dev.weir.runtime.config.ListenerConfig;
import dev.weir.runtime.config.UpstreamConfig;
import dev.weir.runtime.health.Health;
import dev.weir.settings.HostPort;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A running edge: opens the spool, takes up the last revision from disk, and listens; then lives on what the bus brings,
 * and without it. Lives on the context of its service.
 */
final class Edge implements Running {
    private static final Duration LOG_SHIPPED_WITHIN = Duration.ofSeconds(4);

    /** A balancer has this part of the drain to notice; 2.5 s of 10 s, two or three checks of the bundled one. */
    private static final int NOTICE_SHARE = 4;

    private final ServiceContext service;
    private final EdgeCache cache;
    private final PolicyReplica replica;
    private final EdgeLog log;
    private final DataPlane plane;
    private final Registration explains;
    private final List<EdgeListener> listeners = new ArrayList<>();

    /** What takes blocking calls to make. */
    private record Prepared(List<UpstreamSpec> upstreams, OwnListeners own) {}

    private Edge(ServiceContext service, EdgeLog log, PolicyReplica replica, Prepared prepared) {
        this.service = service;
        this.log = log;
        this.cache = new EdgeCache(service);
        this.replica = replica;
        this.plane = new DataPlane(new DataPlane.Parts(
                service,
                replica,
                cache,
                log,
                prepared.upstreams,
                prepared.own,
                new DestinationGuard(service.config().forward(), prepared.own),
                NameLookup.of(service.vertx()),
                eventLoops(service.vertx())));
        this.explains = service.bus()
                .serve(
                        Addresses.explain(service.nodeName()),
                        asked -> Future.succeededFuture(new Explanation(plane.explain(asked))));
        service.status().number("open", plane::open);
        service.status().number("tunnels", plane::tunnels);
    }

    /** Opens an edge; done when it listens. Whether it is ready is for its health to say. */
    static Future<Running> open(ServiceContext service) {
        Future<Prepared> prepared =
                service.vertx().executeBlocking(() -> new Prepared(upstreams(service), listeners(service)));
        return prepared.compose(ready -> EdgeLog.open(service)
                        .compose(log ->
                                PolicyReplica.start(service).map(replica -> new Edge(service, log, replica, ready))))
                .compose(Edge::listen);
    }

    private Future<Running> listen() {
        Health.Part part = service.health().part("listeners");
        List<Future<EdgeListener>> opening = new ArrayList<>();
        for (ListenerConfig config : service.config().listeners()) {
            opening.add(EdgeListener.open(
                            service.vertx(), config, plane.entry(config), plane.malformed(config), service.metrics())
                    .onSuccess(listeners::add));
        }
        return Future.join(opening).transform(opened -> {
            if (opened.failed()) {
                return drain().transform(drained -> Future.failedFuture(opened.cause()));
            }
            part.ready();
            return Future.succeededFuture(this);
        });
    }

    /**
     * New connections go elsewhere, what is under way ends, then the rest of the log is shipped. In a cluster there is a
     * balancer in front that must notice first: until then all are served, with answers that end their connections.
     */
    @Override
    public Future<Void> drain() {
        Duration limit = service.config().drain();
        if (service.config().cluster().isEmpty() || listeners.isEmpty()) {
            return close(limit);
        }
        listeners.forEach(EdgeListener::announceEnd);
        Duration notice = limit.dividedBy(NOTICE_SHARE);
        Promise<Void> noticed = Promise.promise();
        service.vertx().setTimer(notice.toMillis(), due -> noticed.complete());
        return noticed.future().compose(due -> close(limit.minus(notice)));
    }

    private Future<Void> close(Duration limit) {
        Duration exchanges =
                limit.compareTo(LOG_SHIPPED_WITHIN) > 0 ? limit.minus(LOG_SHIPPED_WITHIN) : limit.dividedBy(2);
        List<Future<Void>> closing = new ArrayList<>();
        listeners.forEach(listener -> closing.add(listener.drain(exchanges)));
        // Tunnels end when their peers do; those that are left make way for the connections they keep open.
        long tunnelsMillis = Math.max(1, exchanges.minusSeconds(1).toMillis());
        service.vertx().setTimer(tunnelsMillis, due -> plane.cutTunnels());
        return Future.join(closing)
                .eventually(plane::close)
                .eventually(() -> log.drain(LOG_SHIPPED_WITHIN))
                .eventually(() -> {
                    explains.close();
                    cache.close();
                    replica.close();
                    return Future.succeededFuture();
                })
                .mapEmpty();
    }

    private static List<UpstreamSpec> upstreams(ServiceContext service) throws IOException {
        List<UpstreamSpec> upstreams = new ArrayList<>();
        for (UpstreamConfig config : service.config().upstreams().values()) {
            List<X509Certificate> authorities =
                    config.ca().isPresent() ? Authorities.read(config.ca().get()) : List.of();
            upstreams.add(UpstreamSpec.of(config, authorities));
        }
        return upstreams;
    }

    private static OwnListeners listeners(ServiceContext service) {
        List<InetSocketAddress> proxying = new ArrayList<>();
        service.config().listeners().forEach(listener -> proxying.add(socket(listener.address())));
        List<InetSocketAddress> other = List.of(
                socket(service.config().admin().address()),
                socket(service.config().health().address()));
        return OwnListeners.of(proxying, other);
    }

    private static InetSocketAddress socket(HostPort address) {
        return new InetSocketAddress(address.host(), address.port());
    }

    private static int eventLoops(Vertx vertx) {
        int loops = 0;
        for (var unused : ((VertxInternal) vertx).nettyEventLoopGroup()) {
            loops++;
        }
        return loops;
    }
}
