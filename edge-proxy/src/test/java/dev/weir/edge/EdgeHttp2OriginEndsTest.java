package dev.weir.edge;

import static dev.weir.edge.upstream.FrameOrigin.END_STREAM;
import static dev.weir.edge.upstream.FrameOrigin.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.edge.upstream.FrameOrigin;
import dev.weir.edge.upstream.FrameOrigin.Peer;
import dev.weir.edge.upstream.FrameOrigin.Request;
import dev.weir.edge.upstream.HostileFrames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole edge before an origin of HTTP/2 whose connections break, or take leave, or take fewer streams. */
class EdgeHttp2OriginEndsTest {
    private static final int REFUSED_STREAM = 7;

    @TempDir
    private Path directory;

    private final List<HostileFrames.Row> rows = HostileFrames.ofConnections();
    private final Map<String, AtomicInteger> seen = new ConcurrentHashMap<>();
    private FrameOrigin origin;
    private EdgeRig edge;

    @BeforeEach
    void start() throws IOException {
        origin = FrameOrigin.playing(this::play);
        edge = EdgeRig.with(directory, """
                routes: [{ host: "*", path: /, upstream: site }]
                upstreams: { site: { targets: ["http://127.0.0.1:%d"], protocol: http2, health: { failures: 1000 } } }
                """.formatted(origin.port()));
    }

    @AfterEach
    void stop() throws IOException {
        edge.settles();
        edge.close();
        origin.close();
        assertThat(origin.failure()).isNull();
    }

    private void play(Peer peer) throws IOException {
        peer.greet();
        while (true) {
            Request request = peer.request();
            String path = request.path();
            int times = seen.computeIfAbsent(path, none -> new AtomicInteger()).incrementAndGet();
            answer(peer, request, path.split("/", -1), times);
        }
    }

    private void answer(Peer peer, Request request, String[] path, int times) throws IOException {
        switch (path[1]) {
            case "broken" -> {
                // Storable, had it come to its end.
                peer.head(request, 0, ":status", "103", "link", "</a>");
                rows.get(Integer.parseInt(path[2])).answer().send(peer, request);
                peer.drain();
            }
            case "within" -> {
                peer.head(request, 0, ":status", "200", "cache-control", "max-age=60", "content-length", "9")
                        .data(request, 0, "hello");
                rows.get(Integer.parseInt(path[2])).answer().send(peer, request);
                peer.drain();
            }
            case "leaving" -> {
                peer.goAway(times == 1 ? request.id() - 2 : request.id(), 0);
                if (times > 1) {
                    ok(peer, request);
                }
                peer.drain();
            }
            case "gone" -> {
                // It may have acted on the request.
                peer.goAway(request.id(), 0);
                peer.close();
            }
            case "never" -> {
                peer.goAway(request.id() - 2, 0);
                peer.drain();
            }
            case "refused" -> {
                if (times == 1) {
                    peer.reset(request, REFUSED_STREAM);
                } else {
                    ok(peer, request);
                }
            }
            case "fewer" -> {
                peer.frame(SETTINGS, 0, 0, FrameOrigin.setting(3, 1));
                ok(peer, request);
            }
            default -> ok(peer, request);
        }
    }

    private static void ok(Peer peer, Request request) throws IOException {
        peer.head(request, END_STREAM, ":status", "204", "by", String.valueOf(request.id()));
    }

    private int times(String path) {
        return seen.getOrDefault(path, new AtomicInteger()).get();
    }

    private String old(String method, String path) throws IOException {
        try (RawClient client = edge.client()) {
            client.sends(method + " " + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            return client.rest();
        }
    }

    private static int get(RawHttp2 client, String method, String path) throws IOException {
        return client.request(":method", method, ":scheme", "http", ":authority", "h", ":path", path);
    }

    @Test
    void anErrorOfTheConnectionIs502AndNothingOfItIsUsedAgain() throws IOException {
        for (int i = 0; i < rows.size(); i++) {
            String path = "/broken/" + i;
            String name = rows.get(i).name();
            try (RawHttp2 client = RawHttp2.clear(edge.reverse)) {
                assertThat(client.outcome(get(client, "GET", path))).as(name).isEqualTo("502");
            }
            int connections = origin.connections();
            assertThat(old("GET", path)).as(name).contains("HTTP/1.1 502 ");
            assertThat(old("GET", "/ok")).as(name).startsWith("HTTP/1.1 204 ");
            assertThat(times(path)).as(name).isEqualTo(2);
            assertThat(origin.connections()).as(name).isGreaterThan(connections);
        }
    }

    @Test
    void anErrorOfTheConnectionWithinContentBreaksTheAnswerAndNothingIsStored() throws IOException {
        for (int i = 0; i < rows.size(); i++) {
            String path = "/within/" + i;
            String name = rows.get(i).name();
            try (RawHttp2 client = RawHttp2.clear(edge.reverse)) {
                assertThat(client.outcome(get(client, "GET", path))).as(name).matches("502|(200 )?reset \\d+");
            }
            assertThat(old("GET", path)).as(name).matches("(?s)(HTTP/1.1 502 .*|HTTP/1.1 200 .*(hello)?)?");
            assertThat(times(path)).as(name).isEqualTo(2);
            assertThat(old("GET", "/ok")).as(name).startsWith("HTTP/1.1 204 ");
        }
    }

    @Test
    void whatAnOriginLeavesOutAsItTakesLeaveIsAskedOnceMore() throws IOException {
        assertThat(old("POST", "/leaving/1")).startsWith("HTTP/1.1 204 ");
        assertThat(times("/leaving/1")).isEqualTo(2);
        assertThat(origin.connections()).isEqualTo(2);
    }

    @Test
    void andNotTwice() throws IOException {
        assertThat(old("GET", "/never")).startsWith("HTTP/1.1 502 ");
        assertThat(times("/never")).isEqualTo(2);
    }

    @Test
    void whatAnOriginMayHaveActedOnIsNotAskedAgain() throws IOException {
        assertThat(old("GET", "/gone")).startsWith("HTTP/1.1 502 ");
        assertThat(times("/gone")).isEqualTo(1);
    }

    @Test
    void aRefusedStreamIsAskedOnceMore() throws IOException {
        assertThat(old("POST", "/refused/1")).startsWith("HTTP/1.1 204 ").contains("by: 5");
        assertThat(origin.connections()).isEqualTo(1);
    }

    /** Ten at a time from one client, over connections that take one at a time. */
    @Test
    void anOriginThatTakesFewerStreamsThanBeforeGetsFewer() throws IOException {
        try (RawHttp2 client = RawHttp2.clear(edge.reverse)) {
            assertThat(client.outcome(get(client, "GET", "/fewer"))).isEqualTo("204");
            int[] streams = new int[10];
            for (int i = 0; i < streams.length; i++) {
                streams[i] = get(client, "GET", "/" + i);
            }
            for (int stream : streams) {
                assertThat(client.outcome(stream)).isEqualTo("204");
            }
        }
    }
}
