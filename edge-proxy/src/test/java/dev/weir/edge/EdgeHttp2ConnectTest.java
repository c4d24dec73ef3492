package dev.weir.edge;

import static dev.weir.edge.RawHttp2.DATA;
import static dev.weir.edge.RawHttp2.END_HEADERS;
import static dev.weir.edge.RawHttp2.END_STREAM;
import static dev.weir.edge.RawHttp2.HEADERS;
import static dev.weir.edge.RawHttp2.RST_STREAM;
import static dev.weir.edge.RawHttp2.block;
import static dev.weir.edge.RawHttp2.number;
import static dev.weir.edge.RawHttp2.octets;
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

    private static final int FIRST_WINDOW = 65_535;
    private static final int WINDOW = 256 * 1024;
    private static final int PIECE = 16_000;

    @TempDir
    private Path directory;

    private final Origin origin = new Origin();
    private final CompletableFuture<String> received = new CompletableFuture<>();
    private final CompletableFuture<Void> reads = new CompletableFuture<>();
    private EdgeRig edge;
    private Warnings warnings;

    @BeforeEach
    void start() throws IOException {
        edge = EdgeRig.everywhere(directory, origin);
        origin.serves("/x", "", "ok");
        warnings = new Warnings();
    }

    @AfterEach
    void stop() throws IOException {
        warnings.close();
        edge.settles();
        edge.close();
        origin.close();
        assertThat(warnings.logged).isEmpty();
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

    private byte[] connect(int stream, int flags) {
        return octets(HEADERS, END_HEADERS | flags, stream, block(":method", "CONNECT", ":authority", authority()));
    }

    private static byte[] piece(int stream, String latin1, int flags) {
        return octets(DATA, flags, stream, latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"clear", "tls"})
    void octetsBehindTheHeadArriveInOrder(String listener) throws IOException {
        origin.on("/shout", EdgeHttp2ConnectTest::shout);
        try (RawHttp2 client = client(listener)) {
            int stream = client.newStream();
            client.octets(
                    connect(stream, 0),
                    piece(stream, "GET /shout HTTP/1.1\r\n\r\nabc", 0),
                    piece(stream, "", 0),
                    piece(stream, "def", 0));
            client.until(stream, seen -> seen.content().equals("ABCDEF"));
            client.data(stream, "ghi", END_STREAM);
            assertThat(client.outcome(stream)).isEqualTo("200");
            assertThat(client.stream(stream).content()).isEqualTo("ABCDEFGHI");
            int ended = client.newStream();
            client.octets(
                    connect(ended, 0),
                    piece(ended, "GET /shout HTTP/1.1\r\n\r\n", 0),
                    piece(ended, "x".repeat(16_000), 0),
                    piece(ended, "y".repeat(16_000), 0),
                    piece(ended, "z", END_STREAM));
            assertThat(client.outcome(ended)).isEqualTo("200");
            assertThat(client.stream(ended).content()).isEqualTo("X".repeat(16_000) + "Y".repeat(16_000) + "Z");
            client.settles();
            assertThat(client.stream(ended).reset()).isNegative();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"clear", "tls"})
    void aHeadThatEndsTheStreamIsAHalfCloseToo(String listener) throws IOException {
        try (RawHttp2 client = client(listener)) {
            int stream = client.newStream();
            client.octets(connect(stream, END_STREAM));
            assertThat(client.outcome(stream)).isEqualTo("200");
            assertThat(client.stream(stream).content()).isEmpty();
            client.settles();
            assertThat(client.stream(stream).reset()).isNegative();
        }
        assertThat(edge.records(2).get(1).getString("termination")).isEqualTo("closed");
    }

    @Test
    void octetsBehindTheHeadOfWhatIsRefusedAreDropped() throws IOException {
        edge.enforce("default: deny\n");
        try (RawHttp2 client = client("clear")) {
            for (int i = 0; i < 20; i++) {
                int stream = client.newStream();
                client.octets(connect(stream, 0), piece(stream, "x".repeat(10_000), i % 2));
                assertThat(client.outcome(stream)).isEqualTo("403");
                int ended = client.newStream();
                client.octets(connect(ended, END_STREAM));
                assertThat(client.outcome(ended)).isEqualTo("403");
                client.settles();
                assertThat(client.stream(ended).reset()).isNegative();
            }
            long sent = 20 * 10_000;
            client.until(0, connection -> 65_535 + connection.credit() > sent);
        }
        assertThat(origin.heads).isEmpty();
    }

    @Test
    void nothingButContentMayFollow() throws IOException {
        origin.on("/held", Origin.Peer::untilGone);
        try (RawHttp2 client = client("clear")) {
            int stream = tunnel(client, "/held");
            client.trailers(stream, "x-sum", "1");
            assertThat(client.outcome(stream)).isEqualTo("200 reset 1");
            EdgeRig.until(() -> origin.gone.get() == 1);
        }
    }

    /** Both sides have ended their direction, and the origin has yet to read: all of it arrives. */
    @Test
    void whatTheOriginHasYetToReadIsNotLostWithTheStream() throws IOException {
        CompletableFuture<Void> ends = new CompletableFuture<>();
        origin.on("/slow", peer -> {
            ends.orTimeout(15, TimeUnit.SECONDS).join();
            peer.endsOutput();
            reads.orTimeout(15, TimeUnit.SECONDS).join();
            receive(peer);
        });
        try (RawHttp2 client = client("clear")) {
            int stream = tunnel(client, "/slow");
            long head = "GET /slow HTTP/1.1\r\n\r\n".length();
            long sent = 0;
            client.settles();
            while (head + sent + PIECE
                    <= Math.min(
                            WINDOW + client.stream(stream).credit(),
                            FIRST_WINDOW + client.stream(0).credit())) {
                client.data(stream, "x".repeat(PIECE), 0);
                sent += PIECE;
                client.settles();
            }
            client.data(stream, "", END_STREAM);
            boolean unused = ends.complete(null);
            assertThat(client.outcome(stream)).isEqualTo("200");
            client.settles();
            boolean unused2 = reads.complete(null);
            assertThat(received()).hasSize((int) sent);
        }
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
