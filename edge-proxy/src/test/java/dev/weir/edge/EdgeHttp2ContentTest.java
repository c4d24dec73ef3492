package dev.weir.edge;

import static dev.weir.edge.RawHttp2.CONTINUATION;
import static dev.weir.edge.RawHttp2.DATA;
import static dev.weir.edge.RawHttp2.END_HEADERS;
import static dev.weir.edge.RawHttp2.END_STREAM;
import static dev.weir.edge.RawHttp2.HEADERS;
import static dev.weir.edge.RawHttp2.block;
import static dev.weir.edge.RawHttp2.octets;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The content of HTTP/2 requests: what is asked for and doesn't come, what comes and isn't wanted; and heads too large. */
class EdgeHttp2ContentTest {
    // RFC 9113 §7
    private static final int NO_ERROR = 0x0;

    private static final int FIRST_WINDOW = 65_535;
    private static final int STREAM_WINDOW = 256 * 1024;
    private static final int PIECE = 16_000;

    @TempDir
    private Path directory;

    private final Origin origin = new Origin();
    /** The content of requests that came, as far as it came. */
    private final Queue<String> whole = new ConcurrentLinkedQueue<>();

    private EdgeRig edge;
    private RawHttp2 client;
    /** Octets of content sent on the connection. */
    private long sent;

    @BeforeEach
    void start() throws IOException {
        edge = EdgeRig.withWeb(
                directory, origin, ", timeouts: { body: 300ms }, limits: { fields: 20, head: 8KiB, streams: 8 }");
        client = RawHttp2.clear(edge.reverse);
        origin.serves("/good", "", "ok");
        origin.on("/up", peer -> {
            String content = peer.body();
            whole.add(content);
            peer.send(Origin.ok("", content.length() + " taken"));
        });
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        edge.settles();
        edge.close();
        origin.close();
    }

    private static String[] fields(String method, String path, String... more) {
        String[] pseudo = {":method", method, ":scheme", "http", ":authority", "site.test", ":path", path};
        String[] all = Arrays.copyOf(pseudo, pseudo.length + more.length);
        System.arraycopy(more, 0, all, pseudo.length, more.length);
        return all;
    }

    private void connectionGoesOn() throws IOException {
        assertThat(client.outcome(client.request(fields("GET", "/good")))).isEqualTo("200");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "he"})
    void contentThatStandsStillIsGivenUp(String begun) throws IOException {
        int stream = client.open(fields("POST", "/up", "content-length", "5"));
        client.data(stream, begun, 0);
        assertThat(client.outcome(stream)).isEqualTo("408");
        client.until(stream, seen -> seen.reset() == NO_ERROR);
        EdgeRig.until(() -> origin.gone.get() == 1);
        assertThat(edge.record("/up").getInteger("http.response.status_code")).isEqualTo(408);
        assertThat(edge.malformed()).isEqualTo(1);
        connectionGoesOn();
    }

    @Test
    void theEndOfNoContentIsNotAwaitedForEver() throws IOException {
        int stream = client.open(fields("POST", "/up", "content-length", "0"));
        client.data(stream, "", 0);
        assertThat(client.outcome(stream)).isEqualTo("408");
        assertThat(origin.heads).isEmpty();
        connectionGoesOn();
    }

    private int upload(String length, boolean inPieces, String... contents) throws IOException {
        int stream = client.newStream();
        byte[][] frames = new byte[contents.length + 1][];
        frames[0] = octets(HEADERS, END_HEADERS, stream, block(fields("POST", "/up", "content-length", length)));
        for (int i = 1; i < frames.length; i++) {
            int flags = i == contents.length ? END_STREAM : 0;
            frames[i] = octets(DATA, flags, stream, contents[i - 1].getBytes(StandardCharsets.ISO_8859_1));
        }
        if (!inPieces) {
            client.octets(frames);
        } else {
            for (byte[] frame : frames) {
                client.octets(frame);
                client.settles();
            }
        }
        return stream;
    }

    /** Length, then the content of each frame. */
    @ParameterizedTest
    @ValueSource(
            strings = {"5 hello world", "5 he llo !", "5 hello  x", "0 x", "0  x", "5 hello  GET", "5 hello! x", "5 he "
            })
    void noOriginGetsAllOfWhatIsLongerOrShorterThanItsLength(String row) throws IOException {
        String[] parts = row.split(" ", -1);
        for (boolean inPieces : new boolean[] {false, true}) {
            int stream = upload(parts[0], inPieces, Arrays.copyOfRange(parts, 1, parts.length));
            assertThat(client.outcome(stream)).isEqualTo("reset 1");
            connectionGoesOn();
        }
        EdgeRig.until(() -> origin.heads("/up").size() == whole.size());
        assertThat(whole).allMatch(content -> content.length() < 5);
        if (parts[0].equals("0")) {
            assertThat(origin.heads("/up")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"5 hello", "5 hello ", "5 he llo ", "5 h e l l o", "5   hello  ", "0 ", "0   "})
    void asLongAsAnnouncedItArrives(String row) throws IOException {
        String[] parts = row.split(" ", -1);
        for (boolean inPieces : new boolean[] {false, true}) {
            int stream = upload(parts[0], inPieces, Arrays.copyOfRange(parts, 1, parts.length));
            assertThat(client.outcome(stream)).isEqualTo("200");
            assertThat(client.stream(stream).content()).isEqualTo(parts[0] + " taken");
        }
        assertThat(whole).hasSize(2).allMatch(content -> content.equals(parts[0].equals("0") ? "" : "hello"));
    }

    @Test
    void trailersEndContentOfALengthToo() throws IOException {
        for (String length : new String[] {"0", "5"}) {
            int stream = client.open(fields("POST", "/up", "content-length", length));
            if (length.equals("5")) {
                client.data(stream, "hello", 0);
                client.settles();
            }
            client.trailers(stream, "x-sum", "1");
            assertThat(client.outcome(stream)).isEqualTo("200");
            int broken = client.open(fields("POST", "/up", "content-length", length));
            if (length.equals("5")) {
                client.data(broken, "hello", 0);
            }
            client.trailers(broken, ":path", "/x");
            assertThat(client.outcome(broken)).isEqualTo("reset 1");
        }
        EdgeRig.until(() -> origin.heads("/up").size() == whole.size());
        assertThat(whole.stream().filter(content -> content.length() == 5)).hasSize(1);
    }

    @Test
    void whoAsksBeforeSendingNothingIsToldToGoOn() throws IOException {
        int stream = client.open(fields("POST", "/up", "content-length", "0", "expect", "100-continue"));
        client.until(stream, seen -> !seen.statuses.isEmpty());
        client.data(stream, "", END_STREAM);
        assertThat(client.outcome(stream)).isEqualTo("200");
        assertThat(client.stream(stream).statuses).containsExactly(100, 200);
    }

    /** More than fits between client and origin, and all of it is of a length that was announced. */
    @Test
    void aLongUploadIsHeldUpByNothing() throws IOException {
        int pieces = 100;
        int stream = client.open(fields("POST", "/up", "content-length", Integer.toString(pieces * PIECE)));
        for (int i = 0; i < pieces; i++) {
            long before = (long) i * PIECE;
            client.until(stream, seen -> STREAM_WINDOW + seen.credit() - before >= PIECE);
            piece(stream, 0);
        }
        client.settles();
        client.data(stream, "", END_STREAM);
        assertThat(client.outcome(stream)).isEqualTo("200");
        assertThat(client.stream(stream).content()).isEqualTo(pieces * PIECE + " taken");
    }

    @Test
    void contentThatStandsStillBehindAnAnswerIsGivenUpToo() throws IOException {
        origin.on("/both", peer -> {
            peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
            peer.untilGone();
        });
        int stream = client.open(fields("POST", "/both"));
        client.data(stream, "some", 0);
        assertThat(client.outcome(stream)).isEqualTo("200 reset 8");
        EdgeRig.until(() -> origin.gone.get() == 1);
        assertThat(edge.record("/both").getString("termination")).isEqualTo("client-closed");
        connectionGoesOn();
    }

    /** The other stream's silence is the clock: it began later, and is over first. */
    @Test
    void aRequestWithoutContentIsNeverSilent() throws IOException {
        origin.on("/late", peer -> {
            EdgeRig.until(() -> edge.malformed() == 1);
            peer.send(Origin.ok("", "late"));
        });
        int waiting = client.request(fields("GET", "/late"));
        int uploaded = client.open(fields("POST", "/late", "content-length", "2"));
        client.data(uploaded, "ok", END_STREAM);
        int silent = client.open(fields("POST", "/up", "content-length", "5"));
        assertThat(client.outcome(silent)).isEqualTo("408");
        assertThat(client.outcome(waiting)).isEqualTo("200");
        assertThat(client.outcome(uploaded)).isEqualTo("200");
    }

    /** Sends as soon as the connection has credit for it. */
    private void piece(int stream, int flags) throws IOException {
        client.until(0, connection -> FIRST_WINDOW + connection.credit() - sent >= PIECE);
        client.data(stream, "x".repeat(PIECE), flags);
        sent += PIECE;
    }

    @Test
    void uploadsThatAreRefusedGiveTheirCreditBack() throws IOException {
        edge.enforce("rules: [{ name: no, when: { path: /no }, then: deny }]\ndefault: allow\n");
        for (int i = 0; i < 200; i++) {
            int stream = client.open(fields("POST", "/no"));
            piece(stream, 0);
            assertThat(client.outcome(stream)).isEqualTo("403");
            client.until(stream, seen -> seen.reset() == NO_ERROR);
            // On its way while the stream was reset.
            piece(stream, 0);
        }
        int pieces = 40;
        int stream = client.open(fields("POST", "/up", "content-length", String.valueOf(pieces * PIECE)));
        for (int i = 1; i <= pieces; i++) {
            long before = (i - 1L) * PIECE;
            client.until(stream, seen -> STREAM_WINDOW + seen.credit() - before >= PIECE);
            piece(stream, i == pieces ? END_STREAM : 0);
        }
        assertThat(client.outcome(stream)).isEqualTo("200");
        assertThat(client.stream(stream).content()).isEqualTo(pieces * PIECE + " taken");
    }

    @Test
    void anExpectationOfContinueIsMet() throws IOException {
        origin.on("/asks", peer -> {
            peer.send("HTTP/1.1 100 Continue\r\n\r\n");
            peer.send(Origin.ok("", peer.body()));
        });
        int stream = client.open(fields("POST", "/asks", "expect", "100-Continue", "content-length", "5"));
        client.until(stream, seen -> seen.statuses.contains(100));
        client.data(stream, "hello", END_STREAM);
        assertThat(client.outcome(stream)).isEqualTo("200");
        assertThat(client.stream(stream).statuses).containsExactly(100, 200);
        assertThat(client.stream(stream).content()).isEqualTo("hello");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", ", ,"})
    void anExpectationOfNothingIsNone(String nothing) throws IOException {
        assertThat(client.outcome(client.request(fields("GET", "/good", "expect", nothing))))
                .isEqualTo("200");
        assertThat(origin.heads)
                .hasSize(1)
                .noneMatch(head -> head.toLowerCase(Locale.ROOT).contains("expect"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"200-ok", "100-continue, 100-continue", "100-continue;q=1"})
    void anUnknownExpectationIsNotMet(String expectation) throws IOException {
        int stream = client.open(fields("POST", "/up", "expect", expectation));
        assertThat(client.outcome(stream)).isEqualTo("417");
        client.until(stream, seen -> seen.reset() == NO_ERROR);
        assertThat(client.outcome(client.request(fields("GET", "/good", "expect", expectation))))
                .isEqualTo("417");
        assertThat(origin.heads).isEmpty();
        connectionGoesOn();
    }

    @Test
    void tooManyFieldsAreToldSo() throws IOException {
        String[] many = new String[42];
        for (int i = 0; i < many.length; i++) {
            many[i] = "x";
        }
        assertThat(client.outcome(client.request(fields("GET", "/good", many)))).isEqualTo("431");
        assertThat(client.outcome(client.request(fields("GET", "/good", Arrays.copyOf(many, 38)))))
                .as("as many as may be")
                .isEqualTo("200");
        assertThat(edge.malformed()).isEqualTo(1);
    }

    @Test
    void tooLargeFieldsAreToldSo() throws IOException {
        String[] large = fields("GET", "/good", "x", "y".repeat(8 * 1024));
        assertThat(client.outcome(client.request(large))).isEqualTo("431");
        byte[] block = block(large);
        int parted = client.newStream();
        client.frame(HEADERS, END_STREAM, parted, Arrays.copyOf(block, 4000))
                .frame(CONTINUATION, END_HEADERS, parted, Arrays.copyOfRange(block, 4000, block.length));
        assertThat(client.outcome(parted)).isEqualTo("431");
        int upload = client.open(fields("POST", "/up", "x", "y".repeat(8 * 1024)));
        client.data(upload, "content", END_STREAM);
        assertThat(client.outcome(upload)).isEqualTo("431");
        assertThat(edge.malformed()).isEqualTo(3);
        assertThat(origin.heads).isEmpty();
        connectionGoesOn();
    }
}
