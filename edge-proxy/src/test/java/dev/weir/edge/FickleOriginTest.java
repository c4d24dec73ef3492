package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Row R16: an origin whose answers are whole, and contradict themselves, one another or the clock. What a whole table has
 * elsewhere (FreshnessTest, EdgeCachingTest) is here once more by octets, to who asks behind.
 */
@Tag("R16")
class FickleOriginTest {
    private static final String FRESH = "Cache-Control: max-age=60\r\n";

    @TempDir
    private Path directory;

    private final Origin origin = new Origin();
    private final List<RawClient> clients = new ArrayList<>();
    private EdgeRig edge;

    @BeforeEach
    void start() throws IOException {
        edge = EdgeRig.with(directory, """
                routes:
                  - { host: "*", path: /, upstream: site }
                upstreams: { site: { targets: ["http://127.0.0.1:%d"], limits: { connections: 128 }, health: { failures: 1000 } } }
                diagnostics: { show: all }
                """.formatted(origin.port()));
    }

    @AfterEach
    void stop() throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
        edge.settles();
        EdgeRig.until(() -> metric("weir_edge_cache_recording_bytes") == 0);
        EdgeRig.until(() -> metric("weir_edge_cache_fetches") == 0);
        edge.close();
        origin.close();
    }

    private double metric(String name) {
        return edge.metrics
                .scrape()
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** How many have joined a fetch. */
    private double joined() {
        return edge.metrics
                .scrape()
                .lines()
                .filter(line -> line.startsWith("weir_edge_cache_events_total{")
                        && line.contains("doing=\"fetch\"")
                        && line.contains("outcome=\"joined\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private RawClient asks(String path, String... fields) throws IOException {
        RawClient client = edge.client();
        clients.add(client);
        return client.sends(
                "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + String.join("", fields) + "Connection: close\r\n\r\n");
    }

    private String get(String path, String... fields) throws IOException {
        return asks(path, fields).rest();
    }

    private static void pass(CountDownLatch gate) throws IOException {
        try {
            if (!gate.await(20, TimeUnit.SECONDS)) {
                throw new IOException("nobody opened");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** Now by this, now by that, now by nothing: whoever is answered from what is stored gets what it is for. */
    @Test
    void whoChangesItsSelectingFieldsMixesNobodyUp() throws IOException {
        String reload = "Cache-Control: no-cache\r\n";
        origin.serves("/v", FRESH, "plain");
        assertThat(get("/v", "X-A: 1\r\n")).endsWith("plain");
        edge.passes(Duration.ofSeconds(1));
        varies("X-A");
        assertThat(get("/v", "X-A: 1\r\n", reload)).endsWith("X-A: 1");
        assertThat(get("/v", "X-A: 2\r\n"))
                .as("what didn't tell for whom it is")
                .endsWith("X-A: 2");
        assertThat(get("/v")).endsWith("none");
        assertThat(get("/v", "X-A: 1\r\n")).endsWith("X-A: 1").contains("weir; hit");
        edge.passes(Duration.ofSeconds(1));
        varies("X-B");
        assertThat(get("/v", "X-A: 1\r\nX-B: 7\r\n", reload)).endsWith("X-B: 7");
        assertThat(get("/v", "X-A: 1\r\nX-B: 7\r\n")).endsWith("X-B: 7").contains("weir; hit");
        assertThat(get("/v", "X-A: 9\r\nX-B: 8\r\n")).endsWith("X-B: 8");
        assertThat(get("/v", "X-A: 1\r\n"))
                .as("fresh, by what it varied by then")
                .endsWith("X-A: 1");
        edge.passes(Duration.ofSeconds(1));
        varies("*");
        assertThat(get("/v", "X-A: 1\r\nX-B: 7\r\n", reload)).endsWith("none");
        assertThat(get("/v", "X-A: 5\r\nX-B: 5\r\n")).endsWith("none").doesNotContain("weir; hit");
        edge.passes(Duration.ofSeconds(61));
        origin.serves("/v", FRESH, "plain again");
        for (String who : List.of("", "X-A: 1\r\n", "X-A: 2\r\n", "X-A: 1\r\nX-B: 7\r\n")) {
            assertThat(get("/v", who)).endsWith("plain again");
        }
    }

    private void varies(String name) {
        origin.on(
                "/v",
                peer -> peer.send(Origin.ok(
                        FRESH + "Vary: " + name + "\r\n",
                        peer.head
                                .lines()
                                .filter(line -> line.startsWith(name + ": "))
                                .findFirst()
                                .orElse("none"))));
    }

    /** Answers to a question that nobody asked; what they are about can't be known. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            304 | 'ETag: "1"'                                          | ''
            304 | 'ETag: "1"\r\nCache-Control: max-age=60'             | ''
            206 | Content-Range: bytes 0-4/10                          | 01234
            206 | Content-Range: bytes 0-9/10                          | 01234
            206 | Content-Range: bytes 5-9/10                          | 01234567
            206 | Content-Range: bytes 9-5/10                          | 01234
            206 | Content-Range: bytes */10                            | 01234
            206 | Content-Range: items 0-4/10                          | 01234
            206 | Content-Range: bytes 0-4/4                           | 01234
            206 | Content-Type: multipart/byteranges; boundary=x       | 01234
            206 | X: no Content-Range                                  | 01234
            416 | Content-Range: bytes */0                             | ''
            412 | X: y                                                 | evil
            100 | X: y                                                 | ''
            """)
    void whatNobodyAskedForIsNothingToOthers(int status, String field, String content) throws IOException {
        CountDownLatch head = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        String whole = "9876543210";
        origin.on("/odd", peer -> {
            if (asked.incrementAndGet() > 1) {
                peer.send(Origin.ok(FRESH + "ETag: \"1\"\r\n", whole));
                return;
            }
            pass(head);
            peer.send("HTTP/1.1 " + status + " Odd\r\nCache-Control: max-age=60\r\n" + field + "\r\n"
                    + (status == 304 || status == 100 ? "" : "Content-Length: " + content.length() + "\r\n") + "\r\n"
                    + content);
            peer.finish();
        });
        RawClient first = asks("/odd", status == 206 || status == 416 ? "Range: bytes=0-4\r\n" : "");
        EdgeRig.until(() -> asked.get() == 1);
        RawClient second = asks("/odd");
        boolean ranged = status == 206 || status == 416;
        EdgeRig.until(() -> ranged ? asked.get() == 2 : joined() == 1);
        head.countDown();
        assertThat(first.rest()).startsWith("HTTP/1.1 ");
        String behind = second.rest();
        if (status == 412) {
            assertThat(behind).endsWith("evil");
        } else {
            // After a 100 there was no answer at all: who waited has asked once more.
            assertThat(behind).startsWith("HTTP/1.1 200 ").endsWith(whole);
        }
        if (status != 412) {
            assertThat(get("/odd")).startsWith("HTTP/1.1 200 ").endsWith(whole);
            assertThat(get("/odd", "Range: bytes=5-9\r\n")).endsWith("\r\n\r\n43210");
        }
    }

    /** Fields about time that are wrong, absurd or contradict one another (RFC 9111 §4.2, §5.1, §5.3). */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            hit  | Cache-Control: max-age=60;Date: Tue, 05 May 2026 03:02:01 GMT
            hit  | Cache-Control: max-age=60;Date: Fri, 01 Jan 2199 00:00:00 GMT
            miss | Cache-Control: max-age=60;Date: Sat, 02 May 2026 03:02:01 GMT
            miss | Cache-Control: max-age=60;Date: Thu, 01 Jan 1970 00:00:00 GMT
            hit  | Cache-Control: max-age=60;Date: yesterday
            hit  | Cache-Control: max-age=60;Age: 59
            miss | Cache-Control: max-age=60;Age: 60
            miss | Cache-Control: max-age=60;Age: 99999999999999999999999999
            miss | Cache-Control: max-age=60;Age: 4294967295
            hit  | Cache-Control: max-age=60;Age: -100
            hit  | Cache-Control: max-age=60;Age: old
            hit  | Cache-Control: max-age=60;Age:
            miss | Cache-Control: max-age=60;Age: 61, 0
            miss | Expires: 0
            miss | Expires: -1
            miss | Expires: never
            miss | Expires:
            miss | Expires: Thu, 01 Jan 1970 00:00:00 GMT
            hit  | Expires: Fri, 01 Jan 2199 00:00:00 GMT
            miss | Expires: Fri, 01 Jan 2199 00:00:00 GMT;Expires: 0
            miss | Expires: Fri, 01 Jan 2199 00:00:00 GMT;Cache-Control: max-age=0
            hit  | Expires: 0;Cache-Control: max-age=60
            miss | Cache-Control: max-age=60;Cache-Control: no-store
            miss | Cache-Control: max-age=60;Cache-Control: max-age=5
            hit  | Cache-Control: max-age=60;Cache-Control: max-age=60
            miss | Cache-Control: public, private, max-age=60
            miss | Cache-Control: s-maxage=0, max-age=60
            miss | Cache-Control: max-age=-60
            miss | Cache-Control: max-age=60.5
            miss | Cache-Control: max-age=0x60
            miss | Cache-Control: max-age=
            miss | Cache-Control: max-age
            miss | Cache-Control: max-age =60
            hit  | Cache-Control: max-age="60"
            hit  | Cache-Control: MAX-AGE=60, ,, unknown="a, no-store", x=
            hit  | Cache-Control: max-age=99999999999999999999999999
            miss | Last-Modified: Fri, 01 Jan 2199 00:00:00 GMT
            miss | Last-Modified: long ago
            """)
    void timesThatCannotBeAreReadTheSafeWay(String outcome, String fields) throws IOException {
        origin.serves("/t", fields.replace(";", "\r\n") + "\r\n", "hello");
        assertThat(get("/t")).endsWith("hello");
        assertThat(get("/t").contains("weir; hit")).isEqualTo(outcome.equals("hit"));
        if (outcome.equals("hit")) {
            assertThat(get("/t")).containsPattern("\r\nAge: \\d+\r\n");
        }
    }

    /** What leads to itself is handed out as it came; nobody here follows it. */
    @Test
    void aRedirectToItselfIsOneStoredAnswer() throws IOException {
        origin.answers("/loop", "HTTP/1.1 301 Again\r\n" + FRESH + "Location: /loop\r\nContent-Length: 0\r\n\r\n");
        for (int i = 0; i < 3; i++) {
            assertThat(get("/loop")).startsWith("HTTP/1.1 301 ").contains("Location: /loop\r\n");
        }
        assertThat(origin.heads("/loop")).hasSize(1);
    }

    /** A validator that is another one each time, strong or weak: what comes last is what is right. */
    @Test
    void whoChangesItsValidatorsIsAskedUntilItIsSure() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        origin.on("/e", peer -> {
            int time = asked.incrementAndGet();
            String tag = (time % 2 == 0 ? "W/\"" : "\"") + time + "\"";
            peer.send(
                    peer.head.contains("If-None-Match")
                            ? "HTTP/1.1 304 Not Modified\r\n" + FRESH + "ETag: " + tag + "\r\n\r\n"
                            : Origin.ok(FRESH + "ETag: " + tag + "\r\n", "body " + time));
        });
        assertThat(get("/e")).endsWith("body 1");
        for (int time = 3; time < 12; time += 2) {
            edge.passes(Duration.ofSeconds(61));
            assertThat(get("/e")).endsWith("body " + time);
            assertThat(get("/e")).endsWith("body " + time).contains("weir; hit");
        }
    }
}
