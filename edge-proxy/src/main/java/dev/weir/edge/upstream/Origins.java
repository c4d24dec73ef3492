package dev.weir.edge.upstream;

import dev.weir.http.ProxyError;
import dev.weir.runtime.config.ExchangeLimits;
import dev.weir.runtime.config.OriginProtocol;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All origins as one event loop sees them: configured upstreams whose targets are asked in turn, and destinations that
 * clients name; pooled connections to each, of HTTP/1.1 or where it is configured HTTP/2; exchanges over them. Made, called and closed on that event loop.
 */
public final class Origins {
    /** How long {@code Expect: 100-continue} holds back a request's content (RFC 9110 §10.1.1). */
    static final Duration CONTINUE_WAIT = Duration.ofSeconds(1);

    /** Connections kept without a request, over all targets. */
    private static final int IDLE_CONNECTIONS = 1024;

    /** Which sockets are listeners of this process. */
    public interface OwnSockets {
        /**
         * Whether what is sent there comes back in as a request.
         *
         * @param here whether the address is known to be one of this machine
         */
        boolean isLoop(InetSocketAddress reached, boolean here);

        /** Whether it is any socket of this process, those for people and probes too. */
        default boolean isOwn(InetSocketAddress reached, boolean here) {
            return isLoop(reached, here);
        }
    }

    private final Vertx vertx;
    private final int loops;
    private final LoopGuard loopGuard;
    private final PoolLimits dialledLimits;
    private final TargetHealth health;
    private final OriginMetrics metrics;
    private final NetClient client;
    private final Deadlines deadlines;
    private final long expiry;
    private final Map<PoolKey, TargetPool> pools = new HashMap<>();
    private final TargetPool.Idle idle = new TargetPool.Idle();
    private final ClientSSLOptions commonTls = ClientTls.trusting(List.of());
    private Map<String, Upstream> upstreams = Map.of();
    private int generation;
    private boolean closed;

    /** One pool for each: connections that differ in any of these are never mixed. */
    private record PoolKey(TargetSpec target, String address, OriginProtocol protocol, int trust, PoolLimits limits) {}

    private static final class Upstream {
        private final UpstreamSpec spec;
        private final PoolLimits limits;
        private final ClientSSLOptions tls;
        private final int trust;
        private int turn;

        Upstream(UpstreamSpec spec, PoolLimits limits, ClientSSLOptions tls, int trust) {
            this.spec = spec;
            this.limits = limits;
            this.tls = tls;
            this.trust = trust;
        }
    }

    /**
     * Origins for the event loop of the calling context.
     *
     * @param loops how many event loops have Origins: limits are divided by it
     * @param dialled limits for each destination that clients name
     * @param own what no target may turn out to be, whatever its name leads to
     * @param health shared by all event loops
     */
    public Origins(
            Vertx vertx,
            int loops,
            ExchangeLimits dialled,
            OwnSockets own,
            TargetHealth health,
            OriginMetrics metrics,
            Collection<UpstreamSpec> upstreams) {
        this.vertx = vertx;
        this.loops = loops;
        this.loopGuard = new LoopGuard(own);
        this.dialledLimits = PoolLimits.share(dialled, loops);
        this.health = health;
        this.metrics = metrics;
        NetClientOptions options = new NetClientOptions().setTcpNoDelay(true).setTcpKeepAlive(true);
        if (OpenSSLEngineOptions.isAvailable()) {
            options.setSslEngineOptions(new OpenSSLEngineOptions());
        }
        this.client = vertx.createNetClient(options);
        this.deadlines = new Deadlines(vertx);
        this.expiry = vertx.setPeriodic(1000, id -> expire(System.nanoTime()));
        update(upstreams);
    }

    /**
     * Takes over changed upstreams; exchanges under way are not disturbed. Builds trust stores, so it takes milliseconds
     * where {@code tls.ca} changed.
     */
    public void update(Collection<UpstreamSpec> changed) {
        Map<String, Upstream> next = new HashMap<>();
        List<TargetSpec> targets = new ArrayList<>();
        for (UpstreamSpec spec : changed) {
            Upstream before = upstreams.get(spec.name());
            PoolLimits limits = PoolLimits.share(spec.limits(), loops);
            if (spec.authorities().isEmpty()) {
                next.put(spec.name(), new Upstream(spec, limits, commonTls, 0));
            } else if (before != null && before.spec.authorities().equals(spec.authorities())) {
                next.put(spec.name(), new Upstream(spec, limits, before.tls, before.trust));
            } else {
                next.put(spec.name(), new Upstream(spec, limits, ClientTls.trusting(spec.authorities()), ++generation));
            }
            targets.addAll(spec.targets());
        }
        upstreams = next;
        health.retain(targets);
    }

    /** Sends a request and gives its answer. */
    public OriginCall<OriginAnswer> exchange(OriginRequest request, InterimAnswers interim) {
        OriginCall<UpgradeAnswer> call = call(request, interim, "");
        return new OriginCall<>(call.answer().map(Origins::ordinary), call::abort);
    }

    /**
     * Sends a request that asks for another protocol (RFC 9110 §7.8).
     *
     * @param protocol what goes out as Upgrade
     */
    public OriginCall<UpgradeAnswer> upgrade(OriginRequest request, String protocol, InterimAnswers interim) {
        return call(request, interim, protocol);
    }

    /**
     * Opens a bare connection to one of the checked addresses, in their order; at most two are tried.
     *
     * @return the socket, paused; or a {@link ProxyFailure}
     */
    public Future<NetSocket> dial(Destination.Dialled destination, Duration timeout) {
        String name = destination.host() + ':' + destination.port();
        Future<NetSocket> first = connect(plain(destination, 0, timeout));
        Future<NetSocket> either = destination.checked().size() == 1
                ? first
                : first.recover(refused -> connect(plain(destination, 1, timeout)));
        return within(either.compose(socket -> loopGuard.named(socket, name)), timeout)
                .map(NetSocket::pause)
                .recover(failure -> {
                    ProxyFailure why = ConnectFailure.of(failure, name);
                    metrics.connectFailed(name, why.type());
                    return Future.failedFuture(why);
                });
    }

    /** Exchanges under way. */
    public int underWay() {
        return deadlines.size();
    }

    /** Connections open or being made. */
    public int connections() {
        int open = 0;
        for (TargetPool pool : pools.values()) {
            open += pool.openCount();
        }
        return open;
    }

    /** Ends what is under way and closes all connections. */
    public Future<Void> close() {
        closed = true;
        vertx.cancelTimer(expiry);
        for (Deadlines.Timed timed : deadlines.snapshot()) {
            ((OriginExchange) timed).fail(ProxyFailure.aborted(ProxyFailure.Source.SELF, "shutting down"));
        }
        deadlines.close();
        pools.values().forEach(TargetPool::close);
        return client.close();
    }

    private OriginCall<UpgradeAnswer> call(OriginRequest request, InterimAnswers interim, String upgrade) {
        try {
            OriginExchange exchange = new OriginExchange(this, request, interim, upgrade);
            Future<UpgradeAnswer> answer = exchange.start();
            return new OriginCall<>(answer, () -> exchange.abort(ProxyFailure.Source.CLIENT, "client is gone"));
        } catch (ProxyFailure refused) {
            return new OriginCall<>(Future.failedFuture(refused), () -> {});
        }
    }

    private static OriginAnswer ordinary(UpgradeAnswer answer) {
        if (answer instanceof UpgradeAnswer.Answered answered) {
            return answered.answer();
        }
        throw new IllegalStateException("101 that was not asked for");
    }

    // What an exchange needs.

    Deadlines deadlines() {
        return deadlines;
    }

    OriginMetrics metrics() {
        return metrics;
    }

    void succeeded(Route route) {
        if (route.upstream() != null) {
            health.succeeded(route.target());
        }
    }

    void failed(Route route) {
        UpstreamSpec upstream = route.upstream();
        if (upstream != null && health.failed(route.target(), upstream)) {
            metrics.ejected(route.target().toString());
        }
    }

    Route route(Destination destination) {
        if (closed) {
            throw ProxyFailure.of(ProxyError.PROXY_INTERNAL_ERROR, ProxyFailure.Source.SELF, 503, "shutting down");
        }
        if (destination instanceof Destination.Dialled dialled) {
            return dialledRoute(dialled, 0);
        }
        String name = ((Destination.Group) destination).name();
        Upstream upstream = upstreams.get(name);
        if (upstream == null) {
            throw ProxyFailure.of(ProxyError.PROXY_CONFIGURATION_ERROR, ProxyFailure.Source.SELF, "upstream " + name);
        }
        return targetRoute(upstream, next(upstream, null));
    }

    /** Where to try again after {@code failed} could not be connected to; null if there is nowhere else. */
    @Nullable
    Route otherRoute(Destination destination, Route failed) {
        if (destination instanceof Destination.Dialled dialled) {
            int index = failed.index() + 1;
            return index < dialled.checked().size() ? dialledRoute(dialled, index) : null;
        }
        Upstream upstream = upstreams.get(((Destination.Group) destination).name());
        if (upstream == null) {
            return null;
        }
        TargetSpec other = next(upstream, failed.target());
        return other.equals(failed.target()) ? null : targetRoute(upstream, other);
    }

    /** Keeps a clean connection for another exchange. */
    void recycle(OriginStream stream, Duration keepAlive, long promisedSeconds) {
        Duration keep = keepAlive;
        if (promisedSeconds >= 0) {
            // A second less than promised, so that the origin's close and our request seldom cross.
            Duration promised = Duration.ofSeconds(Math.max(0, promisedSeconds - 1));
            keep = promised.compareTo(keep) < 0 ? promised : keep;
        }
        boolean kept = !closed && (idle.count() < IDLE_CONNECTIONS || closeOneIdle());
        stream.release(System.nanoTime() + (kept ? keep.toNanos() : 0));
    }

    private TargetSpec next(Upstream upstream, @Nullable TargetSpec avoided) {
        List<TargetSpec> targets = upstream.spec.targets();
        int size = targets.size();
        TargetSpec fallback = null;
        for (int i = 0; i < size; i++) {
            TargetSpec target = targets.get(Math.floorMod(upstream.turn++, size));
            if (!target.equals(avoided)) {
                if (health.isIn(target)) {
                    return target;
                }
                fallback = fallback == null ? target : fallback;
            }
        }
        return fallback != null ? fallback : targets.get(0);
    }

    private Route targetRoute(Upstream upstream, TargetSpec target) {
        TargetPool pool = pools.computeIfAbsent(
                new PoolKey(target, "", upstream.spec.protocol(), upstream.trust, upstream.limits),
                key -> pool(key, timeout -> dial(upstream, target, timeout)));
        return new Route(pool, target, upstream.spec, 0);
    }

    private Route dialledRoute(Destination.Dialled destination, int index) {
        TargetSpec target = new TargetSpec(destination.scheme(), destination.host(), destination.port());
        InetAddress address = destination.checked().get(index);
        String dialled = address.getHostAddress();
        TargetPool pool = pools.computeIfAbsent(
                new PoolKey(target, dialled, OriginProtocol.HTTP1, 0, dialledLimits),
                key -> pool(
                        key,
                        timeout -> connect(options(target, dialled, timeout, commonTls))
                                .compose(socket -> loopGuard.named(socket, target.toString()))));
        return new Route(pool, target, null, index);
    }

    private TargetPool pool(PoolKey key, TargetPool.Dialler dialler) {
        return new TargetPool(
                key.target().toString(), key.protocol() == OriginProtocol.HTTP2, dialler, key.limits(), metrics, idle);
    }

    private Future<NetSocket> dial(Upstream upstream, TargetSpec target, Duration timeout) {
        boolean chooses = target.isTls() && upstream.spec.protocol() == OriginProtocol.HTTP2;
        Future<NetSocket> dialled = connect(
                        options(target, target.host(), timeout, chooses ? ClientTls.http2(upstream.tls) : upstream.tls))
                .compose(socket -> loopGuard.configured(socket, target.toString()));
        return chooses ? dialled.compose(ClientTls::chosenHttp2) : dialled;
    }

    private Future<NetSocket> connect(ConnectOptions options) {
        return client.connect(options);
    }

    private static ConnectOptions options(TargetSpec target, String dialled, Duration timeout, ClientSSLOptions tls) {
        ConnectOptions options = new ConnectOptions()
                .setRemoteAddress(SocketAddress.inetSocketAddress(target.port(), dialled))
                .setHost(target.host())
                .setPort(target.port())
                .setTimeout((int) Math.min(Integer.MAX_VALUE, timeout.toMillis()));
        if (target.isTls()) {
            options.setSsl(true).setSslOptions(tls);
            if (isName(target.host())) {
                options.setSniServerName(target.host());
            }
        }
        return options;
    }

    private static ConnectOptions plain(Destination.Dialled destination, int index, Duration timeout) {
        TargetSpec target = new TargetSpec("http", destination.host(), destination.port());
        String dialled = destination.checked().get(index).getHostAddress();
        return options(target, dialled, timeout, new ClientSSLOptions());
    }

    /** Whether SNI may carry it: no address (RFC 6066 §3). */
    private static boolean isName(String host) {
        char last = host.charAt(host.length() - 1);
        return host.indexOf(':') < 0 && !(last >= '0' && last <= '9');
    }

    /** A connection that comes too late is closed. */
    private Future<NetSocket> within(Future<NetSocket> connecting, Duration timeout) {
        Promise<NetSocket> promise = Promise.promise();
        long timer = vertx.setTimer(
                Math.max(1, timeout.toMillis()),
                id -> promise.tryFail(ProxyFailure.of(
                        ProxyError.CONNECTION_TIMEOUT, ProxyFailure.Source.ORIGIN, "no connection in time")));
        connecting.onComplete((socket, failure) -> {
            vertx.cancelTimer(timer);
            if (failure != null) {
                promise.tryFail(failure);
            } else if (!promise.tryComplete(socket)) {
                socket.close().onFailure(unheard -> {});
            }
        });
        return promise.future();
    }

    private boolean closeOneIdle() {
        for (TargetPool pool : pools.values()) {
            if (pool.closeOldestIdle()) {
                return true;
            }
        }
        return false;
    }

    /** Closes what has been idle for too long, or is dead. */
    void expire(long now) {
        pools.values().forEach(pool -> pool.expire(now));
        pools.values().removeIf(TargetPool::isEmpty);
    }
}
