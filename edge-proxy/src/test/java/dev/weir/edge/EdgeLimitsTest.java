package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a listener bounds of its clients' requests, and what a client may not make of a request. */
class EdgeLimitsTest {
    @TempDir
    private Path directory;

    private final Origin origin = new Origin();
    private EdgeRig edge;

    @BeforeEach
    void start() throws IOException {
        edge = EdgeRig.withWeb(directory, origin, ", limits: { body: 1KiB }, timeouts: { write: 300ms }");
    }

    @AfterEach
    void stop() throws IOException {
        edge.settles();
        edge.close();
        origin.close();
    }

    @Test
    void contentThatIsAnnouncedTooLongIsRefusedBeforeItComes() throws IOException {
        try (RawClient client = edge.client()) {
            client.sends("POST /p HTTP/1.1\r\nHost: site.test\r\nContent-Length: 1025\r\n\r\n");
            assertThat(client.answer()).startsWith("HTTP/1.1 413 ");
        }
        assertThat(origin.heads).isEmpty();
    }

    @Test
    void contentThatBecomesTooLongNeverReachesTheOriginWhole() throws IOException {
        origin.on("/p", peer -> peer.send(Origin.ok("", peer.body())));
        try (RawClient client = edge.client()) {
            client.sends("POST /p HTTP/1.1\r\nHost: site.test\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.sends("401\r\n" + "x".repeat(1025) + "\r\n0\r\n\r\n");
            assertThat(client.answer()).startsWith("HTTP/1.1 413 ");
        }
    }

    @Test
    void aRequestThatHasBeenHereBeforeIsALoop() throws IOException {
        try (RawClient client = edge.client()) {
            client.sends("GET / HTTP/1.1\r\nHost: site.test\r\nVia: 1.1 other, 1.1 weir-test\r\n\r\n");
            assertThat(client.answer()).startsWith("HTTP/1.1 508 ");
        }
    }

    @Test
    void clearTextDoesNotPassForTls() throws IOException {
        try (RawClient client = edge.client()) {
            client.sends("GET https://site.test/ HTTP/1.1\r\nHost: site.test\r\n\r\n");
            assertThat(client.answer()).startsWith("HTTP/1.1 421 ");
        }
        assertThat(origin.heads).isEmpty();
    }

    @Test
    void aStreamWithoutWindowIsBrokenOff() throws IOException {
        origin.serves("/long", "Cache-Control: no-store\r\n", "x".repeat(4 * 1024 * 1024));
        Vertx vertx = Vertx.vertx();
        HttpClient client = vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
        HttpClientResponse answer = EdgeRig.await(client.request(HttpMethod.GET, edge.reverse, "127.0.0.1", "/long")
                .compose(request -> request.send().map(HttpClientResponse::pause)));
        assertThat(answer.statusCode()).isEqualTo(200);
        // Nothing is read: the record tells how it ended.
        assertThat(edge.record("/long").getString("termination")).isEqualTo("client-closed");
        EdgeRig.await(client.close());
        EdgeRig.await(vertx.close());
    }
}
