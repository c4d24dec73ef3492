package dev.weir.runtime.channel;

import dev.weir.runtime.http2.StreamRoom;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2ServerConfig;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerBuilder;
import io.vertx.core.http.HttpServerConfig;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * The end of the channel that peers ask: HTTP/2 alone. While streams are open it beats for those that have nothing to
 * send, and asks peers that take nothing whether they are still there. Lives on the channel's event loop.
 */
final class ChannelServer {
    /** Streams of one peer. */
    static final int STREAMS = 256;

    /** What of a stream may be on its way. */
    static final int WINDOW = 128 * 1024;

    private static final Duration TICK = Silence.BEAT.dividedBy(2);
    private static final Duration IDLE = Duration.ofMinutes(2);
    private static final int MOST_HEAD = 8 * 1024;

    /** A peer that takes nothing for so long is asked whether it is there. */
    private static final long PATIENCE = Duration.ofSeconds(1).toNanos();

    /** It answers within this, or is gone. */
    private static final long PONG_WITHIN = Duration.ofSeconds(2).toNanos();

    private final Vertx vertx;
    private final ChannelMeters meters;
    private final LongSupplier nanos;
    private final HttpServer server;
    private final ConcurrentMap<String, BiConsumer<String, Outgoing>> sources = new ConcurrentHashMap<>();
    private final Set<Outgoing> open = new HashSet<>();
    private final Map<HttpConnection, Long> asked = new HashMap<>();
    private boolean ticking;

    ChannelServer(Vertx vertx, Optional<ChannelSecurity> security, ChannelMeters meters, LongSupplier nanos) {
        this.vertx = vertx;
        this.meters = meters;
        this.nanos = nanos;
        HttpServerBuilder builder = vertx.httpServerBuilder()
                .with(config(security.isPresent()))
                .withConnectHandler(ChannelServer::connected);
        security.ifPresent(secured -> builder.with(secured.server()));
        this.server = builder.build().requestHandler(this::accept);
    }

    private static HttpServerConfig config(boolean secured) {
        HttpServerConfig config = new HttpServerConfig()
                // On clear text it is told by what comes first; then what isn't HTTP/2 is closed.
                .setVersions(secured ? Set.of(HttpVersion.HTTP_2) : Set.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
                .setIdleTimeout(IDLE)
                .setHttp2Config(new Http2ServerConfig()
                        .setInitialSettings(new Http2Settings()
                                .setMaxConcurrentStreams(STREAMS)
                                .setMaxHeaderListSize(MOST_HEAD))
                        .setRstFloodMaxRstFramePerWindow(16 * STREAMS)
                        .setRstFloodWindowDuration(Duration.ofSeconds(10)));
        config.getTcpConfig().getTransportConfig().setSoKeepAlive(true);
        return config;
    }

    private static void connected(HttpConnection connection) {
        if (connection.protocolVersion() != HttpVersion.HTTP_2) {
            connection.close().onFailure(closed -> {});
        } else {
            StreamRoom.watch(connection);
        }
    }

    /** Opens the port; called on the channel's event loop. */
    Future<Integer> listen(int port, String host) {
        return server.listen(port, host).map(HttpServer::actualPort);
    }

    Future<Void> close() {
        return server.close();
    }

    void serve(String name, BiConsumer<String, Outgoing> source) {
        sources.put(name, source);
    }

    void withdraw(String name) {
        sources.remove(name);
    }

    private void accept(HttpServerRequest request) {
        HttpConnection connection = request.connection();
        if (connection.protocolVersion() != HttpVersion.HTTP_2) {
            connection.close().onFailure(closed -> {});
            return;
        }
        HttpServerResponse response = request.response();
        Outgoing stream = new Outgoing(response, connection, meters, nanos);
        String path = request.path() == null ? "" : request.path();
        int slash = path.indexOf('/', 1);
        BiConsumer<String, Outgoing> source =
                slash > 0 && path.startsWith("/") ? sources.get(path.substring(1, slash)) : null;
        if (source == null || !request.method().equals(HttpMethod.GET)) {
            stream.refuse();
            return;
        }
        meters.served.incrementAndGet();
        open.add(stream);
        response.exceptionHandler(failure -> over(stream));
        response.closeHandler(closed -> over(stream));
        response.drainHandler(room -> stream.room());
        try {
            source.accept(path.substring(slash + 1), stream);
        } catch (RuntimeException e) {
            stream.cut();
            throw e;
        }
        if (!stream.isOver()) {
            stream.beat(nanos.getAsLong());
            tick();
        }
    }

    private void over(Outgoing stream) {
        if (open.remove(stream)) {
            meters.served.decrementAndGet();
            stream.gone();
        }
    }

    private void tick() {
        if (!ticking) {
            ticking = true;
            vertx.setTimer(TICK.toMillis(), due -> {
                ticking = false;
                beat();
            });
        }
    }

    private void beat() {
        long now = nanos.getAsLong();
        for (Outgoing stream : Set.copyOf(open)) {
            stream.beat(now);
            if (stream.fullFor(now) > PATIENCE) {
                ask(stream.connection(), now);
            }
        }
        if (!open.isEmpty()) {
            tick();
        }
    }

    private void ask(HttpConnection connection, long now) {
        Long before = asked.putIfAbsent(connection, now);
        if (before == null) {
            connection.ping(Buffer.buffer(8).appendLong(now)).onComplete(pong -> asked.remove(connection));
        } else if (now - before > PONG_WITHIN) {
            asked.remove(connection);
            connection.close().onFailure(closed -> {});
        }
    }
}
