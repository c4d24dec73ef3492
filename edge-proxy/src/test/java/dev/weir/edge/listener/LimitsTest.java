package dev.weir.edge.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.runtime.config.ListenerLimits;
import dev.weir.runtime.config.ListenerTimeouts;
import dev.weir.settings.ByteSize;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LimitsTest {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String GET = "GET /%s HTTP/1.1\r\nHost: a\r\n\r\n";
    private TestEdge edge = TestEdge.clear();

    @AfterEach
    void close() {
        edge.close();
    }

    private void reopen(
            ListenerTimeouts timeouts, ListenerLimits limits, BiConsumer<TestEdge, HttpServerRequest> entry) {
        edge.close();
        edge = new TestEdge(false, TestEdge.config(Optional.empty(), timeouts, limits), entry);
    }

    private void reopen(Duration head, Duration idle, Duration body, Duration write) {
        reopen(new ListenerTimeouts(LONG, head, idle, body, write, LONG), TestEdge.LIMITS, TestEdge::echo);
    }

    private static ListenerLimits connections(int all, int perClient) {
        return new ListenerLimits(all, perClient, ByteSize.ofKiB(8), ByteSize.ofKiB(32), 100, ByteSize.ofMiB(1), 100);
    }

    @Test
    void closesASilentConnectionQuietly() throws Exception {
        reopen(SHORT, LONG, LONG, LONG);
        try (RawClient client = edge.client()) {
            assertThat(client.receivesAll()).isEmpty();
            assertThat(edge.refusals).isEmpty();
        }
    }

    @Test
    void timesASlowHeadOutHoweverItTrickles() throws Exception {
        reopen(Duration.ofSeconds(1), LONG, LONG, LONG);
        try (RawClient client = edge.client()) {
            client.sends("GET / HTTP/1.1\r\n");
            long trickle = edge.vertx.setPeriodic(100, tick -> {
                try {
                    client.sends("A: b\r\n");
                } catch (java.io.IOException e) {
                    edge.requests.add("closed");
                }
            });
            assertThat(client.receivesAll()).startsWith("HTTP/1.1 408 ");
            edge.vertx.cancelTimer(trickle);
            assertThat(edge.refusals).singleElement().asString().startsWith("slow ");
        }
    }

    @Test
    void timesALaterHeadOutAndAnIdleConnection() throws Exception {
        reopen(SHORT, LONG, LONG, LONG);
        try (RawClient client = edge.client()) {
            client.sends(GET.formatted(1)).receivesUntil("<GET /1 >");
            assertThat(client.sends("GET /2").receivesAll()).contains("HTTP/1.1 408 ");
        }
        reopen(LONG, SHORT, LONG, LONG);
        try (RawClient client = edge.client()) {
            client.sends(GET.formatted(1)).receivesUntil("<GET /1 >");
            assertThat(client.receivesAll()).endsWith("<GET /1 >");
        }
    }

    @Test
    void timesASlowBodyOut() throws Exception {
        reopen(LONG, LONG, SHORT, LONG);
        try (RawClient client = edge.client()) {
            client.sends("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello");
            assertThat(client.receivesAll()).startsWith("HTTP/1.1 408 ");
            assertThat(edge.noted()).isEmpty();
        }
    }

    @Test
    void closesOnAClientThatTakesNothing() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        ListenerTimeouts timeouts = new ListenerTimeouts(LONG, LONG, LONG, LONG, SHORT, LONG);
        reopen(timeouts, TestEdge.LIMITS, (e, request) -> {
            request.connection().closeHandler(gone -> closed.countDown());
            request.response().end("x".repeat(64 * 1024 * 1024)).onFailure(e.failures::add);
        });
        try (RawClient client = edge.client()) {
            client.sends(GET.formatted(1)).receivesUntil("HTTP/1.1 200");
            assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(edge.metrics.scrape()).contains("weir_listener_connections_slow_total{listener=\"web\"} 1.0");
        }
    }

    /** Being full is told to all handlers, and timed: too dear for what is answered most. */
    @Test
    void isNotFullOfAPieceOfABodyWithItsHead() throws Exception {
        AtomicInteger changes = new AtomicInteger();
        reopen(TestEdge.TIMEOUTS, TestEdge.LIMITS, (e, request) -> {
            ((ConnectionBase) request.connection()).channel().pipeline().addFirst(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelWritabilityChanged(ChannelHandlerContext ctx) {
                    changes.incrementAndGet();
                    ctx.fireChannelWritabilityChanged();
                }
            });
            int length = Integer.parseInt(request.path().substring(1)) * 1024;
            request.response()
                    .putHeader("A", "a".repeat(4000))
                    .putHeader("Connection", "close")
                    .end("x".repeat(length))
                    .onFailure(e.failures::add);
        });
        try (RawClient client = edge.client()) {
            assertThat(client.sends(GET.formatted(64)).receivesAll()).hasSizeGreaterThan(64 * 1024 + 4000);
        }
        assertThat(changes).hasValue(0);
        try (RawClient client = edge.client()) {
            assertThat(client.sends(GET.formatted(128)).receivesAll()).hasSizeGreaterThan(128 * 1024);
        }
        assertThat(changes.get()).isPositive();
    }

    @Test
    void closesConnectionsAboveTheLimitOfAnAddress() throws Exception {
        reopen(TestEdge.TIMEOUTS, connections(100, 3), TestEdge::echo);
        List<RawClient> open = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            RawClient client = edge.client();
            client.sends(GET.formatted(i)).receivesUntil("<GET /" + i);
            open.add(client);
        }
        try (RawClient fourth = edge.client()) {
            assertThat(fourth.receivesAll()).isIn("", "<reset>");
        }
        assertThat(edge.metrics.scrape())
                .contains("weir_listener_connections_refused_total{limit=\"client\",listener=\"web\"} 1.0")
                .contains("weir_listener_connections{listener=\"web\"} 3.0");
        open.get(0)
                .sends("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                .receivesAll();
        awaitOpen(2);
        try (RawClient next = edge.client()) {
            next.sends(GET.formatted("next")).receivesUntil("<GET /next");
        }
        for (RawClient client : open) {
            client.close();
        }
    }

    @Test
    void closesConnectionsAboveTheLimitOfAll() throws Exception {
        reopen(TestEdge.TIMEOUTS, connections(1, 100), TestEdge::echo);
        try (RawClient one = edge.client()) {
            one.sends(GET.formatted(1)).receivesUntil("<GET /1");
            try (RawClient two = edge.client()) {
                assertThat(two.receivesAll()).isIn("", "<reset>");
            }
        }
        assertThat(edge.metrics.scrape())
                .contains("weir_listener_connections_refused_total{limit=\"total\",listener=\"web\"} 1.0");
    }

    private void awaitOpen(int expected) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!edge.metrics.scrape().contains("weir_listener_connections{listener=\"web\"} " + expected + ".0")) {
            assertThat(System.nanoTime()).isLessThan(end);
            TestEdge.await(edge.vertx.timer(20, TimeUnit.MILLISECONDS));
        }
    }

    @Test
    void endsIdleConnectionsAndLetsTheOthersFinishWhenDrained() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        reopen(TestEdge.TIMEOUTS, TestEdge.LIMITS, (e, request) -> {
            if (request.path().equals("/slow")) {
                running.countDown();
                e.vertx
                        .<Boolean>executeBlocking(() -> goOn.await(10, TimeUnit.SECONDS))
                        .compose(done -> request.response().end("<GET /slow >"))
                        .onFailure(e.failures::add);
            } else {
                TestEdge.echo(e, request);
            }
        });
        try (RawClient idle = edge.client();
                RawClient busy = edge.client()) {
            idle.sends(GET.formatted(1)).receivesUntil("<GET /1");
            busy.sends(GET.formatted("slow"));
            assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
            int port = edge.port();
            Future<Void> drained = edge.listener.drain(Duration.ofSeconds(10));
            assertThat(idle.receivesAll()).endsWith("<GET /1 >");
            goOn.countDown();
            assertThat(busy.receivesAll())
                    .containsIgnoringCase("connection: close")
                    .endsWith("<GET /slow >");
            TestEdge.await(drained);
            org.assertj.core.api.Assertions.assertThatThrownBy(
                            () -> RawClient.to(port).close())
                    .isInstanceOf(java.net.ConnectException.class);
        }
    }

    @Test
    void speaksHttp2ByPriorKnowledgeBesideHttp1() throws Exception {
        reopen(TestEdge.TIMEOUTS, TestEdge.LIMITS, LimitsTest::tellPipeline);
        HttpClientAgent client = edge.vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
        String body = TestEdge.await(client.request(HttpMethod.GET, edge.port(), "127.0.0.1", "/h2")
                        .compose(request -> request.send())
                        .compose(HttpClientResponse::body))
                .toString();
        assertThat(body)
                .isEqualTo(
                        "<HTTP_2 [slowReaderGuard, idleHttp2, http2Guard, handler, streamRoom, DefaultChannelPipeline$TailContext#0]>");
        try (RawClient http1 = edge.client()) {
            http1.sends(GET.formatted(1))
                    .receivesUntil("<HTTP_1_1 [slowReaderGuard, guard, httpDecoder, httpEncoder, ledger, handler,"
                            + " DefaultChannelPipeline$TailContext#0]>");
            http1.sends(GET.formatted(2)).receivesUntil("handler, DefaultChannelPipeline$TailContext#0]>");
        }
    }

    private static void tellPipeline(TestEdge edge, HttpServerRequest request) {
        edge.vertx.runOnContext(later -> {
            List<String> names =
                    ((ConnectionBase) request.connection()).channel().pipeline().names();
            request.response().end("<" + request.version() + " " + names + ">").onFailure(edge.failures::add);
        });
    }

    @Test
    void failsToOpenWhereAnotherListens() throws Exception {
        int taken = edge.port();
        dev.weir.runtime.config.ListenerConfig config =
                TestEdge.config(Optional.empty(), TestEdge.TIMEOUTS, TestEdge.LIMITS);
        dev.weir.runtime.config.ListenerConfig same = new dev.weir.runtime.config.ListenerConfig(
                "other",
                config.mode(),
                new dev.weir.settings.HostPort("127.0.0.1", taken),
                config.tls(),
                config.identity(),
                config.clientAddress(),
                config.trustedProxies(),
                config.proxyProtocol(),
                config.cdnLoop(),
                config.openProxy(),
                config.timeouts(),
                config.limits());
        TestEdge second = TestEdge.clear();
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> TestEdge.await(EdgeListener.open(
                        second.vertx,
                        same,
                        (request, facts) -> {},
                        (name, client, reason, excerpt) -> {},
                        second.metrics)))
                .hasMessageContaining("in use");
        second.close();
        try (RawClient client = edge.client()) {
            client.sends(GET.formatted(1)).receivesUntil("<GET /1");
        }
    }

    @Test
    void leavesExemptAddressesAlone() throws Exception {
        var plain = edge.vertx.createHttpServer().requestHandler(request -> {
            List<String> names =
                    ((ConnectionBase) request.connection()).channel().pipeline().names();
            request.response().end("<" + names + ">").onFailure(edge.failures::add);
        });
        int port = TestEdge.await(plain.listen(0, "127.0.0.1")).actualPort();
        try (RawClient client = RawClient.to(port)) {
            assertThat(client.sends(GET.formatted(1)).receivesUntil("]>")).contains("guard,");
        }
        EdgeTransport.exempt(SocketAddress.inetSocketAddress(port, "127.0.0.1"));
        try (RawClient client = RawClient.to(port)) {
            assertThat(client.sends(GET.formatted(1)).receivesUntil("]>")).doesNotContain("uard");
        }
    }
}
