package dev.weir.edge.upstream;

import static dev.weir.edge.upstream.FrameOrigin.END_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.edge.upstream.FrameOrigin.Request;
import dev.weir.http.HeaderFields;
import dev.weir.http.ProxyError;
import dev.weir.runtime.config.OriginProtocol;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exchanges over HTTP/2: what requests become, how connections are shared, what is tried again. */
class Http2OriginsTest {
    private final Vertx vertx = Vertx.vertx();
    private final Set<Object> connections = ConcurrentHashMap.newKeySet();

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private HttpServer serve(HttpServerOptions options, java.util.function.Consumer<HttpServerRequest> answer)
            throws Exception {
        int port;
        try (ServerSocket free = ScriptedOrigin.bind()) {
            port = free.getLocalPort();
        }
        return vertx.createHttpServer(options.setPort(port).setHost("127.0.0.1"))
                .requestHandler(request -> {
                    connections.add(request.connection());
                    answer.accept(request);
                })
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    private static OnLoop to(HttpServer server) {
        return new OnLoop(OnLoop.http2(new TargetSpec("http", "127.0.0.1", server.actualPort())));
    }

    private static OriginRequest post(FakeStream content, OptionalLong length, HeaderFields trailers) {
        return OnLoop.request("POST", "/up", RequestBody.of(content, length, () -> trailers), OnLoop.TIMEOUTS);
    }

    @Test
    void aRequestIsMappedFieldByField() throws Exception {
        BlockingQueue<Request> seen = new LinkedBlockingQueue<>();
        try (FrameOrigin origin = FrameOrigin.playing(peer -> {
                    Request request = peer.greet().request();
                    peer.until(request, Request::isEnded);
                    peer.head(request, END_STREAM, ":status", "204");
                    seen.add(request);
                    peer.drain();
                });
                OnLoop loop = new OnLoop(OnLoop.http2(origin.target()))) {
            HeaderFields fields = HeaderFields.builder()
                    .add("Host", "site.test:81")
                    .add("Cookie", "a=b; c=d")
                    .add("Accept", " text/plain ")
                    .add("Connection", "keep-alive")
                    .add("Keep-Alive", "timeout=1")
                    .add("Proxy-Connection", "keep-alive")
                    .add("Transfer-Encoding", "chunked")
                    .add("Upgrade", "h2c")
                    .add("HTTP2-Settings", "x")
                    .add("Content-Length", "99")
                    .add("TE", "gzip, trailers")
                    .add("Trailer", "X-Sum")
                    .add("X-Empty", "")
                    .build();
            loop.whole(OnLoop.with(
                    post(
                            new FakeStream("hel", "lo"),
                            OptionalLong.empty(),
                            HeaderFields.of("X-Sum", "1", "Host", "evil")),
                    fields));
            Request request = seen.poll(10, TimeUnit.SECONDS);
            assertThat(request.fields())
                    .containsExactly(
                            ":method: POST",
                            ":scheme: http",
                            ":path: /up",
                            ":authority: site.test:81",
                            "cookie: a=b; c=d",
                            "accept: text/plain",
                            "x-empty: ",
                            "te: trailers",
                            "trailer: X-Sum");
            assertThat(request.content()).isEqualTo("hello");
            assertThat(request.trailers()).containsExactly("x-sum: 1");
        }
    }

    @Test
    void lengthAndAuthorityOfTheTargetGoAlong() throws Exception {
        BlockingQueue<Request> seen = new LinkedBlockingQueue<>();
        try (FrameOrigin origin = FrameOrigin.playing(peer -> {
                    Request request = peer.greet().request();
                    peer.until(request, Request::isEnded);
                    peer.head(request, END_STREAM, ":status", "204");
                    seen.add(request);
                    peer.drain();
                });
                OnLoop loop = new OnLoop(OnLoop.http2(origin.target()))) {
            OriginRequest request = post(new FakeStream("hello"), OptionalLong.of(5), HeaderFields.empty());
            loop.whole(new OriginRequest(
                    "PUT",
                    "*",
                    request.fields(),
                    request.destination(),
                    request.body(),
                    request.timeouts(),
                    OriginRequest.Host.TARGET));
            assertThat(seen.poll(10, TimeUnit.SECONDS).fields())
                    .containsExactlyInAnyOrder(
                            ":method: PUT",
                            ":path: *",
                            ":scheme: http",
                            ":authority: 127.0.0.1:" + origin.port(),
                            "content-length: 5");
        }
    }

    @Test
    void hundredRequestsShareOneConnection() throws Exception {
        Promise<Void> all = Promise.promise();
        List<HttpServerRequest> waiting = new ArrayList<>();
        HttpServer server = serve(new HttpServerOptions(), request -> {
            waiting.add(request);
            if (waiting.size() == 100) {
                waiting.forEach(held -> held.response().end(held.path()).onFailure(all::tryFail));
            }
        });
        try (OnLoop loop = to(server)) {
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
            assertThat(connections).hasSize(1);
            loop.until(() -> loop.origins.connections() == 1);
            assertThat(all.future().failed()).isFalse();
        }
    }

    @Test
    void aMebibyteGoesUpAndComesDown() throws Exception {
        HttpServer server = serve(new HttpServerOptions(), request -> {
            request.response().setChunked(true);
            request.pipeTo(request.response());
        });
        try (OnLoop loop = to(server)) {
            OnLoop.Whole whole = loop.whole(
                    post(FakeStream.endless(1024 * 1024), OptionalLong.of(1024 * 1024), HeaderFields.empty()));
            assertThat(whole.body()).hasSize(1024 * 1024);
            assertThat(loop.whole(OnLoop.get("/")).answer().status()).isEqualTo(200);
            assertThat(connections).hasSize(1);
        }
    }

    @Test
    void anOriginThatGivesNoCreditHoldsUpTheClient() throws Exception {
        try (FrameOrigin origin = FrameOrigin.playing(peer -> {
                    peer.greet();
                    peer.stopsCredit();
                    peer.drain();
                });
                OnLoop loop = new OnLoop(OnLoop.http2(origin.target()))) {
            FakeStream content = FakeStream.endless(8 * 1024 * 1024);
            OriginRequest request = OnLoop.request(
                    "POST",
                    "/",
                    RequestBody.of(content, OptionalLong.of(8 * 1024 * 1024), HeaderFields::empty),
                    OnLoop.timeouts(Duration.ofSeconds(5), Duration.ofMillis(300)));
            assertThat(loop.failure(request).type()).isEqualTo(ProxyError.CONNECTION_WRITE_TIMEOUT);
            assertThat(content.given()).isLessThan(512 * 1024);
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

    /** The connection may be dead: nothing is sent on it before the origin has answered a ping. */
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
    void aChangeOfProtocolIsNotAskedFor() throws Exception {
        try (FrameOrigin origin = FrameOrigin.playing(peer -> {
                    Request request = peer.greet().request();
                    assertThat(request.fields()).noneMatch(field -> field.startsWith("upgrade"));
                    peer.head(request, END_STREAM, ":status", "426");
                    peer.drain();
                });
                OnLoop loop = new OnLoop(OnLoop.http2(origin.target()))) {
            UpgradeAnswer answer = loop.call(() -> loop.origins
                    .upgrade(OnLoop.get("/"), "websocket", OnLoop.DROP)
                    .answer());
            assertThat(((UpgradeAnswer.Answered) answer).answer().status()).isEqualTo(426);
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
    void overTlsHttp2HasToBeChosen(@TempDir Path directory) throws Exception {
        TestCertificate certificate = TestCertificate.of("localhost", directory);
        HttpServer both = serve(
                new HttpServerOptions().setSsl(true).setUseAlpn(true).setKeyCertOptions(certificate.options()),
                request -> request.response().end(request.version().alpnName()));
        HttpServer old = serve(
                new HttpServerOptions().setSsl(true).setKeyCertOptions(certificate.options()),
                request -> request.response().end("unseen"));
        assertThat(secure(certificate, both.actualPort(), true)).isEqualTo("h2");
        assertThat(secure(certificate, old.actualPort(), false)).isEqualTo("TLS_PROTOCOL_ERROR 502");
    }

    private static String secure(TestCertificate certificate, int port, boolean good) throws IOException {
        UpstreamSpec upstream = new UpstreamSpec(
                "site",
                List.of(new TargetSpec("https", "localhost", port)),
                OriginProtocol.HTTP2,
                Authorities.read(certificate.certificate()),
                OnLoop.HEALTH,
                OnLoop.LIMITS);
        try (OnLoop loop = new OnLoop(upstream)) {
            if (good) {
                return loop.whole(OnLoop.get("/")).body();
            }
            ProxyFailure failure = loop.failure(OnLoop.get("/"));
            return failure.type() + " " + failure.status();
        }
    }

    @Test
    void aBodyThatIsUnreadHoldsUpItsOwnStreamAlone() throws Exception {
        HttpServer server = serve(
                new HttpServerOptions(),
                request -> request.response()
                        .end(Buffer.buffer(new byte[request.path().equals("/large") ? 4 * 1024 * 1024 : 5]))
                        .onFailure(gone -> {}));
        try (OnLoop loop = to(server)) {
            OriginAnswer large = loop.call(() ->
                    loop.origins.exchange(OnLoop.get("/large"), OnLoop.DROP).answer());
            for (int i = 0; i < 20; i++) {
                assertThat(loop.whole(OnLoop.get("/small")).body()).hasSize(5);
            }
            assertThat(loop.call(() -> OnLoop.read(large)).body()).hasSize(4 * 1024 * 1024);
            assertThat(connections).hasSize(1);
        }
    }
}
