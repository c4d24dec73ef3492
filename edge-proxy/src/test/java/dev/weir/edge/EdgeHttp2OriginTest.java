package dev.weir.edge;

import static dev.weir.edge.upstream.FrameOrigin.END_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.edge.upstream.FrameOrigin;
import dev.weir.edge.upstream.FrameOrigin.Peer;
import dev.weir.edge.upstream.FrameOrigin.Request;
import dev.weir.edge.upstream.HostileFrames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole edge before an origin of HTTP/2: what its answers come to for clients of HTTP/1.1 and HTTP/2. */
class EdgeHttp2OriginTest {
    @TempDir
    private Path directory;

    private final List<HostileFrames.Row> streams = HostileFrames.ofStreams();
    private final List<HostileFrames.Row> content = HostileFrames.withinContent();
    private final Map<String, AtomicInteger> seen = new ConcurrentHashMap<>();
    private final Map<String, Request> requests = new ConcurrentHashMap<>();
    private FrameOrigin origin;
    private EdgeRig edge;

    @BeforeEach
    void start() throws IOException {
        origin = FrameOrigin.playing(this::play);
        edge = EdgeRig.with(directory, """
                routes: [{ host: "*", path: /, upstream: site }]
                upstreams: { site: { targets: ["http://127.0.0.1:%d"], protocol: http2, health: { failures: 1000 }, limits: { head: 16KiB } } }
                """.formatted(origin.port()));
    }

    @AfterEach
    void stop() throws IOException {
        edge.settles();
        edge.close();
        origin.close();
    }

    /** One request after the other. */
    private void play(Peer peer) throws IOException {
        peer.greet();
        while (true) {
            Request request = peer.request();
            String path = request.path();
            seen.computeIfAbsent(path, none -> new AtomicInteger()).incrementAndGet();
            requests.put(path, request);
            answer(peer, request, path);
        }
    }

    private void answer(Peer peer, Request request, String path) throws IOException {
        String[] words = path.split("/", -1);
        switch (words[1]) {
            case "streams" -> hostile(peer, request, streams.get(Integer.parseInt(words[2])));
            case "content" -> hostile(peer, request, content.get(Integer.parseInt(words[2])));
            case "grpc" -> {
                peer.until(request, Request::isEnded);
                peer.head(request, 0, ":status", "200", "content-type", "application/grpc")
                        .data(request, 0, request.content())
                        .head(request, END_STREAM, "grpc-status", "0");
            }
            case "cached" ->
                peer.head(request, 0, ":status", "103", "link", "</a>")
                        .head(request, 0, ":status", "200", "cache-control", "max-age=60", "content-length", "5")
                        .data(request, END_STREAM, "hello");
            default -> peer.head(request, END_STREAM, ":status", "204");
        }
    }

    private static void hostile(Peer peer, Request request, HostileFrames.Row row) throws IOException {
        row.answer().send(peer, request);
        peer.until(request, r -> r.reset() >= 0);
    }

    private Request request(String path) {
        return Objects.requireNonNull(requests.get(path), path);
    }

    private int times(String path) {
        return seen.getOrDefault(path, new AtomicInteger()).get();
    }

    @Test
    void whatIsMalformedIs502AndNotStored() throws IOException {
        try (RawHttp2 client = RawHttp2.clear(edge.reverse)) {
            for (int i = 0; i < streams.size(); i++) {
                String path = "/streams/" + i;
                String method = streams.get(i).method();
                for (int round = 1; round <= 2; round++) {
                    int stream = client.request(":method", method, ":scheme", "http", ":authority", "h", ":path", path);
                    assertThat(client.outcome(stream)).as(streams.get(i).name()).isEqualTo("502");
                }
                try (RawClient old = edge.client()) {
                    old.sends(method + " " + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
                    assertThat(old.rest()).as(streams.get(i).name()).contains("HTTP/1.1 502 ");
                }
                assertThat(times(path)).as(streams.get(i).name()).isEqualTo(3);
            }
        }
        // All over the connections of two event loops, none of which was lost.
        assertThat(origin.connections()).isLessThanOrEqualTo(2);
        assertThat(origin.failure()).isNull();
    }

    @Test
    void whatBreaksWithinContentIsBrokenForTheClientAndNotStored() throws IOException {
        try (RawHttp2 client = RawHttp2.clear(edge.reverse)) {
            for (int i = 0; i < content.size(); i++) {
                String path = "/content/" + i;
                for (int round = 1; round <= 2; round++) {
                    int stream = client.request(":method", "GET", ":scheme", "http", ":authority", "h", ":path", path);
                    String outcome = client.outcome(stream);
                    assertThat(outcome).as(content.get(i).name()).matches("502|(200 )?reset \\d+");
                    assertThat(times(path)).as(content.get(i).name()).isEqualTo(round);
                }
                try (RawClient old = edge.client()) {
                    old.sends("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
                    // Weir's close, not the client's.
                    assertThat(old.rest()).as(content.get(i).name()).matches("(?s)(HTTP/1.1 (200|502) .*)?");
                }
                assertThat(times(path)).as(content.get(i).name()).isEqualTo(3);
            }
        }
    }

    @Test
    void contentAndTrailersGoBothWays() throws IOException {
        try (RawHttp2 client = RawHttp2.clear(edge.reverse)) {
            int stream = client.open(
                    ":method", "POST", ":scheme", "http", ":authority", "h", ":path", "/grpc", "te", "trailers");
            client.data(stream, "ping", 0).trailers(stream, "x-sum", "1");
            assertThat(client.outcome(stream)).isEqualTo("200");
            assertThat(client.stream(stream).content()).isEqualTo("ping");
            assertThat(client.stream(stream).trailers).containsEntry("grpc-status", "0");
        }
        Request request = request("/grpc");
        assertThat(request.fields()).contains("te: trailers", ":authority: h", ":method: POST");
        assertThat(request.trailers()).containsExactly("x-sum: 1");
    }

    @Test
    void aWholeAnswerIsStored() throws IOException {
        for (int i = 0; i < 2; i++) {
            try (RawClient client = edge.client()) {
                client.sends("GET /cached HTTP/1.1\r\nHost: h\r\n\r\n");
                String head = client.head();
                if (i == 0) {
                    assertThat(head).startsWith("HTTP/1.1 103 ").contains("</a>");
                    head = client.head();
                }
                assertThat(head)
                        .startsWith("HTTP/1.1 200 ")
                        .contains("Via: 2 weir-test", i == 0 ? "fwd=miss" : "Cache-Status: weir; hit");
                assertThat(client.octets(5)).isEqualTo("hello");
            }
        }
        assertThat(times("/cached")).isEqualTo(1);
    }

    @Test
    void aWebSocketIsNotAskedFor() throws IOException {
        try (RawClient client = edge.client()) {
            client.sends("GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 204 ");
        }
        assertThat(request("/ws").fields()).noneMatch(field -> field.startsWith("upgrade"));
    }
}
