package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.edge.AnswerCase.Outcome;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every line of {@code origin-answers.txt} through a whole edge: to which client what comes, and what is left behind. */
@Tag("S5")
@SuppressWarnings("StringConcatToTextBlock") // octets on the wire, line ends included
class HostileAnswerTest {
    @TempDir
    private static Path directory;

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Origin ORIGIN = new Origin();
    private static EdgeRig edge;
    private static Asker reverse;
    private static Asker forward;
    private static Asker http2;

    /** What a client saw of an answer. */
    private record Seen(int status, String head, String content, boolean whole) {
        boolean hasLine(String beginning) {
            return head.toLowerCase(Locale.ROOT).contains("\r\n" + beginning.toLowerCase(Locale.ROOT));
        }
    }

    /** A client. */
    private interface Asker {
        Seen ask(String method, String path) throws IOException;

        void close() throws IOException;
    }

    @BeforeAll
    static void start() throws IOException {
        EdgeRig rig = EdgeRig.with(directory, """
                routes: [{ host: "*", path: /, upstream: site }]
                upstreams: { site: { targets: ["http://127.0.0.1:%1$d"] } }
                forward: { ports: { plain: [%1$d] }, destinations: { private: deny, allow: [127.0.0.1/32] } }
                """.formatted(ORIGIN.port()));
        edge = rig;
        reverse = new Http1(rig.reverse, "");
        forward = new Http1(rig.forward, "http://127.0.0.1:" + ORIGIN.port());
        http2 = new Http2(rig.reverse);
    }

    @AfterAll
    static void stop() throws IOException {
        for (Asker asker : List.of(reverse, forward, http2)) {
            asker.close();
        }
        edge.settles();
        edge.close();
        ORIGIN.close();
    }

    static List<AnswerCase> answers() {
        return AnswerCase.all();
    }

    @ParameterizedTest
    @MethodSource("answers")
    void inReverse(AnswerCase answer) throws IOException {
        plays(answer, reverse);
    }

    @ParameterizedTest
    @MethodSource("answers")
    void inForward(AnswerCase answer) throws IOException {
        plays(answer, forward);
    }

    @ParameterizedTest
    @MethodSource("answers")
    void toHttp2(AnswerCase answer) throws IOException {
        plays(answer, http2);
    }

    private static void plays(AnswerCase answer, Asker client) throws IOException {
        String path = "/" + NUMBER.incrementAndGet();
        ORIGIN.on(path, peer -> {
            peer.send(answer.octets());
            if (answer.ends()) {
                peer.finish();
            }
        });
        ORIGIN.serves(path + "/next", "", "the next one");
        fits(answer, client.ask(answer.method(), path));
        List<Integer> asked = List.copyOf(ORIGIN.carriers(path));
        int carrier = asked.get(asked.size() - 1);
        Seen next = client.ask("GET", path + "/next");
        assertThat(next.status()).isEqualTo(200);
        assertThat(next.content()).isEqualTo("the next one");
        if (answer.outcome() == Outcome.KEEP) {
            assertThat(ORIGIN.carriers(path + "/next")).containsExactly(carrier);
        } else {
            EdgeRig.until(() -> ORIGIN.isOver(carrier));
            assertThat(ORIGIN.carriers(path + "/next")).doesNotContain(carrier);
        }
        if (answer.outcome().isNeverStored()) {
            fits(answer, client.ask(answer.method(), path));
            assertThat(ORIGIN.carriers(path)).hasSizeGreaterThan(asked.size());
        }
    }

    private static void fits(AnswerCase answer, Seen seen) {
        if (answer.outcome() == Outcome.BREAK && !seen.whole()) {
            return;
        }
        assertThat(seen.whole()).as("whole: %s", seen).isTrue();
        assertThat(seen.status()).isEqualTo(answer.status());
        if (answer.outcome().isWhole()) {
            assertThat(seen.content()).isEqualTo(answer.content());
            assertThat(answer.has()).allMatch(seen::hasLine, "in " + seen.head());
            assertThat(answer.hasNot()).noneMatch(seen::hasLine);
        } else {
            assertThat(seen.hasLine("Proxy-Status: ") && seen.head().contains("; error="))
                    .isTrue();
            assertThat(seen.hasLine("Cache-Control: max-age")).isFalse();
            assertThat(seen.content()).doesNotContain("hello");
        }
    }

    /** An answer with a length and one in chunks, cut off behind every octet: never a whole one, never kept. */
    @Test
    void nothingThatIsCutOffIsWhole() throws IOException {
        String head = "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n";
        for (String answer : List.of(
                head + "Content-Length: 5\r\n\r\nhello",
                head + "Transfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nX: v\r\n\r\n")) {
            for (int i = 0; i < answer.length(); i++) {
                String part = answer.substring(0, i);
                String path = "/cut-" + NUMBER.incrementAndGet();
                ORIGIN.on(path, peer -> {
                    peer.send(part);
                    peer.finish();
                });
                for (int round = 0; round < 2; round++) {
                    int before = ORIGIN.carriers(path).size();
                    Seen seen = reverse.ask("GET", path);
                    assertThat(seen.whole() && seen.status() != 502)
                            .as("cut at %s: %s", i, seen)
                            .isFalse();
                    assertThat(ORIGIN.carriers(path)).hasSizeGreaterThan(before);
                }
            }
        }
    }

    /** RFC 9110 §6.5.1: what would decide something comes too late in a trailer. */
    @Test
    void trailersThatWouldDecideSomethingStayBehind() throws IOException {
        String path = "/trailers-" + NUMBER.incrementAndGet();
        ORIGIN.answers(
                path,
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"
                        + "X-Sum: 42\r\nSet-Cookie: a=1\r\nCache-Control: max-age=60\r\nContent-Type: text/html\r\n\r\n");
        try (RawClient client = edge.client()) {
            client.sends("GET " + path + " HTTP/1.1\r\nHost: site.test\r\nTE: trailers\r\n\r\n")
                    .until("hello\r\n");
            assertThat(client.until("\r\n\r\n").toLowerCase(Locale.ROOT)).isEqualTo("0\r\nx-sum: 42\r\n\r\n");
        }
    }

    /** Octets in mid-answer that break the rules, when the client has long had the beginning. */
    @Test
    void whatTurnsBadAfterTheHeadIsBrokenOffVisibly() throws IOException {
        String path = "/late-" + NUMBER.incrementAndGet();
        Semaphore begun = new Semaphore(0);
        ORIGIN.on(path, peer -> {
            peer.send(
                    "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
            begun.acquireUninterruptibly();
            peer.send("5\nevil!\r\n0\r\n\r\n");
        });
        for (int round = 1; round <= 2; round++) {
            try (RawClient client = edge.client()) {
                client.sends("GET " + path + " HTTP/1.1\r\nHost: site.test\r\n\r\n")
                        .until("hello\r\n");
                begun.release();
                assertThat(client.rest()).doesNotContain("evil").doesNotContain("0\r\n");
            }
            assertThat(ORIGIN.carriers(path)).hasSize(round);
        }
    }

    /** The client has the beginning: it gets the end, and nobody else gets any of it. */
    @ParameterizedTest
    @CsvSource({"Content-Length: 5,he,llo", "Transfer-Encoding: chunked,'2\r\nhe\r\n','3\r\nllo\r\n0\r\n\r\n'"})
    void octetsBehindAnAnswerThatHasBegunEndTheConnection(String framing, String begin, String end) throws IOException {
        String path = "/behind-" + NUMBER.incrementAndGet();
        Semaphore begun = new Semaphore(0);
        ORIGIN.on(path, peer -> {
            peer.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n" + framing + "\r\n\r\n" + begin);
            begun.acquireUninterruptibly();
            peer.send(end + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
        });
        for (int round = 1; round <= 2; round++) {
            try (RawClient client = edge.client()) {
                client.sends("GET " + path + " HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\n\r\n")
                        .until("\r\n\r\n" + begin);
                begun.release();
                assertThat(client.rest()).isEqualTo(end);
            }
            List<Integer> asked = List.copyOf(ORIGIN.carriers(path));
            assertThat(asked).hasSize(round);
            EdgeRig.until(() -> ORIGIN.isOver(asked.get(asked.size() - 1)));
        }
    }

    /** A client of HTTP/1.1, on one connection for as long as that lasts. */
    private static final class Http1 implements Asker {
        private final int port;
        private final String base;
        private @Nullable Socket socket;
        private InputStream in = InputStream.nullInputStream();

        Http1(int port, String base) {
            this.port = port;
            this.base = base;
        }

        @Override
        public Seen ask(String method, String path) throws IOException {
            Socket connection = socket;
            if (connection == null) {
                connection = new Socket(InetAddress.getLoopbackAddress(), port);
                connection.setSoTimeout(15_000);
                connection.setTcpNoDelay(true);
                socket = connection;
                in = new BufferedInputStream(connection.getInputStream());
            }
            String head = method + " " + base + path + " HTTP/1.1\r\nHost: "
                    + (base.isEmpty() ? "site.test" : base.substring(7)) + "\r\n\r\n";
            connection.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            Seen seen = read(method);
            if (!seen.whole() || seen.hasLine("Connection: close")) {
                close();
            }
            return seen;
        }

        private Seen read(String method) throws IOException {
            String head = upTo("\r\n\r\n");
            while (head.startsWith("HTTP/1.1 1") && head.endsWith("\r\n\r\n")) {
                head = upTo("\r\n\r\n");
            }
            if (!head.endsWith("\r\n\r\n")) {
                return new Seen(0, head, "", false);
            }
            int status = Integer.parseInt(head.substring(9, 12));
            Seen seen = new Seen(status, head, "", true);
            if (method.equals("HEAD") || status == 204 || status == 304) {
                return seen;
            }
            return seen.hasLine("Transfer-Encoding: chunked") ? chunks(seen) : octets(seen);
        }

        private Seen octets(Seen head) throws IOException {
            int at = head.head().toLowerCase(Locale.ROOT).indexOf("\r\ncontent-length: ") + 18;
            int length = Integer.parseInt(head.head().substring(at, head.head().indexOf("\r\n", at)));
            String content = take(length);
            return new Seen(head.status(), head.head(), content, content.length() == length);
        }

        private Seen chunks(Seen head) throws IOException {
            StringBuilder content = new StringBuilder();
            while (true) {
                String size = upTo("\r\n");
                if (!size.endsWith("\r\n")) {
                    return new Seen(head.status(), head.head(), content.toString(), false);
                }
                int length = Integer.parseInt(size.strip(), 16);
                if (length == 0) {
                    String line = upTo("\r\n");
                    while (line.length() > 2 && line.endsWith("\r\n")) {
                        line = upTo("\r\n");
                    }
                    return new Seen(head.status(), head.head(), content.toString(), line.equals("\r\n"));
                }
                content.append(take(length));
                if (!take(2).equals("\r\n")) {
                    return new Seen(head.status(), head.head(), content.toString(), false);
                }
            }
        }

        private int next() throws IOException {
            try {
                return in.read();
            } catch (SocketException reset) {
                return -1;
            }
        }

        private String take(int count) throws IOException {
            StringBuilder taken = new StringBuilder();
            for (int c = 0; taken.length() < count && (c = next()) >= 0; ) {
                taken.append((char) c);
            }
            return taken.toString();
        }

        /** Up to and with {@code end}, or less if the connection ends. */
        private String upTo(String end) throws IOException {
            StringBuilder taken = new StringBuilder();
            while (!taken.toString().endsWith(end)) {
                int c = next();
                if (c < 0) {
                    break;
                }
                taken.append((char) c);
            }
            return taken.toString();
        }

        @Override
        public void close() throws IOException {
            if (socket != null) {
                socket.close();
                socket = null;
            }
        }
    }

    /** A client of HTTP/2, by prior knowledge; any interim answer is one to it. */
    private static final class Http2 implements Asker {
        private final String authority;
        private final RawHttp2 client;

        Http2(int port) throws IOException {
            authority = "127.0.0.1:" + port;
            client = RawHttp2.clear(port);
        }

        @Override
        public Seen ask(String method, String path) throws IOException {
            int stream = client.request(":method", method, ":scheme", "http", ":authority", authority, ":path", path);
            String outcome = client.outcome(stream);
            RawHttp2.Stream seen = client.stream(stream);
            String head = "\r\n" + String.join("\r\n", seen.lines) + "\r\n";
            boolean whole = outcome.matches("[2-5][0-9][0-9]");
            return new Seen(whole ? Integer.parseInt(outcome) : 0, head, seen.content(), whole);
        }

        @Override
        public void close() throws IOException {
            client.close();
        }
    }
}
