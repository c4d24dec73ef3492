package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rows R16 and R19: what an origin does that dies, lies, trickles or contradicts itself, to who asked first, to those who
 * wait, and to who asks behind them. What a whole table has elsewhere (HostileAnswerTest, HostileOriginTest,
 * EdgeHttp2OriginTest) is not repeated.
 */
class FaultyOriginTest {
    private static final String FRESH = "Cache-Control: max-age=60\r\n";
    private static final String MAX_AGE = "HTTP/1.1 200 OK\r\n" + FRESH;

    @TempDir
    private Path directory;

    private final Origin origin = new Origin();
    private final List<RawClient> clients = new ArrayList<>();
    private EdgeRig edge;

    @BeforeEach
    void start() throws IOException {
        edge = EdgeRig.with(directory, """
                routes:
                  - { host: "*", path: /stalls, upstream: site, timeouts: { idle: 300ms } }
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

    /** Waits until so many have joined a fetch. */
    private void joined(int count) {
        EdgeRig.until(() -> edge.metrics
                        .scrape()
                        .lines()
                        .filter(line -> line.startsWith("weir_edge_cache_events_total{")
                                && line.contains("doing=\"fetch\"")
                                && line.contains("outcome=\"joined\""))
                        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                        .sum()
                >= count);
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

    private List<RawClient> ask(String path, int count) throws IOException {
        List<RawClient> asking = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            asking.add(asks(path));
        }
        return asking;
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

    private static void pass(Semaphore steps) throws IOException {
        try {
            if (!steps.tryAcquire(20, TimeUnit.SECONDS)) {
                throw new IOException("no further step");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** With the octets of half an answer: who leads and who follows see that it isn't whole, and nothing stays. */
    @Tag("R16")
    @ParameterizedTest
    @CsvSource({
        "Content-Length: 10,hello,true",
        "Content-Length: 10,hello,false",
        "Transfer-Encoding: chunked,'5\r\nhello\r\n',true",
        "Transfer-Encoding: chunked,'5\r\nhello\r\n',false",
        "Transfer-Encoding: chunked,'a\r\nhello',false",
        "Connection: close,hello,true"
    })
    void whoDiesMidBodyLeavesNothingWhole(String framing, String half, boolean reset) throws IOException {
        CountDownLatch dies = new CountDownLatch(1);
        origin.on("/dies", peer -> {
            peer.send(MAX_AGE + "ETag: \"1\"\r\n" + framing + "\r\n\r\n" + half);
            pass(dies);
            if (reset) {
                peer.breaksOff();
            } else {
                peer.finish();
            }
        });
        List<RawClient> asking = ask("/dies", 5);
        joined(4);
        try (RawHttp2 other = RawHttp2.clear(edge.reverse)) {
            int stream = other.request(":method", "GET", ":scheme", "http", ":authority", "a", ":path", "/dies");
            other.until(stream, seen -> seen.content().equals("hello"));
            for (RawClient client : asking) {
                client.until("hello");
            }
            dies.countDown();
            assertThat(other.outcome(stream)).startsWith("200 reset");
        }
        for (RawClient client : asking) {
            assertThat(client.rest()).isIn("", "<reset>", "\r\n", "\r\n<reset>");
        }
        assertThat(origin.heads("/dies")).hasSize(1);
        origin.serves("/dies", FRESH + "ETag: \"1\"\r\n", "whole");
        assertThat(get("/dies")).endsWith("whole").contains("fwd=miss");
        assertThat(get("/dies", "Range: bytes=0-1\r\n"))
                .startsWith("HTTP/1.1 206 ")
                .endsWith("wh");
    }

    /** One octet at a time, each to everybody as it comes; then nothing more, until the time-out. */
    @Tag("R16")
    @Test
    void whoTricklesIsWaitedForAndWhoStopsIsNot() throws IOException {
        Semaphore steps = new Semaphore(0);
        String text = "a long story";
        for (String path : List.of("/trickles", "/stalls")) {
            origin.on(path, peer -> {
                peer.send(MAX_AGE + "Content-Length: " + text.length() + "\r\n\r\n");
                int last = path.equals("/stalls") ? text.length() - 1 : text.length();
                for (int i = 0; i < last; i++) {
                    pass(steps);
                    peer.send(text.substring(i, i + 1));
                }
            });
        }
        List<RawClient> asking = ask("/trickles", 4);
        joined(3);
        for (RawClient client : asking) {
            client.head();
        }
        for (int i = 0; i < text.length(); i++) {
            steps.release();
            for (RawClient client : asking) {
                assertThat(client.octets(1)).isEqualTo(text.substring(i, i + 1));
            }
        }
        assertThat(get("/trickles")).endsWith(text).contains("weir; hit");
        assertThat(origin.heads("/trickles")).hasSize(1);
        List<RawClient> waiting = ask("/stalls", 4);
        joined(6);
        steps.release(text.length());
        for (RawClient client : waiting) {
            assertThat(client.rest())
                    .contains("\r\n\r\n" + text.substring(0, text.length() - 1))
                    .doesNotContain(text);
        }
        origin.serves("/stalls", FRESH, text);
        assertThat(get("/stalls")).endsWith(text).contains("fwd=miss");
    }

    /** A selecting field that nobody can match: those who wait go at once, all of them, and nothing is reused. */
    @Tag("R19")
    @ParameterizedTest
    @ValueSource(strings = {"*", "X-A, *", "X A", "X-Forwarded-For"})
    void whatVariesByEverythingReleasesAllWhoWait(String vary) throws IOException {
        CountDownLatch head = new CountDownLatch(1);
        CountDownLatch rest = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        origin.on("/any", peer -> {
            pass(asked.incrementAndGet() == 1 ? head : rest);
            peer.send(MAX_AGE + "Vary: " + vary + "\r\nContent-Length: 2\r\n\r\nme");
        });
        List<RawClient> asking = ask("/any", 12);
        joined(11);
        head.countDown();
        EdgeRig.until(() -> asked.get() == 12);
        rest.countDown();
        for (RawClient client : asking) {
            assertThat(client.rest()).endsWith("\r\n\r\nme");
        }
        assertThat(get("/any")).endsWith("me").doesNotContain("weir; hit");
        assertThat(asked).hasValue(13);
    }

    /** No origin, or none that answers: told as such, kept by nobody, and over as soon as there is one. */
    @Tag("R16")
    @Test
    void whoIsNotThereIsToldApartAndForgotten() throws IOException {
        origin.on("/x", Origin.Peer::breaksOff);
        assertThat(get("/x")).startsWith("HTTP/1.1 502 ").contains("Proxy-Status: weir; error=");
        origin.on("/x", Origin.Peer::finish);
        assertThat(get("/x")).startsWith("HTTP/1.1 502 ").contains("Proxy-Status: weir; error=connection_terminated");
        origin.on("/x", peer -> {
            peer.endsOutput();
            peer.untilGone();
        });
        assertThat(get("/x")).startsWith("HTTP/1.1 502 ").contains("Proxy-Status: weir; error=");
        origin.serves("/x", FRESH, "back");
        assertThat(get("/x")).endsWith("back");
        int closed = EdgeRig.freePort();
        try (EdgeRig nobody = EdgeRig.with(directory.resolve("nobody"), """
                        routes: [{ host: "*", path: /, upstream: site }]
                        upstreams: { site: { targets: ["http://127.0.0.1:%d"] } }
                        """.formatted(closed));
                RawClient client = nobody.client()) {
            assertThat(client.sends("GET /x HTTP/1.1\r\nHost: a\r\n\r\n").answer())
                    .startsWith("HTTP/1.1 502 ")
                    .contains("Proxy-Status: weir; error=connection_refused");
        }
    }

    /** Two thousand at once for what nobody has yet, from an origin that takes its time: it is asked once. */
    @Tag("R19")
    @Test
    void aHerdIsOneRequest() throws IOException {
        CountDownLatch head = new CountDownLatch(1);
        origin.on("/herd", peer -> {
            pass(head);
            peer.send(MAX_AGE + "Content-Length: 5\r\n\r\nhello");
        });
        List<RawHttp2> herd = new ArrayList<>();
        List<List<Integer>> streams = new ArrayList<>();
        try {
            for (int i = 0; i < 20; i++) {
                RawHttp2 client = RawHttp2.clear(edge.reverse);
                herd.add(client);
                List<Integer> asked = new ArrayList<>();
                for (int k = 0; k < 100; k++) {
                    asked.add(client.request(":method", "GET", ":scheme", "http", ":authority", "a", ":path", "/herd"));
                }
                streams.add(asked);
            }
            joined(1999);
            EdgeRig.until(() -> origin.heads("/herd").size() == 1);
            head.countDown();
            for (int i = 0; i < herd.size(); i++) {
                for (int stream : streams.get(i)) {
                    assertThat(herd.get(i).outcome(stream)).isEqualTo("200");
                    assertThat(herd.get(i).stream(stream).content()).isEqualTo("hello");
                }
            }
            assertThat(origin.heads("/herd")).hasSize(1);
        } finally {
            for (RawHttp2 client : herd) {
                client.close();
            }
        }
    }
}
