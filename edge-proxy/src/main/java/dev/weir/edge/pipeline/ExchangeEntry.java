package dev.weir.edge.pipeline;

import dev.weir.edge.listener.ListenerFacts;
import dev.weir.edge.listener.RequestEntry;
import io.netty.util.NetUtil;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.SocketAddressImpl;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/** Makes an exchange of each request of one listener, and sends it on its way. */
final class ExchangeEntry implements RequestEntry {
    private final ListenerContext listener;
    private final Supplier<DataPlane.Loop> loop;
    private final InstantSource clock;

    ExchangeEntry(ListenerContext listener, Supplier<DataPlane.Loop> loop, InstantSource clock) {
        this.listener = listener;
        this.loop = loop;
        this.clock = clock;
    }

    @Override
    public void accept(HttpServerRequest request, ListenerFacts facts) {
        InetAddress peer = address(facts.client());
        // A balancer that doesn't tell whom it speaks for speaks for someone who may write any field.
        boolean trusted = !facts.clientUntold() && listener.trustedProxy().test(peer);
        Exchange exchange = new Exchange(id(), request, listener, peer, trusted, System.nanoTime(), clock.millis());
        HttpServerResponse response = request.response();
        response.exceptionHandler(exchange::clientGone);
        response.closeHandler(closed -> exchange.clientGone());
        loop.get().pipeline().run(exchange);
    }

    private static String id() {
        return Long.toHexString(ThreadLocalRandom.current().nextLong() | 0x1000_0000_0000_0000L);
    }

    static InetAddress address(SocketAddress peer) {
        if (peer instanceof SocketAddressImpl known && known.ipAddress() != null) {
            return known.ipAddress();
        }
        String text = peer.hostAddress();
        int zone = text == null ? -1 : text.indexOf('%');
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(zone < 0 ? text : text.substring(0, zone));
        if (address == null) {
            throw new IllegalStateException("peer: " + peer + " (expected: an IP address)");
        }
        return address;
    }
}
