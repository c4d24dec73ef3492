package dev.weir.edge;

import static dev.weir.edge.upstream.FrameOrigin.END_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.edge.upstream.FrameOrigin;
import dev.weir.edge.upstream.FrameOrigin.Peer;
import dev.weir.edge.upstream.FrameOrigin.Request;
import dev.weir.edge.upstream.HostileFrames;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever becomes of exchanges with an origin of HTTP/2: no buffer, no connection and no place on one is left behind. */
class EdgeHttp2OriginLeakTest {
    /** Streams that the origin takes at a time. */
    private static final int STREAMS = 4;

    private static final int ROUNDS = 6;
    private static final String CONTENT = "x".repeat(16_000);

    @TempDir
    private Path directory;

    private final List<HostileFrames.Row> streams = HostileFrames.ofStreams();
    private final List<HostileFrames.Row> connections = HostileFrames.ofConnections();
    private final Queue<String> leaks = new ConcurrentLinkedQueue<>();
    private FrameOrigin origin;
    private EdgeRig edge;

    @BeforeEach
    void start() throws IOException {
        origin = FrameOrigin.playing(this::play);
        // One connection for each of the two event loops.
        edge = EdgeRig.with(directory, """
                routes: [{ host: "*", path: /, upstream: site }]
                upstreams: { site: { targets: ["http://127.0.0.1:%d"], protocol: http2, health: { failures: 1000 }, limits: { connections: 2, waiting: 64, head: 16KiB } } }
                """.formatted(origin.port()));
        collect(); // what earlier tests left
        ByteBufUtil.setLeakListener((type, records) -> leaks.add(records));
    }

    @AfterEach
    void stop() throws IOException {
        ByteBufUtil.setLeakListener(null);
        edge.close();
        origin.close();
    }

    /** Netty tells of a lost buffer when it makes another one after the lost one was collected. */
    private void collect() throws IOException {
        for (int i = 0; i < 5; i++) {
            System.gc();
            assertThat(old("/whole").contains(CONTENT)).isTrue();
        }
    }

    private void play(Peer peer) throws IOException {
        peer.greet(FrameOrigin.setting(3, STREAMS));
        List<Request> together = new ArrayList<>();
        while (true) {
            Request request = peer.request();
            if (request.path().startsWith("/together")) {
                together.add(request);
                if (together.size() == STREAMS) {
                    for (Request one : together) {
                        peer.head(one, END_STREAM, ":status", "204");
                    }
                    together.clear();
                }
            } else {
                answer(peer, request, request.path().split("/", -1));
            }
        }
    }

    private void answer(Peer peer, Request request, String[] path) throws IOException {
        switch (path[1]) {
            case "cut" -> {
                ok(peer, request).data(request, 0, CONTENT);
                peer.close();
            }
            case "refused" -> peer.reset(request, 7);
            case "reset" -> ok(peer, request).data(request, 0, CONTENT).reset(request, 2);
            case "early" -> peer.head(request, END_STREAM, ":status", "403");
            case "leaving" ->
                ok(peer, request)
                        .data(request, 0, CONTENT)
                        .goAway(request.id(), 0)
                        .data(request, END_STREAM, CONTENT);
            case "left" -> peer.goAway(request.id() - 2, 0);
            case "endless" -> {
                // As much as the windows take, for a client that goes away.
                Peer begun = ok(peer, request);
                for (int i = 0; i < 4; i++) {
                    begun.data(request, 0, CONTENT);
                }
                peer.until(request, r -> r.reset() >= 0);
            }
            case "streams" -> {
                streams.get(Integer.parseInt(path[2])).answer().send(peer, request);
                peer.until(request, r -> r.reset() >= 0);
            }
            case "connections" -> {
                connections.get(Integer.parseInt(path[2])).answer().send(peer, request);
                peer.drain();
            }
            default -> ok(peer, request).data(request, END_STREAM, CONTENT);
        }
    }

    private static Peer ok(Peer peer, Request request) throws IOException {
        return peer.head(request, 0, ":status", "200");
    }

    private String old(String path) throws IOException {
        try (RawClient client = edge.client()) {
            client.sends("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            return client.rest();
        }
    }

    private static int get(RawHttp2 client, String path) throws IOException {
        return client.request(":method", "GET", ":scheme", "http", ":authority", "h", ":path", path);
    }

    private void both(String path) throws IOException {
        var unused = old(path);
        try (RawHttp2 client = RawHttp2.clear(edge.reverse)) {
            assertThat(client.outcome(get(client, path))).as(path).isNotEmpty();
        }
    }

    /** Clients that are gone amid an upload, and amid an answer. */
    private void gone() throws IOException {
        try (RawClient client = edge.client()) {
            client.sends("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 99999\r\n\r\n" + CONTENT);
            assertThat(client.octets(20)).startsWith("HTTP/1.1 200");
        }
        try (RawClient client = edge.client()) {
            client.sends(
                    "POST /early HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + "1\r\na\r\n".repeat(300));
        }
        try (RawClient client = edge.client()) {
            client.sends("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.octets(5000)).startsWith("HTTP/1.1 200");
            client.resets();
        }
        try (RawHttp2 client = RawHttp2.clear(edge.reverse)) {
            int stream = get(client, "/endless");
            client.until(stream, s -> !s.content().isEmpty());
        }
    }

    @Test
    void isLeftByNothing() throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            for (String path : List.of("whole", "cut", "refused", "reset", "early", "leaving", "left")) {
                both("/" + path);
            }
            gone();
        }
        for (int i = 0; i < streams.size(); i++) {
            if (streams.get(i).method().equals("GET")) {
                both("/streams/" + i);
            }
        }
        for (int i = 0; i < connections.size(); i++) {
            both("/connections/" + i);
        }
        EdgeRig.until(() -> edge.number("open") == 0);
        // Every place is free again, on the one connection that each event loop may have.
        for (int i = 0; i < 4; i++) {
            try (RawHttp2 client = RawHttp2.clear(edge.reverse)) {
                int[] together = new int[STREAMS];
                for (int k = 0; k < STREAMS; k++) {
                    together[k] = get(client, "/together?" + k);
                }
                for (int stream : together) {
                    assertThat(client.outcome(stream)).isEqualTo("204");
                }
            }
        }
        EdgeRig.until(() -> origin.open() <= 2);
        collect();
        assertThat(leaks).isEmpty();
    }
}
