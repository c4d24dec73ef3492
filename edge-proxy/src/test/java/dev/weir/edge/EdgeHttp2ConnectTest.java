package dev.weir.edge;

import static dev.weir.edge.RawHttp2.END_STREAM;
import static dev.weir.edge.RawHttp2.RST_STREAM;
import static dev.weir.edge.RawHttp2.number;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONNECT in HTTP/2 (RFC 9113 §8.5): a stream for a connection, whose two directions end each by itself, or break. */
class EdgeHttp2ConnectTest {
    // RFC 9113 §7
    private static final int CANCEL = 0x8;
    private static final int CONNECT_ERROR = 0xa;

    @TempDir
    private Path directory;

    private final Origin origin = new Origin();
    private final CompletableFuture<String> received = new CompletableFuture<>();
    private EdgeRig edge;

    @BeforeEach
    void start() throws IOException {
        edge = EdgeRig.everywhere(directory, origin);
        origin.serves("/x", "", "ok");
    }

    @AfterEach
    void stop() throws IOException {
        edge.settles();
        edge.close();
        origin.close();
    }

    private RawHttp2 client(String listener) throws IOException {
        return listener.equals("clear") ? RawHttp2.clear(edge.forward) : RawHttp2.tls(edge.forwardTls);
    }

    private String authority() {
        return "127.0.0.1:" + origin.port();
    }

    /** A tunnel through which the origin's script for {@code path} has begun. */
    private int tunnel(RawHttp2 client, String path) throws IOException {
        int stream = client.open(":method", "CONNECT", ":authority", authority());
        client.until(stream, seen -> !seen.statuses.isEmpty());
        assertThat(client.stream(stream).statuses).containsExactly(200);
        client.data(stream, "GET " + path + " HTTP/1.1\r\n\r\n", 0);
        EdgeRig.until(() -> origin.heads(path).size() == 1);
        return stream;
    }

    private static void shout(Origin.Peer peer) throws IOException {
        byte[] piece = new byte[1024];
        int n;
        while ((n = peer.in().read(piece)) >= 0) {
            peer.send(new String(piece, 0, n, StandardCharsets.ISO_8859_1).toUpperCase(Locale.ROOT));
        }
    }

    private void receive(Origin.Peer peer) throws IOException {
        boolean unused = received.complete(new String(peer.in().readAllBytes(), StandardCharsets.ISO_8859_1));
    }

    private String received() {
        return received.orTimeout(15, TimeUnit.SECONDS).join();
    }

    @ParameterizedTest
    @ValueSource(strings = {"clear", "tls"})
    void octetsPassBothWaysAndTheClientEndsFirst(String listener) throws IOException {
        origin.on("/shout", EdgeHttp2ConnectTest::shout);
        try (RawHttp2 client = client(listener)) {
            int stream = tunnel(client, "/shout");
            client.data(stream, "hello", 0);
            client.until(stream, seen -> seen.content().equals("HELLO"));
            client.data(stream, " again\r\n\0", END_STREAM);
            assertThat(client.outcome(stream)).isEqualTo("200");
            assertThat(client.stream(stream).content()).isEqualTo("HELLO AGAIN\r\n\0");
            assertThat(client.stream(stream).fields).doesNotContainKeys("content-length", "transfer-encoding");
        }
        assertThat(edge.records(2)).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"clear", "tls"})
    void theOriginEndsFirst(String listener) throws IOException {
        origin.on("/bye", peer -> {
            peer.send("bye").endsOutput();
            receive(peer);
        });
        try (RawHttp2 client = client(listener)) {
            int stream = tunnel(client, "/bye");
            assertThat(client.outcome(stream)).isEqualTo("200");
            assertThat(client.stream(stream).content()).isEqualTo("bye");
            client.data(stream, "still ", 0).data(stream, "here", END_STREAM);
            assertThat(received()).isEqualTo("still here");
            client.settles();
            assertThat(client.stream(stream).reset()).isNegative();
        }
    }

    @Test
    void aResetOfTheClientEndsTheOriginsConnection() throws IOException {
        origin.on("/held", Origin.Peer::untilGone);
        try (RawHttp2 client = client("clear")) {
            int stream = tunnel(client, "/held");
            client.frame(RST_STREAM, 0, stream, number(CANCEL));
            EdgeRig.until(() -> origin.gone.get() == 1);
            edge.settles();
            assertThat(edge.records(2).get(1).getString("termination")).isEqualTo("client-broke");
        }
    }

    @Test
    void aResetBehindTheClientsEndDoesSoToo() throws IOException {
        origin.on("/pours", peer -> {
            receive(peer);
            while (true) {
                peer.send("x".repeat(1000));
            }
        });
        try (RawHttp2 client = client("clear")) {
            int stream = tunnel(client, "/pours");
            client.data(stream, "all", END_STREAM);
            assertThat(received()).isEqualTo("all");
            client.frame(RST_STREAM, 0, stream, number(CANCEL));
            EdgeRig.until(() -> origin.gone.get() == 1);
            edge.settles();
        }
    }

    @Test
    void aClientThatLeavesEndsTheOriginsConnection() throws IOException {
        origin.on("/held", Origin.Peer::untilGone);
        RawHttp2 client = client("tls");
        int unused = tunnel(client, "/held");
        client.close();
        EdgeRig.until(() -> origin.gone.get() == 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"clear", "tls"})
    void whatTheOriginBreaksOffDoesNotLookWhole(String listener) throws IOException {
        origin.on("/breaks", Origin.Peer::breaksOff);
        try (RawHttp2 client = client(listener)) {
            int stream = tunnel(client, "/breaks");
            assertThat(client.outcome(stream)).isEqualTo("200 reset " + CONNECT_ERROR);
            edge.settles();
            assertThat(client.outcome(client.request(
                            ":method", "GET", ":scheme", "http", ":authority", authority(), ":path", "/x")))
                    .isEqualTo("200");
        }
    }

    @Test
    void whatThisEdgeCutsDoesNotLookWhole() throws IOException {
        origin.on("/held", Origin.Peer::untilGone);
        try (RawHttp2 client = client("clear")) {
            int stream = tunnel(client, "/held");
            edge.enforce("default: deny\n");
            assertThat(client.outcome(stream)).isEqualTo("200 reset " + CANCEL);
            EdgeRig.until(() -> origin.gone.get() == 1);
        }
    }

    @Test
    void aDestinationThatIsNotAllowedIsRefusedAndTheConnectionGoesOn() throws IOException {
        try (RawHttp2 client = client("clear")) {
            int stream = client.open(":method", "CONNECT", ":authority", "127.0.0.1:22");
            client.data(stream, "SSH-2.0", 0);
            assertThat(client.outcome(stream)).isEqualTo("403");
            assertThat(client.outcome(client.request(
                            ":method", "GET", ":scheme", "http", ":authority", authority(), ":path", "/x")))
                    .isEqualTo("200");
        }
    }

    @Test
    void aReverseListenerMakesNoTunnel() throws IOException {
        for (RawHttp2 each : new RawHttp2[] {RawHttp2.clear(edge.reverse), RawHttp2.tls(edge.tls)}) {
            try (RawHttp2 client = each) {
                int stream = client.open(":method", "CONNECT", ":authority", authority());
                client.data(stream, "GET /x HTTP/1.1\r\n\r\n", 0);
                assertThat(client.outcome(stream)).isEqualTo("421");
            }
        }
        assertThat(origin.heads).isEmpty();
    }

    static Stream<Arguments> malformed() {
        String site = "origin.test:443";
        return Stream.<String[]>of(
                        new String[] {":method", "CONNECT", ":scheme", "http", ":authority", site},
                        new String[] {":method", "CONNECT", ":authority", site, ":path", "/"},
                        new String[] {":method", "CONNECT", ":scheme", "https", ":authority", site, ":path", "/"},
                        new String[] {":method", "CONNECT", ":protocol", "websocket", ":authority", site},
                        new String[] {":method", "CONNECT"},
                        new String[] {":method", "CONNECT", "host", site},
                        new String[] {":method", "CONNECT", ":authority", "origin.test"},
                        new String[] {":method", "CONNECT", ":authority", "origin.test:0"},
                        new String[] {":method", "CONNECT", ":authority", "origin.test:443/x"},
                        new String[] {":method", "CONNECT", ":authority", "user@origin.test:443"},
                        new String[] {":method", "CONNECT", ":authority", site, "host", "other.test:443"},
                        new String[] {":method", "CONNECT", ":authority", site, "content-length", "5"},
                        new String[] {":method", "connect", ":authority", site})
                .map(fields -> Arguments.of((Object) fields));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void whatIsNoConnectIsAStreamError(String[] fields) throws IOException {
        try (RawHttp2 client = client("clear")) {
            assertThat(client.outcome(client.open(fields))).isEqualTo("reset 1");
            assertThat(edge.malformed()).isEqualTo(1);
        }
        assertThat(origin.heads).isEmpty();
    }
}
