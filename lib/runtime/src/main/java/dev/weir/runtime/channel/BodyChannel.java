package dev.weir.runtime.channel;

import dev.weir.runtime.config.ClusterConfig;
import dev.weir.runtime.metrics.Metrics;
import dev.weir.settings.HostPort;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is too long for the bus goes from process to process here: streams of frames, each with a window of its own, so
 * that no slow one holds up another. Both ends prove to be of the cluster by the bus's certificates. A process without a
 * cluster has one that nobody reaches, and that reaches nobody. Thread-safe.
 */
public final class BodyChannel {
    /** From asking to the first sign of the peer, a connection made and all. */
    private static final Duration OPEN_WITHIN = Duration.ofMillis(500);

    /** Of a channel that there is. */
    record Parts(
            Vertx vertx,
            Context context,
            ChannelServer server,
            ChannelClient client,
            ChannelMeters meters,
            LongSupplier nanos,
            Duration openWithin) {}

    private final @Nullable Parts parts;
    private final Supplier<Optional<String>> host;
    private final int port;

    private BodyChannel(@Nullable Parts parts, Supplier<Optional<String>> host, int port) {
        this.parts = parts;
        this.host = host;
        this.port = port;
    }

    /** Of a process by itself. */
    public static BodyChannel none() {
        return new BodyChannel(null, Optional::empty, 0);
    }

    /**
     * Opens the port.
     *
     * @param host that peers reach this process by, once that is known
     */
    public static Future<BodyChannel> open(
            Vertx vertx, ClusterConfig cluster, Supplier<Optional<String>> host, Metrics metrics) {
        return open(vertx, cluster, host, metrics, System::nanoTime, OPEN_WITHIN);
    }

    static Future<BodyChannel> open(
            Vertx vertx,
            ClusterConfig cluster,
            Supplier<Optional<String>> host,
            Metrics metrics,
            LongSupplier nanos,
            Duration openWithin) {
        Optional<ChannelSecurity> security;
        try {
            security = ChannelSecurity.of(cluster);
        } catch (IOException e) {
            return Future.failedFuture(e);
        }
        ChannelMeters meters = new ChannelMeters(metrics);
        ChannelServer server = new ChannelServer(vertx, security, meters, nanos);
        ChannelClient client = new ChannelClient(vertx, security, nanos);
        Context context = ((VertxInternal) vertx).createEventLoopContext();
        Parts parts = new Parts(vertx, context, server, client, meters, nanos, openWithin);
        Promise<Integer> listening = Promise.promise();
        context.runOnContext(
                there -> server.listen(cluster.bodyPort(), cluster.address()).onComplete(listening));
        return listening.future().map(port -> new BodyChannel(parts, host, port));
    }

    /** Where peers reach this process, as host:port; empty where they don't, or while that isn't known. */
    public Optional<String> address() {
        return parts == null ? Optional.empty() : host.get().map(name -> new HostPort(name, port).toString());
    }

    /** The port that is open; 0 if none is. */
    public int port() {
        return port;
    }

    /**
     * Serves what is asked for as {@code /name/…}, until withdrawn.
     *
     * @param source takes what stands behind the name, and the stream to answer on; called on the channel's event loop
     */
    public void serve(String name, BiConsumer<String, Outgoing> source) {
        if (parts != null) {
            parts.server().serve(name, source);
        }
    }

    /** Serves it no longer; what is under way goes on. */
    public void withdraw(String name) {
        if (parts != null) {
            parts.server().withdraw(name);
        }
    }

    /**
     * Asks a peer for a stream. Called on the context that is to hear of it.
     *
     * @param address of the peer, as it tells it
     * @param path such as {@code /name/1234}
     */
    public Incoming ask(String address, String path, Incoming.Reader reader) {
        if (parts == null) {
            throw new IllegalStateException("channel: none (expected: a process of a cluster)");
        }
        Context here = parts.vertx().getOrCreateContext();
        Incoming stream = new Incoming(parts, here, reader);
        stream.open(HostPort.parse(address), path);
        return stream;
    }

    /** Has a connection to a peer made, so that who asks it for a stream needn't wait for that. */
    public void expect(String address) {
        if (parts != null) {
            Optional<HostPort> peer = HostPort.parse(address);
            Parts known = parts;
            peer.ifPresent(
                    at -> known.context().runOnContext(there -> known.client().expect(at)));
        }
    }

    Optional<Parts> parts() {
        return Optional.ofNullable(parts);
    }

    /** Closes the port and all streams. */
    public Future<Void> close() {
        return parts == null
                ? Future.succeededFuture()
                : Future.join(parts.server().close(), parts.client().close()).mapEmpty();
    }
}
