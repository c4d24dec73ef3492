package dev.weir.runtime.channel;

import dev.weir.settings.HostPort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2ClientConfig;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientBuilder;
import io.vertx.core.http.HttpClientConfig;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The end of the channel that asks: one connection to each peer, with so many streams and no more. A peer that failed
 * isn't tried again for a second. Lives on the channel's event loop.
 */
final class ChannelClient {
    /** Streams from all peers. */
    static final int MOST_STREAMS = 1024;

    private static final int MOST_PEERS = 256;
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(2);
    private static final Duration IDLE = Duration.ofMinutes(1);
    private static final long REST = Duration.ofSeconds(1).toNanos();

    /** All streams of a connection may be full at once without one waiting for another. */
    private static final int CONNECTION_WINDOW = ChannelServer.STREAMS * ChannelServer.WINDOW;

    private final HttpClientAgent client;
    private final LongSupplier nanos;
    private final Map<HostPort, Peer> peers = new HashMap<>();
    private int streams;

    ChannelClient(Vertx vertx, Optional<ChannelSecurity> security, LongSupplier nanos) {
        this.nanos = nanos;
        HttpClientConfig config = new HttpClientConfig()
                .setVersions(HttpVersion.HTTP_2)
                .setSsl(security.isPresent())
                .setVerifyHost(false)
                .setConnectTimeout(CONNECT_WITHIN)
                .setIdleTimeout(IDLE)
                .setHttp2Config(new Http2ClientConfig()
                        .setClearTextUpgrade(false)
                        .setMultiplexingLimit(ChannelServer.STREAMS)
                        .setInitialSettings(
                                new Http2Settings().setPushEnabled(false).setInitialWindowSize(ChannelServer.WINDOW)));
        config.getTcpConfig().getTransportConfig().setSoKeepAlive(true);
        HttpClientBuilder builder = vertx.httpClientBuilder().with(config);
        security.ifPresent(secured -> builder.with(secured.client()));
        this.client = builder.build();
    }

    Future<Void> close() {
        return client.close();
    }

    /** A place for one more stream at a peer; null if there is none at the moment. */
    @Nullable
    Place take(HostPort address) {
        if (streams >= MOST_STREAMS) {
            return null;
        }
        Peer peer = peers.get(address);
        if (peer == null) {
            if (peers.size() >= MOST_PEERS) {
                long now = nanos.getAsLong();
                peers.values().removeIf(known -> known.isForgettable(now));
            }
            if (peers.size() >= MOST_PEERS) {
                return null;
            }
            peer = new Peer(address);
            peers.put(address, peer);
        }
        if (peer.streams >= ChannelServer.STREAMS) {
            return null;
        }
        peer.streams++;
        streams++;
        return new Place(peer);
    }

    /** Has a connection to a peer made, if there is none. */
    void expect(HostPort address) {
        Place place = take(address);
        if (place != null) {
            place.connection().onComplete(tried -> place.giveBack(false));
        }
    }

    /** A stream's place at a peer; given back by its receiver. */
    final class Place {
        private final Peer peer;

        private Place(Peer peer) {
            this.peer = peer;
        }

        /** The connection to ask on; fails if the peer can't be reached, or couldn't a moment ago. */
        Future<HttpClientConnection> connection() {
            return peer.connection();
        }

        /** @param failed whether the peer is of no use for now, whoever asks */
        void giveBack(boolean failed) {
            peer.streams--;
            streams--;
            if (failed) {
                peer.failed();
            }
        }
    }

    private final class Peer {
        private final HostPort address;
        private @Nullable Future<HttpClientConnection> link;
        private int streams;
        private boolean hasFailed;
        private long failedAt;

        Peer(HostPort address) {
            this.address = address;
        }

        boolean isForgettable(long now) {
            return streams == 0 && link == null && !rests(now);
        }

        private boolean rests(long now) {
            return hasFailed && now - failedAt < REST;
        }

        Future<HttpClientConnection> connection() {
            Future<HttpClientConnection> present = link;
            if (present != null) {
                return present;
            }
            if (rests(nanos.getAsLong())) {
                return Future.failedFuture("failed a moment ago");
            }
            Future<HttpClientConnection> made = client.connect(
                    new HttpConnectOptions().setHost(address.host()).setPort(address.port()));
            link = made;
            made.onSuccess(connection -> connected(made, connection)).onFailure(failure -> {
                forget(made);
                markFailed();
            });
            return made;
        }

        private void connected(Future<HttpClientConnection> made, HttpClientConnection connection) {
            if (!made.equals(link)) {
                // It took too long for those who waited.
                connection.close().onFailure(closed -> {});
                return;
            }
            hasFailed = false;
            connection.setWindowSize(CONNECTION_WINDOW);
            connection.closeHandler(closed -> forget(made));
            // What a GOAWAY says besides is a buffer that nobody would release: its own handler stays unset.
            connection.shutdownHandler(ending -> forget(made));
            connection.exceptionHandler(failure -> {});
        }

        private void forget(Future<HttpClientConnection> old) {
            if (old.equals(link)) {
                link = null;
            }
        }

        void failed() {
            Future<HttpClientConnection> old = link;
            link = null;
            if (old != null && old.succeeded()) {
                old.result().close().onFailure(closed -> {});
            }
            markFailed();
        }

        private void markFailed() {
            hasFailed = true;
            failedAt = nanos.getAsLong();
        }
    }
}
