package dev.weir.edge.listener;

import dev.weir.edge.wire.HeadFault;
import dev.weir.edge.wire.MessageScan;
import dev.weir.runtime.config.ListenerConfig;
import dev.weir.runtime.config.ListenerLimits;
import dev.weir.runtime.http2.StreamRoom;
import dev.weir.runtime.metrics.Metrics;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http1ServerConfig;
import io.vertx.core.http.Http2ServerConfig;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerBuilder;
import io.vertx.core.http.HttpServerConfig;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.WebSocketServerConfig;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One address for clients, served by all event loops: HTTP/1.0, HTTP/1.1 and HTTP/2 (by prior knowledge on clear text, by
 * ALPN on TLS). Every time-out and limit is set. Needs a Vert.x with the {@link EdgeTransport}.
 */
public final class EdgeListener {
    private static final Logger LOG = LoggerFactory.getLogger(EdgeListener.class);

    private static final int STREAM_WINDOW = 256 * 1024;
    private static final int CONNECTION_WINDOW = 1024 * 1024;
    private static final int BACKLOG = 4096;
    /** Room that Netty's decoder has above our own limits, so that it is never the one to refuse. */
    private static final int SLACK = 1024;
    /** It counts trailers with the head. */
    private static final int TRAILERS = MessageScan.LARGEST_TRAILER;
    /** Tells apart the ports that were not named; Vert.x lets servers share one by such a number. */
    private static final AtomicInteger ANY_PORT = new AtomicInteger();

    private final Vertx vertx;
    private final ListenerConfig config;
    private final RequestEntry entry;
    private final GuardedListener guarded;
    private final boolean loopback;
    private final List<HttpServer> servers = new ArrayList<>();
    private Optional<ServerCertificates> certificates = Optional.empty();
    private SocketAddress bound;

    private EdgeListener(
            Vertx vertx, ListenerConfig config, RequestEntry entry, MalformedSink sink, ListenerMeters meters) {
        this.vertx = vertx;
        this.config = config;
        this.entry = entry;
        Optional<Predicate<InetAddress>> balancers =
                config.proxyProtocol() ? Optional.of(config::isTrustedProxy) : Optional.empty();
        this.guarded = new GuardedListener(config.name(), config.limits(), config.timeouts(), balancers, sink, meters);
        this.loopback = config.address().isLoopback();
        this.bound = SocketAddress.inetSocketAddress(
                config.address().port(), config.address().host());
    }

    /**
     * Opens a listener on all event loops of {@code vertx}.
     *
     * @param vertx built with {@link EdgeTransport#on}
     * @param entry takes the requests, on the event loop of their connection
     * @param sink is told of malformed requests
     */
    public static Future<EdgeListener> open(
            Vertx vertx, ListenerConfig config, RequestEntry entry, MalformedSink sink, Metrics metrics) {
        ListenerMeters meters = new ListenerMeters(metrics, config.name());
        EdgeListener listener = new EdgeListener(vertx, config, entry, sink, meters);
        return listener.start().transform(started -> {
            if (started.failed()) {
                return listener.drain(Duration.ZERO).transform(closed -> Future.failedFuture(started.cause()));
            }
            meters.openConnections(listener.guarded::open);
            return Future.succeededFuture(listener);
        });
    }

    private Future<Void> start() {
        if (config.tls().isEmpty()) {
            return listen(Optional.empty());
        }
        return ServerCertificates.load(
                        vertx, config.tls().get(), config.timeouts().handshake())
                .compose(loaded -> {
                    certificates = Optional.of(loaded);
                    return listen(Optional.of(loaded.options()));
                })
                .onSuccess(listening ->
                        certificates.ifPresent(c -> c.watch(servers.get(0), config.name(), guarded.meters())));
    }

    private Future<Void> listen(Optional<ServerSSLOptions> tls) {
        if (bound.port() != 0) {
            EdgeTransport.guardIfFree(bound, guarded);
        }
        SocketAddress wanted =
                bound.port() == 0 ? SocketAddress.sharedRandomPort(ANY_PORT.incrementAndGet(), bound.host()) : bound;
        List<Future<HttpServer>> listening = new ArrayList<>();
        for (EventExecutor loop : ((VertxInternal) vertx).nettyEventLoopGroup()) {
            Context context = ((VertxInternal) vertx)
                    .contextBuilder()
                    .withThreadingModel(ThreadingModel.EVENT_LOOP)
                    .withEventLoop((EventLoop) loop)
                    .build();
            HttpServer server = server(tls);
            servers.add(server);
            Promise<HttpServer> done = Promise.promise();
            context.runOnContext(now -> Future.succeededFuture()
                    .compose(ready -> server.listen(wanted))
                    .onComplete(done));
            listening.add(done.future());
        }
        return Future.all(listening).map(all -> {
            bound = SocketAddress.inetSocketAddress(
                    servers.get(0).actualPort(), config.address().host());
            EdgeTransport.guard(bound, guarded);
            LOG.info("listener {}: {} on {}", config.name(), config.mode().word(), bound);
            return null;
        });
    }

    private HttpServer server(Optional<ServerSSLOptions> tls) {
        HttpServerBuilder builder =
                vertx.httpServerBuilder().with(serverConfig()).withConnectHandler(this::connected);
        tls.ifPresent(options -> builder.with(options)
                .with(OpenSSLEngineOptions.isAvailable() ? new OpenSSLEngineOptions() : new JdkSSLEngineOptions()));
        String scheme = tls.isPresent() ? "https" : "http";
        return builder.build()
                .requestHandler(request -> accept(request, scheme))
                .invalidRequestHandler(EdgeListener::refuseUndecoded)
                .exceptionHandler(this::connectionFailed);
    }

    private HttpServerConfig serverConfig() {
        ListenerLimits limits = config.limits();
        int head = limits.head().toInt();
        HttpServerConfig server = new HttpServerConfig()
                .setVersions(HttpVersion.HTTP_1_0, HttpVersion.HTTP_1_1, HttpVersion.HTTP_2)
                .setHandle100ContinueAutomatically(false)
                .setWebSocketConfig(new WebSocketServerConfig()
                        .setUsePerFrameCompression(false)
                        .setUsePerMessageCompression(false))
                .setHttp1Config(new Http1ServerConfig()
                        .setMaxInitialLineLength(limits.line().toInt() + SLACK)
                        .setMaxHeaderSize(head + TRAILERS + SLACK))
                .setHttp2Config(new Http2ServerConfig()
                        .setInitialSettings(new Http2Settings()
                                .setMaxConcurrentStreams(limits.streams())
                                .setMaxHeaderListSize(head)
                                .setInitialWindowSize(STREAM_WINDOW))
                        .setConnectionWindowSize(CONNECTION_WINDOW)
                        .setRstFloodMaxRstFramePerWindow(200)
                        .setRstFloodWindowDuration(Duration.ofSeconds(30))
                        .setMaxSmallContinuationFrames(BlockReader.SMALL_CONTINUATIONS));
        server.getTcpConfig().setAcceptBacklog(BACKLOG);
        server.getTcpConfig().getTransportConfig().setSoKeepAlive(true);
        return server;
    }

    private void connected(HttpConnection connection) {
        connection.exceptionHandler(this::connectionFailed);
        StreamRoom.watch(connection);
    }

    private void connectionFailed(Throwable failure) {
        guarded.meters().connectionFailed();
        LOG.debug("listener {}: connection failed", config.name(), failure);
    }

    private void accept(HttpServerRequest request, String scheme) {
        ListenerFacts facts = new ListenerFacts(
                config.name(),
                config.mode(),
                scheme,
                request.localAddress(),
                request.remoteAddress(),
                config.proxyProtocol() && !isToldOf(request.connection()),
                loopback);
        try {
            entry.accept(request, facts);
        } catch (RuntimeException e) {
            LOG.error("listener {}: a request was not taken", config.name(), e);
            if (request.response().headWritten()) {
                unheeded(request.response().reset());
            } else {
                unheeded(request.response().setStatusCode(500).end());
            }
        }
    }

    /** Whether the peer's address is what a PROXY header told. */
    private static boolean isToldOf(HttpConnection connection) {
        return connection instanceof ConnectionBase base
                && base.channel().attr(ProxyHeaderGate.TOLD).get() != null;
    }

    private static void refuseUndecoded(HttpServerRequest request) {
        MalformedRequests.refuse(request, HeadFault.DECODER);
    }

    /** The outcome of a last word to a client that may be gone: nobody is left to act on it. */
    static void unheeded(Future<Void> lastWord) {
        lastWord.onFailure(failure -> LOG.trace("answer not delivered", failure));
    }

    /** Where it listens, with the port that was found if none was named. */
    public SocketAddress address() {
        return bound;
    }

    /** From now on every answer is its connection's last; connections are still accepted. */
    public void announceEnd() {
        guarded.drain();
    }

    /**
     * Accepts no more connections, ends those without a request, lets the others finish (HTTP/1: each answer is its
     * connection's last; HTTP/2: GOAWAY), and closes what is left after {@code limit}.
     */
    public Future<Void> drain(Duration limit) {
        guarded.drain();
        certificates.ifPresent(ServerCertificates::unwatch);
        List<Future<Void>> closing = new ArrayList<>();
        for (HttpServer server : servers) {
            closing.add(server.shutdown(limit.toMillis(), TimeUnit.MILLISECONDS));
        }
        return Future.join(closing).<Void>mapEmpty().onComplete(closed -> EdgeTransport.forget(bound, guarded));
    }
}
