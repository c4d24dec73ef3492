package dev.weir.edge.upstream;

import static dev.weir.edge.upstream.FrameOrigin.END_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.edge.upstream.FrameOrigin.Request;
import dev.weir.http.HeaderFields;
import dev.weir.http.ProxyError;
import dev.weir.runtime.config.ExchangeLimits;
import dev.weir.runtime.config.ExchangeTimeouts;
import dev.weir.runtime.config.OriginProtocol;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How connections of HTTP/2 and the places on them come to their end. */
class Http2EndsTest {
    private static final ExchangeTimeouts WAITING = new ExchangeTimeouts(
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10));

    private final BlockingQueue<Long> codes = new LinkedBlockingQueue<>();

    private static OnLoop oneConnection(FrameOrigin origin) {
        return new OnLoop(new UpstreamSpec(
                "site",
                List.of(origin.target()),
                OriginProtocol.HTTP2,
                List.of(),
                OnLoop.HEALTH,
                new ExchangeLimits(1, 4, OnLoop.LIMITS.head())));
    }

    private static Future<OnLoop.Whole> get(OnLoop loop, String path) {
        return loop.origins.exchange(OnLoop.get(path), OnLoop.DROP).answer().compose(OnLoop::read);
    }

    private static void passes(OnLoop loop, Duration time) {
        loop.call(() -> {
            loop.origins.expire(System.nanoTime() + time.toNanos());
            return Future.succeededFuture();
        });
    }

    private static int connections(OnLoop loop) {
        return loop.call(() -> Future.succeededFuture(loop.origins.connections()));
    }

    private long code() throws InterruptedException {
        Long code = codes.poll(10, TimeUnit.SECONDS);
        return code == null ? -1 : code;
    }

    @Test
    void whatIsIdleForTooLongIsClosed() throws Exception {
        try (FrameOrigin origin = FrameOrigin.playing(peer -> {
                    peer.greet();
                    peer.head(peer.request(), END_STREAM, ":status", "204");
                    peer.drain();
                    codes.add(peer.goAway());
                });
                OnLoop loop = new OnLoop(OnLoop.http2(origin.target()))) {
            loop.whole(OnLoop.get("/"));
            Duration keepAlive = OnLoop.TIMEOUTS.keepAlive();
            passes(loop, keepAlive.minusSeconds(20));
            assertThat(connections(loop)).isEqualTo(1);
            passes(loop, keepAlive.plusSeconds(1));
            assertThat(connections(loop)).isZero();
            assertThat(code()).isZero();
        }
    }

    @Test
    void whatCarriesAnExchangeIsNotIdle() throws Exception {
        CountDownLatch passed = new CountDownLatch(1);
        try (FrameOrigin origin = FrameOrigin.playing(peer -> {
                    peer.greet();
                    peer.head(peer.request(), END_STREAM, ":status", "204");
                    Request second = peer.request();
                    await(passed);
                    peer.head(second, END_STREAM, ":status", "204");
                    peer.drain();
                });
                OnLoop loop = new OnLoop(OnLoop.http2(origin.target()))) {
            loop.whole(OnLoop.get("/"));
            Future<OnLoop.Whole> second = loop.call(() -> Future.succeededFuture(get(loop, "/second")));
            passes(loop, Duration.ofHours(1));
            passed.countDown();
            assertThat(loop.call(() -> second).answer().status()).isEqualTo(204);
            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** All that is on it fails with it, and what comes next goes elsewhere. */
    @Test
    void anUnansweredPingEndsTheConnection() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (FrameOrigin origin = FrameOrigin.playing(
                        peer -> {
                            var unused = peer.greet().request();
                            await(over);
                        },
                        peer -> {
                            peer.head(peer.greet().request(), END_STREAM, ":status", "204");
                            peer.drain();
                        });
                OnLoop loop = oneConnection(origin)) {
            Future<OnLoop.Whole> patient = loop.call(() -> Future.succeededFuture(get(loop, "/")));
            OriginRequest slow = OnLoop.request(
                    "GET", "/", RequestBody.none(), OnLoop.timeouts(Duration.ofMillis(1200), Duration.ofSeconds(5)));
            assertThat(loop.failure(slow).type()).isEqualTo(ProxyError.HTTP_RESPONSE_TIMEOUT);
            passes(loop, Duration.ofSeconds(2));
            assertThat(patient.isComplete()).isFalse();
            OriginRequest next = OnLoop.request("GET", "/", RequestBody.none(), WAITING);
            Future<OnLoop.Whole> waiting = loop.call(() -> Future.succeededFuture(
                    loop.origins.exchange(next, OnLoop.DROP).answer().compose(OnLoop::read)));
            passes(loop, Duration.ofSeconds(6));
            assertThat(loop.failureOf(() -> patient).type()).isEqualTo(ProxyError.CONNECTION_TERMINATED);
            assertThat(loop.call(() -> waiting).answer().status()).isEqualTo(204);
            assertThat(origin.connections()).isEqualTo(2);
            loop.until(() -> loop.origins.connections() == 1);
            over.countDown();
        }
    }

    @Test
    void aConnectionThatIsLeavingHoldsUpNobodyElse() throws Exception {
        CountDownLatch others = new CountDownLatch(1);
        try (FrameOrigin origin = FrameOrigin.playing(
                        peer -> {
                            Request first = peer.greet().request();
                            peer.head(first, 0, ":status", "200").goAway(first.id(), 0);
                            await(others);
                            peer.data(first, END_STREAM, "first");
                            peer.drain();
                            codes.add(peer.goAway());
                        },
                        peer -> {
                            peer.greet();
                            while (true) {
                                peer.head(peer.request(), END_STREAM, ":status", "204");
                            }
                        });
                OnLoop loop = oneConnection(origin)) {
            OriginAnswer first = loop.call(
                    () -> loop.origins.exchange(OnLoop.get("/"), OnLoop.DROP).answer());
            for (int i = 0; i < 3; i++) {
                assertThat(loop.whole(OnLoop.get("/")).answer().status()).isEqualTo(204);
            }
            assertThat(connections(loop)).isEqualTo(2);
            others.countDown();
            assertThat(loop.call(() -> OnLoop.read(first)).body()).isEqualTo("first");
            assertThat(code()).isZero();
            loop.until(() -> loop.origins.connections() == 1);
            assertThat(origin.connections()).isEqualTo(2);
        }
    }

    /** Each leaves with an exchange on it: of those there are no more than of others. */
    @Test
    void connectionsThatLeaveAreBoundedToo() throws Exception {
        try (FrameOrigin origin = FrameOrigin.playing(peer -> {
                    Request only = peer.greet().request();
                    peer.head(only, 0, ":status", "200").goAway(only.id(), 0);
                    peer.drain();
                });
                OnLoop loop = oneConnection(origin)) {
            for (int i = 0; i < 2; i++) {
                loop.call(() ->
                        loop.origins.exchange(OnLoop.get("/"), OnLoop.DROP).answer());
            }
            Future<OnLoop.Whole> third = loop.call(() -> Future.succeededFuture(get(loop, "/")));
            assertThat(loop.failureOf(() -> third).type()).isEqualTo(ProxyError.CONNECTION_LIMIT_REACHED);
            assertThat(origin.connections()).isEqualTo(2);
        }
    }

    @Test
    void aFarewellInTwoPartsLeavesOutWhatTheSecondNames() throws Exception {
        try (FrameOrigin origin = FrameOrigin.playing(
                        peer -> {
                            Request first = peer.greet().request();
                            var unused = peer.request();
                            peer.goAway(Integer.MAX_VALUE, 0).goAway(first.id(), 0);
                            peer.head(first, END_STREAM, ":status", "200");
                            peer.drain();
                        },
                        peer -> {
                            peer.head(peer.greet().request(), END_STREAM, ":status", "204");
                            peer.drain();
                        });
                OnLoop loop = new OnLoop(OnLoop.http2(origin.target()))) {
            List<Integer> statuses = loop.call(() -> Future.all(get(loop, "/a"), get(loop, "/b"))
                    .map(both -> both.<OnLoop.Whole>list().stream()
                            .map(whole -> whole.answer().status())
                            .toList()));
            assertThat(statuses).containsExactly(200, 204);
            assertThat(loop.metrics.retries).hasValue(1);
        }
    }

    /** A place isn't taken for ever by content that the origin has no use for. */
    @Test
    void contentThatWaitsForCreditIsGivenUpBehindTheAnswer() throws Exception {
        byte[] settings = {0, 3, 0, 0, 0, 1, 0, 4, 0, 0, 0, 0};
        try (FrameOrigin origin = FrameOrigin.playing(peer -> {
                    peer.greet(settings);
                    peer.head(peer.request(), END_STREAM, ":status", "204");
                    Request upload = peer.request();
                    peer.head(upload, END_STREAM, ":status", "403");
                    codes.add(peer.until(upload, r -> r.reset() >= 0).reset());
                    peer.head(peer.request(), END_STREAM, ":status", "204");
                    peer.drain();
                });
                OnLoop loop = oneConnection(origin)) {
            loop.whole(OnLoop.get("/"));
            OriginRequest upload = OnLoop.request(
                    "POST",
                    "/",
                    RequestBody.of(new FakeStream("hello"), OptionalLong.of(5), HeaderFields::empty),
                    OnLoop.TIMEOUTS);
            assertThat(loop.whole(upload).answer().status()).isEqualTo(403);
            assertThat(code()).isEqualTo(8);
            assertThat(loop.whole(OnLoop.get("/")).answer().status()).isEqualTo(204);
            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    @Test
    void moreContentThanThereIsCreditForBreaksItsStreamAlone() throws Exception {
        try (FrameOrigin origin = FrameOrigin.playing(peer -> {
                    Request first = peer.greet().request();
                    peer.head(first, 0, ":status", "200");
                    for (int i = 0; i < 5; i++) {
                        peer.data(first, 0, "x".repeat(16384));
                    }
                    codes.add(peer.until(first, r -> r.reset() >= 0).reset());
                    peer.head(peer.request(), END_STREAM, ":status", "204");
                    peer.drain();
                });
                OnLoop loop = new OnLoop(OnLoop.http2(origin.target()))) {
            OriginAnswer answer = loop.call(
                    () -> loop.origins.exchange(OnLoop.get("/"), OnLoop.DROP).answer());
            assertThat(code()).isEqualTo(3);
            assertThat(loop.failureOf(() -> OnLoop.read(answer)).type()).isEqualTo(ProxyError.HTTP_PROTOCOL_ERROR);
            assertThat(loop.whole(OnLoop.get("/")).answer().status()).isEqualTo(204);
            assertThat(origin.connections()).isEqualTo(1);
        }
    }
}
