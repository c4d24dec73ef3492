package dev.weir.edge.upstream;

import static dev.weir.edge.upstream.FrameOrigin.END_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.edge.upstream.FrameOrigin.Request;
import dev.weir.http.HeaderFields;
import dev.weir.http.ProxyError;
import dev.weir.runtime.config.OriginProtocol;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connections of HTTP/2 that many exchanges share: how many, for how long, what is tried again. */
class Http2SharingTest {
    private final VertxOrigin vertx = new VertxOrigin();

    @AfterEach
    void stop() throws Exception {
        vertx.stop();
    }

    private static OriginRequest post(FakeStream content, OptionalLong length, HeaderFields trailers) {
        return OnLoop.request("POST", "/", RequestBody.of(content, length, () -> trailers), OnLoop.TIMEOUTS);
    }

    @Test
    void hundredRequestsShareOneConnection() throws Exception {
        Promise<Void> all = Promise.promise();
        List<HttpServerRequest> waiting = new ArrayList<>();
        HttpServer server = vertx.serve(new HttpServerOptions(), request -> {
            waiting.add(request);
            if (waiting.size() == 100) {
                waiting.forEach(held -> held.response().end(held.path()).onFailure(all::tryFail));
            }
        });
        try (OnLoop loop = new OnLoop(OnLoop.http2(VertxOrigin.target(server)))) {
            List<String> bodies = loop.call(() -> Future.all(IntStream.range(0, 100)
                            .mapToObj(i -> loop.origins
                                    .exchange(OnLoop.get("/" + i), OnLoop.DROP)
                                    .answer()
                                    .compose(OnLoop::read))
                            .toList())
                    .map(answers -> answers.<OnLoop.Whole>list().stream()
                            .map(OnLoop.Whole::body)
                            .toList()));
            assertThat(bodies)
                    .isEqualTo(IntStream.range(0, 100).mapToObj(i -> "/" + i).toList());
            assertThat(vertx.connections()).isEqualTo(1);
            loop.until(() -> loop.origins.connections() == 1);
            assertThat(all.future().failed()).isFalse();
        }
    }

    @Test
    void noMoreStreamsAreOpenedThanTheOriginTakes() throws Exception {
        try (FrameOrigin origin = FrameOrigin.playing(peer -> {
                    peer.greet(FrameOrigin.setting(3, 1));
                    Request first = peer.request();
                    peer.head(first, END_STREAM, ":status", "204");
                    while (true) {
                        Request next = peer.request();
                        peer.head(next, END_STREAM, ":status", "204");
                    }
                });
                OnLoop loop = new OnLoop(new UpstreamSpec(
                        "site",
                        List.of(origin.target()),
                        OriginProtocol.HTTP2,
                        List.of(),
                        OnLoop.HEALTH,
                        new dev.weir.runtime.config.ExchangeLimits(1, 4, OnLoop.LIMITS.head())))) {
            loop.whole(OnLoop.get("/"));
            List<Integer> statuses = loop.call(() -> Future.all(IntStream.range(0, 5)
                            .mapToObj(i -> loop.origins
                                    .exchange(OnLoop.get("/"), OnLoop.DROP)
                                    .answer()
                                    .compose(OnLoop::read))
                            .toList())
                    .map(answers -> answers.<OnLoop.Whole>list().stream()
                            .map(whole -> whole.answer().status())
                            .toList()));
            assertThat(statuses).containsOnly(204).hasSize(5);
            // The line is as long as it may be: one is served, four wait, and nobody else.
            List<Boolean> failed = loop.call(() -> Future.join(IntStream.range(0, 6)
                            .mapToObj(i -> loop.origins
                                    .exchange(OnLoop.get("/"), OnLoop.DROP)
                                    .answer()
                                    .transform(answer -> Future.succeededFuture(answer.failed())))
                            .toList())
                    .map(answers -> answers.<Boolean>list()));
            assertThat(failed).containsExactly(false, false, false, false, false, true);
            assertThat(loop.metrics.refusals).hasValue(1);
            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    @Test
    void aRefusedStreamIsTriedAgainOnce() throws Exception {
        try (FrameOrigin origin = FrameOrigin.playing(peer -> {
                    peer.greet();
                    peer.reset(peer.request(), 7);
                    Request again = peer.request();
                    peer.head(again, END_STREAM, ":status", "200", "id", String.valueOf(again.id()));
                    peer.reset(peer.request(), 7).reset(peer.request(), 7);
                    peer.drain();
                });
                OnLoop loop = new OnLoop(OnLoop.http2(origin.target()))) {
            OriginRequest post = OnLoop.request("POST", "/", RequestBody.none(), OnLoop.TIMEOUTS);
            OriginAnswer answer = loop.whole(post).answer();
            assertThat(answer.fields().first("id")).contains("5");
            assertThat(answer.timings().retries()).isEqualTo(1);
            assertThat(loop.failure(post).type()).isEqualTo(ProxyError.CONNECTION_TERMINATED);
            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    @Test
    void contentThatHasBeenTakenIsNotSentTwice() throws Exception {
        try (FrameOrigin origin = FrameOrigin.playing(peer -> {
                    peer.greet();
                    Request request = peer.request();
                    peer.until(request, r -> !r.content().isEmpty());
                    peer.reset(request, 7);
                    peer.drain();
                });
                OnLoop loop = new OnLoop(OnLoop.http2(origin.target()))) {
            ProxyFailure failure =
                    loop.failure(post(new FakeStream("a").staying(), OptionalLong.of(5), HeaderFields.empty()));
            assertThat(failure.type()).isEqualTo(ProxyError.CONNECTION_TERMINATED);
            assertThat(loop.metrics.retries).hasValue(0);
        }
    }

    @Test
    void whatAGoAwayLeavesOutIsTriedOnAnotherConnectionAndTheRestGoesOn() throws Exception {
        try (FrameOrigin origin = FrameOrigin.playing(
                        peer -> {
                            peer.greet();
                            Request first = peer.request();
                            var unused = peer.request();
                            peer.goAway(first.id(), 0);
                            peer.head(first, 0, ":status", "200").data(first, END_STREAM, "first");
                            peer.drain();
                        },
                        peer -> {
                            Request again = peer.greet().request();
                            peer.head(again, 0, ":status", "200").data(again, END_STREAM, "again");
                            peer.drain();
                        });
                OnLoop loop = new OnLoop(OnLoop.http2(origin.target()))) {
            OriginRequest post = OnLoop.request("POST", "/", RequestBody.none(), OnLoop.TIMEOUTS);
            List<String> bodies = loop.call(() -> Future.all(IntStream.range(0, 2)
                            .mapToObj(i -> loop.origins
                                    .exchange(post, OnLoop.DROP)
                                    .answer()
                                    .compose(OnLoop::read))
                            .toList())
                    .map(answers -> answers.<OnLoop.Whole>list().stream()
                            .map(OnLoop.Whole::body)
                            .toList()));
            assertThat(bodies).containsExactly("first", "again");
            assertThat(origin.connections()).isEqualTo(2);
            loop.until(() -> loop.origins.connections() == 1);
        }
    }

    @Test
    void anAbortedExchangeResetsItsStreamAndTheConnectionLivesOn() throws Exception {
        BlockingQueue<Long> codes = new LinkedBlockingQueue<>();
        try (FrameOrigin origin = FrameOrigin.playing(peer -> {
                    peer.greet();
                    Request first = peer.request();
                    peer.head(first, 0, ":status", "200").data(first, 0, "hel");
                    codes.add(peer.until(first, r -> r.reset() >= 0).reset());
                    peer.head(peer.request(), END_STREAM, ":status", "204");
                    peer.drain();
                });
                OnLoop loop = new OnLoop(OnLoop.http2(origin.target()))) {
            loop.call(() ->
                    loop.origins.exchange(OnLoop.get("/"), OnLoop.DROP).answer().onSuccess(OriginAnswer::abort));
            assertThat(codes.poll(10, TimeUnit.SECONDS)).isEqualTo(8);
            assertThat(loop.whole(OnLoop.get("/")).answer().status()).isEqualTo(204);
            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    @Test
    void anOriginThatSaysNothingIsAskedWhetherItIsThere() throws Exception {
        BlockingQueue<Boolean> pinged = new LinkedBlockingQueue<>();
        try (FrameOrigin origin = FrameOrigin.playing(peer -> {
                    Request first = peer.greet().request();
                    peer.until(first, r -> r.reset() >= 0);
                    while (!peer.wasPinged()) {
                        peer.read();
                    }
                    pinged.add(true);
                    peer.head(peer.request(), END_STREAM, ":status", "204");
                    peer.drain();
                });
                OnLoop loop = new OnLoop(OnLoop.http2(origin.target()))) {
            OriginRequest slow = OnLoop.request(
                    "GET", "/", RequestBody.none(), OnLoop.timeouts(Duration.ofMillis(1200), Duration.ofSeconds(5)));
            assertThat(loop.failure(slow).type()).isEqualTo(ProxyError.HTTP_RESPONSE_TIMEOUT);
            assertThat(pinged.poll(10, TimeUnit.SECONDS)).isTrue();
            assertThat(origin.failure()).isNull();
        }
    }

    @Test
    void whoeverWaitsForAConnectionThatCannotBeMadeFailsWithIt() throws Exception {
        TargetSpec dead = new TargetSpec("http", "127.0.0.1", ScriptedOrigin.closedPort());
        try (OnLoop loop = new OnLoop(OnLoop.http2(dead))) {
            List<Boolean> failed = loop.call(() -> Future.join(IntStream.range(0, 20)
                            .mapToObj(i -> loop.origins
                                    .exchange(OnLoop.get("/"), OnLoop.DROP)
                                    .answer()
                                    .transform(answer -> Future.succeededFuture(answer.failed())))
                            .toList())
                    .map(answers -> answers.<Boolean>list()));
            assertThat(failed).containsOnly(true).hasSize(20);
            loop.until(() -> loop.origins.connections() == 0);
        }
    }

    @Test
    void aBodyThatIsUnreadHoldsUpItsOwnStreamAlone() throws Exception {
        HttpServer server = vertx.serve(
                new HttpServerOptions(),
                request -> request.response()
                        .end(Buffer.buffer(new byte[request.path().equals("/large") ? 4 * 1024 * 1024 : 5]))
                        .onFailure(gone -> {}));
        try (OnLoop loop = new OnLoop(OnLoop.http2(VertxOrigin.target(server)))) {
            OriginAnswer large = loop.call(() ->
                    loop.origins.exchange(OnLoop.get("/large"), OnLoop.DROP).answer());
            for (int i = 0; i < 20; i++) {
                assertThat(loop.whole(OnLoop.get("/small")).body()).hasSize(5);
            }
            assertThat(loop.call(() -> OnLoop.read(large)).body()).hasSize(4 * 1024 * 1024);
            assertThat(vertx.connections()).isEqualTo(1);
        }
    }
}
