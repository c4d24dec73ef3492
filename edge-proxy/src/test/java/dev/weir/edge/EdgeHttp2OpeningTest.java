package dev.weir.edge;

import static dev.weir.edge.RawHttp2.ACK;
import static dev.weir.edge.RawHttp2.PING;
import static dev.weir.edge.RawHttp2.PREFACE;
import static dev.weir.edge.RawHttp2.SETTINGS;
import static dev.weir.edge.upstream.FrameOrigin.setting;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is no beginning of HTTP/2 is counted and ended, and fills no log. */
class EdgeHttp2OpeningTest {
    @TempDir
    private Path directory;

    private final Origin origin = new Origin();
    private EdgeRig edge;
    private Warnings warnings;

    @BeforeEach
    void start() throws IOException {
        origin.serves("/", "", "hello");
        edge = EdgeRig.withTls(directory, origin);
        warnings = new Warnings();
    }

    @AfterEach
    void stop() throws IOException {
        warnings.close();
        edge.close();
        origin.close();
    }

    /** What comes behind the preface and how the connection ends. */
    private record Row(String name, int type, int flags, int stream, Supplier<byte[]> payload, int code) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> openings() {
        return Stream.of(
                new Row("a PING", PING, 0, 0, () -> new byte[8], 1),
                new Row("an ACK", SETTINGS, ACK, 0, () -> new byte[0], 1),
                new Row("SETTINGS on a stream", SETTINGS, 0, 1, () -> new byte[0], 1),
                new Row("SETTINGS of five octets", SETTINGS, 0, 0, () -> new byte[5], 6),
                new Row("SETTINGS of more than a frame", SETTINGS, 0, 0, () -> new byte[6 * 2731], 6),
                new Row("push of 2", SETTINGS, 0, 0, () -> setting(2, 2), 1),
                new Row("a window beyond 2^31-1", SETTINGS, 0, 0, () -> setting(4, 0x80000000), 3),
                new Row("frames of 16383", SETTINGS, 0, 0, () -> setting(5, 16383), 1));
    }

    private void endedQuietly() {
        edge.settles();
        assertThat(edge.malformed()).isEqualTo(2);
        assertThat(warnings.logged).isEmpty();
        assertThat(origin.heads).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("openings")
    void thatIsNoSettings(Row row) throws IOException {
        for (RawHttp2 opened :
                new RawHttp2[] {RawHttp2.clear(edge.reverse, PREFACE), RawHttp2.tls(edge.tls, PREFACE)}) {
            try (RawHttp2 client = opened) {
                client.frame(
                        row.type(), row.flags(), row.stream(), row.payload().get());
                // What is still unread as it closes takes GOAWAY with it.
                assertThat(client.end()).isIn("goaway " + row.code(), "closed");
                client.untilClosed();
            }
        }
        endedQuietly();
    }

    @Test
    void thatIsNoPreface() throws IOException {
        for (String octets : new String[] {"GET / HTTP/1.1\r\nHost: h\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSN"}) {
            try (RawHttp2 client = RawHttp2.tls(edge.tls, octets.getBytes(StandardCharsets.US_ASCII))) {
                assertThat(client.end()).isEqualTo("goaway 1");
                client.untilClosed();
            }
        }
        endedQuietly();
    }

    @Test
    void comesInPieces() throws IOException {
        try (RawHttp2 client = RawHttp2.clear(edge.reverse, new byte[0])) {
            for (byte octet : PREFACE) {
                client.octets(new byte[] {octet});
            }
            for (byte octet : new byte[] {0, 0, 6, SETTINGS, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 9}) {
                client.octets(new byte[] {octet});
            }
            int stream = client.request(":method", "GET", ":scheme", "http", ":authority", "h", ":path", "/");
            assertThat(client.outcome(stream)).isEqualTo("200");
        }
        assertThat(edge.malformed()).isZero();
    }
}
