package dev.weir.edge;

import static dev.weir.edge.RawHttp2.ACK;
import static dev.weir.edge.RawHttp2.CONTINUATION;
import static dev.weir.edge.RawHttp2.DATA;
import static dev.weir.edge.RawHttp2.END_HEADERS;
import static dev.weir.edge.RawHttp2.END_STREAM;
import static dev.weir.edge.RawHttp2.GOAWAY;
import static dev.weir.edge.RawHttp2.HEADERS;
import static dev.weir.edge.RawHttp2.PADDED;
import static dev.weir.edge.RawHttp2.PING;
import static dev.weir.edge.RawHttp2.PREFACE;
import static dev.weir.edge.RawHttp2.PRIORITY;
import static dev.weir.edge.RawHttp2.PUSH_PROMISE;
import static dev.weir.edge.RawHttp2.RST_STREAM;
import static dev.weir.edge.RawHttp2.SETTINGS;
import static dev.weir.edge.RawHttp2.WINDOW_UPDATE;
import static dev.weir.edge.RawHttp2.block;
import static dev.weir.edge.RawHttp2.number;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Frames that may not stand where they stand, or not be as they are (RFC 9113 §4 to §6): the stream or the connection
 * ends, and its client is told the right code. Behind them those that are rare and sound.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EdgeHttp2FramesTest {
    // RFC 9113 §7
    private static final int PROTOCOL_ERROR = 0x1;
    private static final int FLOW_CONTROL_ERROR = 0x3;
    private static final int STREAM_CLOSED = 0x5;
    private static final int FRAME_SIZE_ERROR = 0x6;
    private static final int COMPRESSION_ERROR = 0x9;

    private static final int LARGEST_FRAME = 16_384;
    private static final int MOST_CREDIT = Integer.MAX_VALUE;
    private static final String[] GET = get("/x");
    private static final String[] HELD = get("/held");
    private static final String[] POST = {
        ":method", "POST", ":scheme", "http", ":authority", "site.test", ":path", "/up"
    };

    private final Origin origin = new Origin();
    private EdgeRig edge;

    /** What a client sends behind its preface. */
    @FunctionalInterface
    interface Sending {
        /** Returns the stream whose outcome counts, if it isn't the connection's. */
        int on(RawHttp2 client) throws IOException;
    }

    /** One row: what is special, the frames, and how the stream ends. */
    record Case(String name, Sending sends, String outcome) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static String[] get(String path) {
        return new String[] {":method", "GET", ":scheme", "http", ":authority", "site.test", ":path", path};
    }

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        edge = EdgeRig.withTls(directory, origin);
        origin.serves("/x", "", "ok");
        origin.on("/held", Origin.Peer::untilGone);
        origin.on("/up", peer -> {
            if (!peer.until("\r\n\r\n").isEmpty()) {
                peer.send(Origin.ok("", "taken"));
            }
        });
    }

    @AfterAll
    void stop() throws IOException {
        edge.settles();
        edge.close();
        origin.close();
    }

    private RawHttp2 client(String listener) throws IOException {
        return listener.equals("h2c") ? RawHttp2.clear(edge.reverse) : RawHttp2.tls(edge.tls);
    }

    private static Stream<Arguments> onBoth(List<Case> cases) {
        return Stream.of("h2c", "tls").flatMap(listener -> cases.stream().map(row -> Arguments.of(listener, row)));
    }

    private static Case stream(String name, int code, Sending sends) {
        return new Case(name, sends, "reset " + code);
    }

    static Stream<Arguments> streamErrors() {
        return onBoth(List.of(
                stream("DATA behind END_STREAM", STREAM_CLOSED, client -> {
                    int stream = client.request(HELD);
                    client.data(stream, "more", END_STREAM);
                    return stream;
                }),
                stream("HEADERS behind END_STREAM", STREAM_CLOSED, client -> {
                    int stream = client.request(HELD);
                    client.trailers(stream, "x-late", "1");
                    return stream;
                }),
                stream("HEADERS behind END_STREAM of DATA", STREAM_CLOSED, client -> {
                    int stream = client.open(get("/held"));
                    client.data(stream, "all", END_STREAM).trailers(stream, "x-late", "1");
                    return stream;
                }),
                stream("second HEADERS without END_STREAM", PROTOCOL_ERROR, client -> {
                    int stream = client.open(POST);
                    client.data(stream, "some", 0).frame(HEADERS, END_HEADERS, stream, block("x-sum", "1"));
                    return stream;
                }),
                stream("pseudo-field in trailers", PROTOCOL_ERROR, client -> {
                    int stream = client.open(POST);
                    client.data(stream, "some", 0).trailers(stream, ":method", "GET");
                    return stream;
                }),
                stream("DATA shorter than content-length", PROTOCOL_ERROR, client -> {
                    int stream = client.open(with(POST, "content-length", "5"));
                    client.data(stream, "four", END_STREAM);
                    return stream;
                }),
                stream("DATA longer than content-length", PROTOCOL_ERROR, client -> {
                    int stream = client.open(with(POST, "content-length", "5"));
                    client.data(stream, "four", 0).data(stream, "more", END_STREAM);
                    return stream;
                }),
                stream("PRIORITY of 4 octets", FRAME_SIZE_ERROR, client -> {
                    int stream = client.request(HELD);
                    client.frame(PRIORITY, 0, stream, new byte[4]);
                    return stream;
                }),
                stream("PRIORITY of 6 octets", FRAME_SIZE_ERROR, client -> {
                    int stream = client.open(POST);
                    client.frame(PRIORITY, 0, stream, new byte[6]);
                    return stream;
                }),
                stream("WINDOW_UPDATE of 0", PROTOCOL_ERROR, client -> {
                    int stream = client.request(HELD);
                    client.frame(WINDOW_UPDATE, 0, stream, number(0));
                    return stream;
                }),
                stream("WINDOW_UPDATE beyond 2^31-1", FLOW_CONTROL_ERROR, client -> {
                    int stream = client.request(HELD);
                    client.frame(WINDOW_UPDATE, 0, stream, number(MOST_CREDIT));
                    return stream;
                })));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("streamErrors")
    void endsTheStreamAlone(String listener, Case row) throws IOException {
        try (RawHttp2 client = client(listener)) {
            int stream = row.sends().on(client);
            assertThat(client.outcome(stream)).isEqualTo(row.outcome());
            assertThat(client.outcome(client.request(GET)))
                    .as("the next stream")
                    .isEqualTo("200");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2c", "tls"})
    void contentOnAClosedStreamIsToldAsSuch(String listener) throws IOException {
        try (RawHttp2 client = client(listener)) {
            int stream = client.request(GET);
            assertThat(client.outcome(stream)).isEqualTo("200");
            client.data(stream, "more", 0);
            client.until(stream, seen -> seen.reset() == STREAM_CLOSED);
            assertThat(client.outcome(client.request(GET))).isEqualTo("200");
        }
    }

    private static Case connection(String name, int code, Sending sends) {
        return new Case(name, sends, "goaway " + code);
    }

    /** A single frame on an otherwise silent connection. */
    private static Case frame(String name, int code, int type, int flags, int stream, byte[] payload) {
        return connection(name, code, client -> {
            client.frame(type, flags, stream, payload);
            return stream;
        });
    }

    /** The beginning of a frame says it all. */
    private static Case tooLarge(String name, int type) {
        int octets = LARGEST_FRAME + 1;
        byte[] beginning = {0, (byte) (octets >> 8), (byte) octets, (byte) type, 0, 0, 0, 0, 0};
        return connection(name, FRAME_SIZE_ERROR, client -> {
            client.octets(beginning);
            return 0;
        });
    }

    static Stream<Arguments> connectionErrors() {
        byte[] head = block(GET);
        return Stream.of(
                        onBoth(List.of(
                                connection("HEADERS on a closed stream", STREAM_CLOSED, client -> {
                                    int stream = client.request(GET);
                                    assertThat(client.outcome(stream)).isEqualTo("200");
                                    client.frame(HEADERS, END_HEADERS | END_STREAM, stream, head);
                                    return stream;
                                }),
                                connection("HEADERS on a skipped stream", PROTOCOL_ERROR, client -> {
                                    client.frame(HEADERS, END_HEADERS | END_STREAM, 5, head);
                                    client.frame(HEADERS, END_HEADERS | END_STREAM, 3, head);
                                    return 3;
                                }),
                                connection("DATA within a field block", PROTOCOL_ERROR, client -> {
                                    client.frame(HEADERS, 0, 1, Arrays.copyOf(head, 5));
                                    client.data(1, "content", 0);
                                    return 1;
                                }),
                                connection("an unknown frame within a field block", PROTOCOL_ERROR, client -> {
                                    client.frame(HEADERS, 0, 1, Arrays.copyOf(head, 5))
                                            .frame(0x42, 0, 1, new byte[3]);
                                    return 1;
                                }),
                                connection("CONTINUATION of another stream", PROTOCOL_ERROR, client -> {
                                    client.frame(HEADERS, 0, 1, Arrays.copyOf(head, 5));
                                    client.frame(
                                            CONTINUATION, END_HEADERS, 3, Arrays.copyOfRange(head, 5, head.length));
                                    return 1;
                                }),
                                connection("HEADERS within a field block", PROTOCOL_ERROR, client -> {
                                    client.frame(HEADERS, 0, 1, Arrays.copyOf(head, 5));
                                    client.frame(HEADERS, END_HEADERS | END_STREAM, 3, head);
                                    return 1;
                                }),
                                connection("CONTINUATION behind the whole block", PROTOCOL_ERROR, client -> {
                                    int stream = client.request(HELD);
                                    client.frame(CONTINUATION, END_HEADERS, stream, block("x", "1"));
                                    return stream;
                                }),
                                connection("WINDOW_UPDATE beyond 2^31-1", FLOW_CONTROL_ERROR, client -> {
                                    client.frame(WINDOW_UPDATE, 0, 0, number(MOST_CREDIT));
                                    return 0;
                                }),
                                connection("RST_STREAM of 3 octets", FRAME_SIZE_ERROR, client -> {
                                    int stream = client.request(HELD);
                                    client.frame(RST_STREAM, 0, stream, new byte[3]);
                                    return stream;
                                }),
                                connection("a first window beyond 2^31-1 by SETTINGS", FLOW_CONTROL_ERROR, client -> {
                                    client.frame(SETTINGS, 0, 0, setting(4, 0x80000000));
                                    return 0;
                                }))),
                        onBoth(List.of(
                                frame("HEADERS on an even stream", PROTOCOL_ERROR, HEADERS, 5, 2, head),
                                frame("HEADERS on stream 0", PROTOCOL_ERROR, HEADERS, 5, 0, head),
                                frame("DATA on an idle stream", PROTOCOL_ERROR, DATA, END_STREAM, 1, new byte[4]),
                                frame("DATA on stream 0", PROTOCOL_ERROR, DATA, END_STREAM, 0, new byte[4]),
                                frame("RST_STREAM on an idle stream", PROTOCOL_ERROR, RST_STREAM, 0, 1, number(8)),
                                frame("RST_STREAM on stream 0", PROTOCOL_ERROR, RST_STREAM, 0, 0, number(8)),
                                frame("PRIORITY on stream 0", PROTOCOL_ERROR, PRIORITY, 0, 0, new byte[5]),
                                frame("CONTINUATION alone", PROTOCOL_ERROR, CONTINUATION, END_HEADERS, 1, head),
                                frame("CONTINUATION on stream 0", PROTOCOL_ERROR, CONTINUATION, END_HEADERS, 0, head),
                                frame("PUSH_PROMISE", PROTOCOL_ERROR, PUSH_PROMISE, END_HEADERS, 1, number(2)),
                                frame(
                                        "WINDOW_UPDATE on an idle stream",
                                        PROTOCOL_ERROR,
                                        WINDOW_UPDATE,
                                        0,
                                        1,
                                        number(9)),
                                frame("WINDOW_UPDATE of 0", PROTOCOL_ERROR, WINDOW_UPDATE, 0, 0, number(0)),
                                frame("WINDOW_UPDATE of 3 octets", FRAME_SIZE_ERROR, WINDOW_UPDATE, 0, 0, new byte[3]),
                                frame("PING on a stream", PROTOCOL_ERROR, PING, 0, 1, new byte[8]),
                                frame("PING of 7 octets", FRAME_SIZE_ERROR, PING, 0, 0, new byte[7]),
                                frame("GOAWAY on a stream", PROTOCOL_ERROR, GOAWAY, 0, 1, new byte[8]),
                                frame("SETTINGS on a stream", PROTOCOL_ERROR, SETTINGS, 0, 1, setting(3, 9)),
                                frame("SETTINGS of 5 octets", FRAME_SIZE_ERROR, SETTINGS, 0, 0, new byte[5]),
                                frame("an ACK with content", FRAME_SIZE_ERROR, SETTINGS, ACK, 0, setting(3, 9)),
                                frame("push of 2 by SETTINGS", PROTOCOL_ERROR, SETTINGS, 0, 0, setting(2, 2)),
                                frame("frames of 16383 by SETTINGS", PROTOCOL_ERROR, SETTINGS, 0, 0, setting(5, 16383)),
                                frame(
                                        "frames of 2^24 by SETTINGS",
                                        PROTOCOL_ERROR,
                                        SETTINGS,
                                        0,
                                        0,
                                        setting(5, 1 << 24)),
                                tooLarge("too large HEADERS", HEADERS),
                                tooLarge("too large DATA", DATA),
                                tooLarge("too large SETTINGS", SETTINGS),
                                tooLarge("a too large unknown frame", 0x42),
                                frame("more padding than HEADERS", PROTOCOL_ERROR, HEADERS, 13, 1, new byte[] {9, 0}),
                                frame("a block that isn't HPACK", COMPRESSION_ERROR, HEADERS, 5, 1, new byte[] {-1}),
                                frame("an index of 0", COMPRESSION_ERROR, HEADERS, 5, 1, new byte[] {(byte) 0x80}))))
                .flatMap(cases -> cases);
    }

    /** Above the limit for a head, but not so far that the connection ends over it. */
    private static byte[] tooLargeHead() {
        String[] fields = Arrays.copyOf(POST, POST.length + 12);
        for (int i = POST.length; i < fields.length; i += 2) {
            fields[i] = "x-large";
            fields[i + 1] = "x".repeat(11_500);
        }
        return block(fields);
    }

    private static byte[] setting(int id, int value) {
        byte[] setting = new byte[6];
        setting[1] = (byte) id;
        System.arraycopy(number(value), 0, setting, 2, 4);
        return setting;
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("connectionErrors")
    void endsTheConnection(String listener, Case row) throws IOException {
        try (RawHttp2 client = client(listener)) {
            int unused = row.sends().on(client);
            assertThat(client.end()).isEqualTo(row.outcome());
            client.untilClosed();
        }
    }

    private static Case sound(String name, Sending sends) {
        return new Case(name, sends, "200");
    }

    static Stream<Arguments> sound() {
        byte[] head = block(GET);
        return onBoth(List.of(
                sound("an unknown frame, with flags", client -> {
                    client.frame(0x42, 0xff, 0, new byte[] {1, 2, 3}).frame(0x42, 0xff, 9, new byte[0]);
                    return client.request(GET);
                }),
                sound("an unknown setting", client -> {
                    client.frame(SETTINGS, 0, 0, setting(0x1a, 7));
                    return client.request(GET);
                }),
                sound("PRIORITY ahead of its stream", client -> {
                    client.frame(PRIORITY, 0, 1, new byte[] {0, 0, 0, 0, 15});
                    return client.request(GET);
                }),
                sound("HEADERS with priority and padding", client -> {
                    byte[] padded = new byte[6 + head.length + 2];
                    padded[0] = 2;
                    padded[5] = 15;
                    System.arraycopy(head, 0, padded, 6, head.length);
                    client.frame(HEADERS, END_HEADERS | END_STREAM | PADDED | 0x20, 1, padded);
                    return 1;
                }),
                sound("unknown flags of HEADERS", client -> {
                    client.frame(HEADERS, END_HEADERS | END_STREAM | 0xd2, 1, head);
                    return 1;
                }),
                sound("the reserved bit", client -> {
                    client.frame(HEADERS, END_HEADERS | END_STREAM, 1 | 0x80000000, head);
                    return 1;
                }),
                sound("streams with gaps", client -> {
                    client.frame(HEADERS, END_HEADERS | END_STREAM, 5, head);
                    client.frame(HEADERS, END_HEADERS | END_STREAM, 0x7fff_fff1, head);
                    return 0x7fff_fff1;
                }),
                sound("an empty CONTINUATION", client -> {
                    client.frame(HEADERS, END_STREAM, 1, head).frame(CONTINUATION, END_HEADERS, 1, new byte[0]);
                    return 1;
                }),
                sound("an empty HEADERS and the block in CONTINUATION", client -> {
                    client.frame(HEADERS, END_STREAM, 1, new byte[0]).frame(CONTINUATION, END_HEADERS, 1, head);
                    return 1;
                }),
                sound("a table size ahead of the fields", client -> {
                    byte[] sized = new byte[1 + head.length];
                    sized[0] = 0x20;
                    System.arraycopy(head, 0, sized, 1, head.length);
                    client.frame(HEADERS, END_HEADERS | END_STREAM, 1, sized);
                    return 1;
                }),
                sound("empty DATA, then the content in pieces, then trailers", client -> {
                    int stream = client.open(POST);
                    client.data(stream, "", 0)
                            .data(stream, "a", 0)
                            .data(stream, "", 0)
                            .data(stream, "b", 0);
                    client.trailers(stream, "x-sum", "2");
                    return stream;
                }),
                sound("WINDOW_UPDATE and RST_STREAM on a closed stream", client -> {
                    int stream = client.request(GET);
                    assertThat(client.outcome(stream)).isEqualTo("200");
                    client.frame(WINDOW_UPDATE, 0, stream, number(1)).frame(RST_STREAM, 0, stream, number(8));
                    return client.request(GET);
                }),
                sound("frames on a stream that its client has reset", client -> {
                    int stream = client.open(POST);
                    client.frame(RST_STREAM, 0, stream, number(8)).frame(WINDOW_UPDATE, 0, stream, number(1));
                    return client.request(GET);
                }),
                sound("a window of 0, opened later", client -> {
                    client.frame(SETTINGS, 0, 0, setting(4, 0));
                    int stream = client.request(GET);
                    client.until(stream, seen -> !seen.statuses.isEmpty());
                    client.frame(SETTINGS, 0, 0, setting(4, 1)).frame(WINDOW_UPDATE, 0, stream, number(1));
                    return stream;
                }),
                sound("content and trailers behind a head that is too large", client -> {
                    int stream = client.newStream();
                    byte[] large = tooLargeHead();
                    for (int at = 0; at < large.length; at += LARGEST_FRAME) {
                        int to = Math.min(large.length, at + LARGEST_FRAME);
                        client.frame(
                                at == 0 ? HEADERS : CONTINUATION,
                                to == large.length ? END_HEADERS : 0,
                                stream,
                                Arrays.copyOfRange(large, at, to));
                    }
                    assertThat(client.outcome(stream)).startsWith("431");
                    client.data(stream, "content", 0);
                    assertThat(client.outcome(client.request(GET))).isEqualTo("200");
                    client.trailers(stream, "x-sum", "2");
                    return client.request(GET);
                }),
                sound("PING and GOAWAY", client -> {
                    client.settles();
                    int stream = client.request(GET);
                    client.frame(GOAWAY, 0, 0, new byte[8]);
                    return stream;
                })));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("sound")
    void takesWhatIsRareAndSound(String listener, Case row) throws IOException {
        try (RawHttp2 client = client(listener)) {
            int stream = row.sends().on(client);
            assertThat(client.outcome(stream)).isEqualTo(row.outcome());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INVALID CONNECTION PREFACE\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSN\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nGET /x HTTP/1.1\r\nHost: site.test\r\n\r\n",
            })
    void aFalsePrefaceIsClosedAndAnsweredByNothingOfHttp1(String preface) throws IOException {
        byte[] octets = preface.getBytes(StandardCharsets.US_ASCII);
        int before = origin.heads.size();
        try (RawHttp2 client = RawHttp2.tls(edge.tls, octets)) {
            assertThat(client.end()).isIn("goaway 1", "closed");
            client.untilClosed();
        }
        try (RawClient client = edge.client()) {
            assertThat(client.sends(preface).rest()).doesNotContain("HTTP/1.1 200");
        }
        assertThat(origin.heads).hasSize(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2c", "tls"})
    void thePrefaceIsFollowedBySettings(String listener) throws IOException {
        try (RawHttp2 client =
                listener.equals("h2c") ? RawHttp2.clear(edge.reverse, PREFACE) : RawHttp2.tls(edge.tls, PREFACE)) {
            client.frame(PING, 0, 0, new byte[8]);
            assertThat(client.end()).isEqualTo("goaway 1");
            client.untilClosed();
        }
    }

    private static String[] with(String[] fields, String... more) {
        String[] all = Arrays.copyOf(fields, fields.length + more.length);
        System.arraycopy(more, 0, all, fields.length, more.length);
        return all;
    }
}
