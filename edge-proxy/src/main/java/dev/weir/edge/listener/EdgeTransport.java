package dev.weir.edge.listener;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.WriteBufferWaterMark;
import io.vertx.core.VertxBuilder;
import io.vertx.core.impl.transports.EpollTransport;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.impl.transports.TransportInternal;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TcpConfig;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transport of the data plane's Vert.x: epoll, or NIO where that is missing, with the {@link HeadGuard} put into
 * every connection as it is accepted. Every TCP server of that Vert.x is guarded unless its address is {@link #exempt}.
 */
public final class EdgeTransport {
    private static final Logger LOG = LoggerFactory.getLogger(EdgeTransport.class);

    /**
     * What a connection may hold that has not left: a piece of a stored body with its head is not too much, or every such
     * answer would make the connection full and empty again, with all that is told and timed then.
     */
    private static final WriteBufferWaterMark UNSENT = new WriteBufferWaterMark(32 * 1024, 72 * 1024);

    private static final GuardedAddresses ADDRESSES = new GuardedAddresses();

    private EdgeTransport() {}

    /** Gives the builder of the data plane's Vert.x this transport. */
    public static VertxBuilder on(VertxBuilder builder) {
        Epoll epoll = new Epoll();
        if (epoll.isAvailable()) {
            LOG.info("data plane: transport epoll");
            return builder.withTransport(new TransportInternal("epoll", true, null, epoll));
        }
        LOG.info("data plane: transport nio, as epoll is missing: {}", String.valueOf(epoll.unavailabilityCause()));
        return nio(builder);
    }

    static VertxBuilder nio(VertxBuilder builder) {
        return builder.withTransport(new TransportInternal("nio", true, null, new Nio()));
    }

    /** Leaves the servers on {@code local} alone: ports for people and probes, which are not proxied to. */
    public static void exempt(SocketAddress local) {
        ADDRESSES.exempt(resolved(local));
    }

    static void guard(SocketAddress local, GuardedListener listener) {
        ADDRESSES.guard(resolved(local), listener);
    }

    static void guardIfFree(SocketAddress local, GuardedListener listener) {
        ADDRESSES.guardIfFree(resolved(local), listener);
    }

    static void forget(SocketAddress local, GuardedListener listener) {
        ADDRESSES.forget(resolved(local), listener);
    }

    private static InetSocketAddress resolved(SocketAddress local) {
        return new InetSocketAddress(local.host(), local.port());
    }

    /** Wraps Vert.x's initialiser: it runs to its end as it is added, and then the guard takes its place. */
    private static void wrap(ServerBootstrap bootstrap) {
        ChannelHandler vertx = bootstrap.config().childHandler();
        if (vertx == null) {
            throw new IllegalStateException("childHandler: null (expected: set before the transport configures)");
        }
        bootstrap.childHandler(new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                Optional<GuardedListener> listener = ADDRESSES.of(channel);
                if (listener.isPresent() && !listener.get().admit(channel)) {
                    channel.unsafe().closeForcibly();
                    return;
                }
                listener.ifPresent(guarded -> {
                    channel.attr(MalformedRequests.LISTENER).set(guarded);
                    channel.config().setWriteBufferWaterMark(UNSENT);
                });
                channel.pipeline().addLast(vertx);
                listener.ifPresent(guarded -> place(channel.pipeline(), guarded));
            }
        });
    }

    private static void place(ChannelPipeline pipeline, GuardedListener listener) {
        pipeline.addFirst(SlowReaderGuard.NAME, new SlowReaderGuard(listener));
        if (listener.expectsProxyHeader()) {
            pipeline.addFirst(ProxyHeaderGate.NAME, new ProxyHeaderGate(listener));
        }
        if (pipeline.context("ssl") != null) {
            pipeline.addAfter("ssl", HeadGuard.NAME, new HeadGuard(listener, true));
        } else {
            pipeline.addAfter(SlowReaderGuard.NAME, HeadGuard.NAME, new HeadGuard(listener, false));
        }
    }

    private static final class Epoll extends EpollTransport {
        @Override
        public void configure(TcpConfig config, boolean domainSocket, ServerBootstrap bootstrap) {
            super.configure(config, domainSocket, bootstrap);
            wrap(bootstrap);
        }
    }

    /** A subclass and no wrapper: Vert.x tells native transports from this one by its class. */
    private static final class Nio extends NioTransport {
        @Override
        public void configure(TcpConfig config, boolean domainSocket, ServerBootstrap bootstrap) {
            super.configure(config, domainSocket, bootstrap);
            wrap(bootstrap);
        }
    }
}
