package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.StreamResetException;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same way for HTTP/2: by prior knowledge and over TLS, reverse and forward. */
class EdgeHttp2Test {
    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final Origin origin = new Origin();
    private EdgeRig edge;
    private HttpClient client;

    /** An answer that was received whole. */
    private record Received(int status, String content, String cacheStatus) {}

    @BeforeEach
    void start() throws IOException {
        edge = EdgeRig.withTls(directory, origin);
        client = vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
    }

    @AfterEach
    void stop() throws IOException {
        EdgeRig.await(client.close());
        edge.settles();
        edge.close();
        origin.close();
        EdgeRig.await(vertx.close());
    }

    private Future<HttpClientRequest> request(int port, HttpMethod method, String path) {
        return client.request(new RequestOptions()
                .setHost("127.0.0.1")
                .setPort(port)
                .setMethod(method)
                .setURI(path));
    }

    private static Future<Received> whole(HttpClientResponse answer) {
        String cacheStatus = String.valueOf(answer.getHeader("Cache-Status"));
        return answer.body().map(content -> new Received(answer.statusCode(), content.toString(), cacheStatus));
    }

    private Received get(String path) {
        return EdgeRig.await(request(edge.reverse, HttpMethod.GET, path)
                .compose(HttpClientRequest::send)
                .compose(EdgeHttp2Test::whole));
    }

    @Test
    void answersAreCachedAndContentPassesBothWays() {
        origin.serves("/a", "Cache-Control: max-age=60\r\n", "hello");
        assertThat(get("/a")).isEqualTo(new Received(200, "hello", "weir; fwd=miss; fwd-status=200; stored"));
        assertThat(get("/a").cacheStatus()).startsWith("weir; hit");
        assertThat(origin.heads("/a")).hasSize(1);
        origin.on("/echo", peer -> peer.send(Origin.ok("", peer.body())));
        Received echoed = EdgeRig.await(request(edge.reverse, HttpMethod.POST, "/echo")
                .compose(request -> request.putHeader("content-length", "5").send(Buffer.buffer("hello")))
                .compose(EdgeHttp2Test::whole));
        assertThat(echoed.content()).isEqualTo("hello");
        assertThat(edge.record("/echo").getString("network.protocol.version")).isEqualTo("2");
        assertThat(origin.heads("/echo").get(0)).contains("Via: 2 weir");
    }

    @Test
    void trailersOfAnAnswerPass() {
        origin.answers(
                "/t", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 42\r\n\r\n");
        String sum = EdgeRig.await(request(edge.reverse, HttpMethod.GET, "/t")
                .compose(HttpClientRequest::send)
                .compose(answer -> answer.body().map(content -> content + " " + answer.getTrailer("x-sum"))));
        assertThat(sum).isEqualTo("hello 42");
    }

    @Test
    void aMalformedRequestIsAStreamError() {
        assertThatThrownBy(() -> EdgeRig.await(
                        request(edge.reverse, HttpMethod.GET, "no-slash").compose(HttpClientRequest::send)))
                .hasRootCauseInstanceOf(StreamResetException.class);
        origin.serves("/a", "", "still here");
        assertThat(get("/a").content()).isEqualTo("still here");
        EdgeRig.until(() -> edge.records.size() == 2);
        assertThat(edge.records.get(0).getString("termination")).isEqualTo("malformed");
    }

    @Test
    void halfAnAnswerIsAStreamError() {
        origin.on("/half", peer -> {
            peer.send(
                    "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
            peer.finish();
        });
        assertThatThrownBy(() -> get("/half")).hasRootCauseInstanceOf(StreamResetException.class);
        assertThat(edge.record("/half").getString("termination")).isEqualTo("origin-broken");
        origin.serves("/half", "", "whole");
        assertThat(get("/half").content()).isEqualTo("whole");
    }

    @Test
    void aRequestThatIsRefusedEarlyEndsWithItsAnswer() {
        edge.enforce("rules: [{ name: no, when: { path: /no }, then: deny }]\ndefault: allow\n");
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        HttpClientResponse answer =
                EdgeRig.await(request(edge.reverse, HttpMethod.POST, "/no").compose(request -> {
                    request.exceptionHandler(ended::complete);
                    return request.setChunked(true).write("never ended").compose(sent -> request.response());
                }));
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(ended.orTimeout(15, TimeUnit.SECONDS).join()).isInstanceOf(StreamResetException.class);
        assertThat(edge.record("/no").getString("termination")).isEqualTo("denied");
        origin.serves("/a", "", "next");
        assertThat(get("/a").content()).isEqualTo("next");
    }

    @Test
    void aResetEndsTheFetch() {
        origin.on("/silent", Origin.Peer::untilGone);
        HttpClientRequest sent = EdgeRig.await(request(edge.reverse, HttpMethod.GET, "/silent")
                .compose(request -> request.end().map(request)));
        EdgeRig.until(() -> origin.heads("/silent").size() == 1);
        assertThat(EdgeRig.await(sent.reset(8).otherwiseEmpty())).isNull();
        EdgeRig.until(() -> origin.gone.get() == 1);
        assertThat(edge.record("/silent").getString("termination")).isEqualTo("client-closed");
    }

    @Test
    void theForwardListenerSpeaksItToo() {
        Received refused = EdgeRig.await(client.request(new RequestOptions()
                        .setServer(SocketAddress.inetSocketAddress(edge.forward, "127.0.0.1"))
                        .setHost("127.0.0.1")
                        .setPort(origin.port())
                        .setURI("/"))
                .compose(HttpClientRequest::send)
                .compose(EdgeHttp2Test::whole));
        assertThat(refused.status()).isEqualTo(403);
    }

    @Test
    void overTlsBothVersionsAreServed() {
        origin.serves("/a", "", "hello");
        for (HttpVersion version : new HttpVersion[] {HttpVersion.HTTP_1_1, HttpVersion.HTTP_2}) {
            HttpClient secure = vertx.createHttpClient(new HttpClientOptions()
                    .setSsl(true)
                    .setUseAlpn(true)
                    .setProtocolVersion(version)
                    .setTrustAll(true)
                    .setVerifyHost(false));
            String answer = EdgeRig.await(secure.request(HttpMethod.GET, edge.tls, "127.0.0.1", "/a")
                    .compose(HttpClientRequest::send)
                    .compose(received -> received.body().map(content -> received.version() + " " + content)));
            assertThat(answer).isEqualTo(version + " hello");
            EdgeRig.await(secure.close());
        }
        assertThat(origin.heads("/a").get(0)).contains("X-Forwarded-Proto: https");
    }
}
