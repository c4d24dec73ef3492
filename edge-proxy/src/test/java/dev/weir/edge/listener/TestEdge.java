package dev.weir.edge.listener;

import dev.weir.runtime.config.ClientAddress;
import dev.weir.runtime.config.Identity;
import dev.weir.runtime.config.ListenerConfig;
import dev.weir.runtime.config.ListenerLimits;
import dev.weir.runtime.config.ListenerTimeouts;
import dev.weir.runtime.config.Mode;
import dev.weir.runtime.config.TlsConfig;
import dev.weir.runtime.metrics.Metrics;
import dev.weir.settings.ByteSize;
import dev.weir.settings.Cidr;
import dev.weir.settings.HostPort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** A listener on a free port whose entry notes each request as {@code METHOD target body} and answers with the same. */
final class TestEdge implements AutoCloseable {
    static final ListenerTimeouts TIMEOUTS = new ListenerTimeouts(
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(20),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(20));
    static final ListenerLimits LIMITS =
            new ListenerLimits(1_000, 500, ByteSize.ofKiB(8), ByteSize.ofKiB(32), 100, ByteSize.ofMiB(64), 100);

    final ConcurrentLinkedQueue<String> requests = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<String> refusals = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    final Metrics metrics = new Metrics();
    final Vertx vertx;
    final EdgeListener listener;

    TestEdge(boolean nio, ListenerConfig config, BiConsumer<TestEdge, HttpServerRequest> entry) {
        var builder = Vertx.builder().with(new VertxOptions().setEventLoopPoolSize(2));
        vertx = (nio ? EdgeTransport.nio(builder) : EdgeTransport.on(builder)).build();
        listener = await(EdgeListener.open(
                vertx,
                config,
                (request, facts) -> entry.accept(this, request),
                (name, client, reason, excerpt) -> refusals.add(reason + " " + excerpt),
                metrics));
    }

    static TestEdge clear() {
        return new TestEdge(false, config(Optional.empty(), TIMEOUTS, LIMITS), TestEdge::echo);
    }

    static TestEdge clear(BiConsumer<TestEdge, HttpServerRequest> entry) {
        return new TestEdge(false, config(Optional.empty(), TIMEOUTS, LIMITS), entry);
    }

    static ListenerConfig config(Optional<TlsConfig> tls, ListenerTimeouts timeouts, ListenerLimits limits) {
        return new ListenerConfig(
                "web",
                Mode.REVERSE,
                new HostPort("127.0.0.1", 0),
                tls,
                Identity.DISCLOSE,
                ClientAddress.FULL,
                List.of(),
                false,
                Optional.empty(),
                false,
                timeouts,
                limits);
    }

    /** A listener that only {@code balancers} may connect to, each time with a PROXY header. */
    static ListenerConfig behind(String balancers, Optional<TlsConfig> tls, Duration head, int perClient) {
        return new ListenerConfig(
                "web",
                Mode.REVERSE,
                new HostPort("127.0.0.1", 0),
                tls,
                Identity.DISCLOSE,
                ClientAddress.FULL,
                List.of(Cidr.parse(balancers).orElseThrow()),
                true,
                Optional.empty(),
                false,
                new ListenerTimeouts(
                        TIMEOUTS.handshake(),
                        head,
                        TIMEOUTS.idle(),
                        TIMEOUTS.body(),
                        TIMEOUTS.write(),
                        TIMEOUTS.tunnel()),
                new ListenerLimits(
                        LIMITS.connections(),
                        perClient,
                        LIMITS.line(),
                        LIMITS.head(),
                        LIMITS.fields(),
                        LIMITS.body(),
                        LIMITS.streams()));
    }

    static void echo(TestEdge edge, HttpServerRequest request) {
        request.exceptionHandler(edge.failures::add);
        request.body().onComplete(body -> {
            if (body.succeeded()) {
                String line = request.method() + " " + request.uri() + " " + body.result();
                edge.requests.add(line);
                request.response().end("<" + line + ">").onFailure(edge.failures::add);
            } else {
                edge.failures.add(body.cause());
            }
        });
    }

    int port() {
        return listener.address().port();
    }

    RawClient client() throws IOException {
        return RawClient.to(port());
    }

    List<String> noted() {
        return new ArrayList<>(requests);
    }

    static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void close() {
        await(vertx.close());
        metrics.close();
    }
}
