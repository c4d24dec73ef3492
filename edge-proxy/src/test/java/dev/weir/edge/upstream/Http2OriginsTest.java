package dev.weir.edge.upstream;

import static dev.weir.edge.upstream.FrameOrigin.END_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.edge.upstream.FrameOrigin.Request;
import dev.weir.http.HeaderFields;
import dev.weir.http.ProxyError;
import dev.weir.runtime.config.OriginProtocol;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exchanges over HTTP/2: what requests become, and how content goes both ways. */
class Http2OriginsTest {
    private final VertxOrigin vertx = new VertxOrigin();

    @AfterEach
    void stop() throws Exception {
        vertx.stop();
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
    void aMebibyteGoesUpAndComesDown() throws Exception {
        HttpServer server = vertx.serve(new HttpServerOptions(), request -> {
            request.response().setChunked(true);
            request.pipeTo(request.response());
        });
        try (OnLoop loop = new OnLoop(OnLoop.http2(VertxOrigin.target(server)))) {
            OnLoop.Whole whole = loop.whole(
                    post(FakeStream.endless(1024 * 1024), OptionalLong.of(1024 * 1024), HeaderFields.empty()));
            assertThat(whole.body()).hasSize(1024 * 1024);
            assertThat(loop.whole(OnLoop.get("/")).answer().status()).isEqualTo(200);
            assertThat(vertx.connections()).isEqualTo(1);
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

    /** The connection may be dead: nothing is sent on it before the origin has answered a ping. */
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
    void overTlsHttp2HasToBeChosen(@TempDir Path directory) throws Exception {
        TestCertificate certificate = TestCertificate.of("localhost", directory);
        HttpServer both = vertx.serve(
                new HttpServerOptions().setSsl(true).setUseAlpn(true).setKeyCertOptions(certificate.options()),
                request -> request.response().end(request.version().alpnName()));
        HttpServer old = vertx.serve(
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
}
