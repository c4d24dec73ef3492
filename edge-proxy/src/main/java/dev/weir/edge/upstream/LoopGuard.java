package dev.weir.edge.upstream;

import dev.weir.http.ProxyError;
import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.net.InetSocketAddress;

/**
 * Ends new connections that lead back to this process. Judged by the address that was reached, which a name may change at
 * any time, and which may have come to this machine since it was asked for its addresses: then the connection comes from
 * there too.
 */
final class LoopGuard {
    private final Origins.OwnSockets own;

    LoopGuard(Origins.OwnSockets own) {
        this.own = own;
    }

    /** The socket to a configured target; fails if it leads to a listener of ours, a circle that no field would end. */
    Future<NetSocket> configured(NetSocket socket, String target) {
        return elsewhere(socket, target, ProxyFailure.Source.ORIGIN);
    }

    /** The socket to a destination that a client named; fails if it leads to any socket of ours. */
    Future<NetSocket> named(NetSocket socket, String target) {
        return elsewhere(socket, target, ProxyFailure.Source.CLIENT);
    }

    private Future<NetSocket> elsewhere(NetSocket socket, String target, ProxyFailure.Source source) {
        Channel channel = ((NetSocketInternal) socket).channelHandlerContext().channel();
        if (!(channel.remoteAddress() instanceof InetSocketAddress reached)) {
            return Future.succeededFuture(socket);
        }
        boolean here = channel.localAddress() instanceof InetSocketAddress from
                && from.getAddress().equals(reached.getAddress());
        boolean loop = own.isLoop(reached, here);
        if (!loop && (source == ProxyFailure.Source.ORIGIN || !own.isOwn(reached, here))) {
            return Future.succeededFuture(socket);
        }
        socket.close().onFailure(unheard -> {});
        return Future.failedFuture(
                loop
                        ? ProxyFailure.of(
                                ProxyError.PROXY_LOOP_DETECTED,
                                source,
                                508,
                                target + ": " + reached + " is a listener of this proxy")
                        : ProxyFailure.of(
                                ProxyError.DESTINATION_IP_PROHIBITED,
                                source,
                                403,
                                target + ": " + reached + " is this proxy itself"));
    }
}
