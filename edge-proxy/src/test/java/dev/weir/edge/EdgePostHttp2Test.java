package dev.weir.edge;

import static dev.weir.edge.RawHttp2.END_STREAM;
import static dev.weir.edge.RawHttp2.RST_STREAM;
import static dev.weir.edge.RawHttp2.number;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers to POST that a rule lets be stored, asked for by HTTP/2: the content is awaited whole, and for no longer than may be. */
class EdgePostHttp2Test {
    // RFC 9113 §7
    private static final int CANCEL = 0x8;

    @TempDir
    private Path directory;

    private final Origin origin = new Origin();
    private final List<String> contents = new CopyOnWriteArrayList<>();
    private EdgeRig edge;
    private RawHttp2 client;

    @BeforeEach
    void start() throws IOException {
        edge = EdgeRig.with(directory, """
                routes: [{ host: "*", path: /, upstream: site }]
                upstreams: { site: { targets: ["http://127.0.0.1:%d"] } }
                cache: { rules: [{ name: search, paths: /search/, post: 1KiB }] }
                """.formatted(origin.port()), ", timeouts: { body: 2s }");
        client = RawHttp2.clear(edge.reverse);
        origin.on("/search/", peer -> {
            String content = peer.body();
            contents.add(content);
            peer.send(Origin.ok("Cache-Control: max-age=60\r\n", "to " + content));
        });
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        edge.settles();
        assertThat(edge.metrics.scrape()).contains("weir_edge_cache_post_bytes 0.0");
        edge.close();
        origin.close();
    }

    private static String[] fields(String... length) {
        List<String> fields = new ArrayList<>(
                List.of(":method", "POST", ":scheme", "http", ":authority", "site.test", ":path", "/search/"));
        fields.addAll(List.of(length));
        return fields.toArray(String[]::new);
    }

    private RawHttp2.Stream post(String content, String... fields) throws IOException {
        int stream = client.open(fields(fields));
        client.data(stream, content, END_STREAM);
        assertThat(client.outcome(stream)).isEqualTo("200");
        return client.stream(stream);
    }

    @Test
    void eitherVersionIsAnsweredByWhatTheOtherHasStored() throws IOException {
        RawHttp2.Stream miss = post("one", "content-length", "3");
        assertThat(miss.fields.get("cache-status")).endsWith("; stored; detail=rule:search");
        assertThat(miss.content()).isEqualTo("to one");
        RawHttp2.Stream hit = post("one", "content-length", "3");
        assertThat(hit.fields.get("cache-status")).isEqualTo("weir; hit; ttl=60; detail=rule:search");
        assertThat(hit.content()).isEqualTo("to one");
        try (RawClient other = edge.client()) {
            assertThat(other.sends("POST /search/ HTTP/1.1\r\nHost: site.test\r\nContent-Length: 3\r\n\r\none")
                            .answer())
                    .contains("; hit; ")
                    .endsWith("to one");
        }
        assertThat(contents).containsExactly("one");
    }

    @Test
    void contentOfUnknownLengthGoesAsItComes() throws IOException {
        for (int i = 0; i < 2; i++) {
            assertThat(post("one").fields.get("cache-status"))
                    .isEqualTo("weir; fwd=method; fwd-status=200; detail=rule:search");
        }
        assertThat(contents).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "he"})
    void contentThatStandsStillIsGivenUp(String begun) throws IOException {
        int stream = client.open(fields("content-length", "5"));
        client.data(stream, begun, 0);
        assertThat(client.outcome(stream)).isEqualTo("408");
        assertThat(contents).isEmpty();
        assertThat(edge.record("/search/").getInteger("http.response.status_code"))
                .isEqualTo(408);
        assertThat(post("one", "content-length", "3").content()).isEqualTo("to one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"one", "hello there"})
    void contentThatIsntAsLongAsItsLengthReachesNoOrigin(String content) throws IOException {
        int stream = client.open(fields("content-length", "5"));
        client.data(stream, content, END_STREAM);
        assertThat(client.outcome(stream)).isEqualTo("reset 1");
        assertThat(post("one", "content-length", "3").content()).isEqualTo("to one");
        assertThat(contents).containsExactly("one");
    }

    @Test
    void whoTakesItBackIsGone() throws IOException {
        int stream = client.open(fields("content-length", "5"));
        client.data(stream, "he", 0);
        EdgeRig.until(() -> edge.metrics.scrape().contains("weir_edge_cache_post_bytes 5.0"));
        client.frame(RST_STREAM, 0, stream, number(CANCEL));
        EdgeRig.until(() -> edge.metrics.scrape().contains("weir_edge_cache_post_bytes 0.0"));
        assertThat(contents).isEmpty();
        assertThat(post("one", "content-length", "3").content()).isEqualTo("to one");
    }
}
