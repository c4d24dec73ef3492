package dev.weir.edge.forward;

import dev.weir.edge.upstream.ProxyFailure;
import dev.weir.http.ProxyError;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The open tunnels of one event loop: CONNECT and upgraded connections. Bounded; cut when their time is up, when a new
 * policy forbids them, and when the edge drains. Made, called and closed on that event loop.
 *
 * @param <S> what is known of a tunnel, for judging it again
 */
public final class Tunnels<S> {
    private static final long PERIOD_MILLIS = 100;

    private final Vertx vertx;
    private final int most;
    private final long timer;
    private final Map<Tunnel, S> open = new LinkedHashMap<>();

    /**
     * No tunnel yet.
     *
     * @param most open at once
     */
    public Tunnels(Vertx vertx, int most) {
        this.vertx = vertx;
        this.most = most;
        this.timer = vertx.setPeriodic(PERIOD_MILLIS, id -> sweep());
    }

    /** Whether no further tunnel can be opened: ask before dialling. */
    public boolean isFull() {
        return open.size() >= most;
    }

    /** Open tunnels. */
    public int size() {
        return open.size();
    }

    /**
     * Relays between two sockets of this event loop until both are done, and closes them.
     *
     * @param client paused; what it has sent already is relayed first
     * @param origin paused, likewise
     * @param idle without a byte either way
     * @return what the tunnel was, once it is over; or a {@link ProxyFailure} if there are too many, and both sockets
     *     are closed
     */
    public Future<TunnelReport> relay(NetSocket client, NetSocket origin, Duration idle, Duration total, S subject) {
        return relay(new Tunnel(TunnelLeg.of(client), TunnelLeg.of(origin), idle, total), subject);
    }

    /** The same for a client's request that was taken over, by its response; in HTTP/2 that is a stream. */
    public Future<TunnelReport> relay(
            NetSocket client, HttpServerResponse response, NetSocket origin, Duration idle, Duration total, S subject) {
        return relay(new Tunnel(TunnelLeg.of(client, response), TunnelLeg.of(origin), idle, total), subject);
    }

    private Future<TunnelReport> relay(Tunnel tunnel, S subject) {
        if (isFull()) {
            tunnel.end(TunnelEnd.DRAIN);
            return Future.failedFuture(ProxyFailure.of(
                    ProxyError.CONNECTION_LIMIT_REACHED, ProxyFailure.Source.SELF, most + " tunnels are open"));
        }
        open.put(tunnel, subject);
        return tunnel.start().andThen(report -> open.remove(tunnel));
    }

    /** Cuts the tunnels that {@code mayStay} rejects, and says how many. */
    public int recheck(Predicate<S> mayStay) {
        int cut = 0;
        for (Map.Entry<Tunnel, S> each : List.copyOf(open.entrySet())) {
            if (!mayStay.test(each.getValue())) {
                each.getKey().end(TunnelEnd.POLICY);
                cut++;
            }
        }
        return cut;
    }

    /** Cuts all, since this edge shuts down. */
    public void close() {
        vertx.cancelTimer(timer);
        List.copyOf(open.keySet()).forEach(tunnel -> tunnel.end(TunnelEnd.DRAIN));
    }

    private void sweep() {
        if (!open.isEmpty()) {
            long now = System.nanoTime();
            List.copyOf(open.keySet()).forEach(tunnel -> tunnel.sweep(now));
        }
    }
}
