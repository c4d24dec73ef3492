package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One fetch from the origin for all who ask for the same at the same time, on real sockets. */
class EdgeFetchTest {
    private static final int MANY = 24;
    private static final String FRESH = "Cache-Control: max-age=60\r\n";
    private static final int LONG_CHUNKS = 2048;
    private static final String LONG_CHUNK = "0123456789abcdef".repeat(1024);
    private static final String MAX_AGE = "HTTP/1.1 200 OK\r\n" + FRESH;

    @TempDir
    private Path directory;

    private final Origin origin = new Origin();
    private final List<RawClient> clients = new ArrayList<>();
    private EdgeRig edge;

    /** An origin with which no connection comes about: it ends each when the gate is open. */
    private ServerSocket shaker;

    private final Gate shaking = new Gate();
    private final AtomicInteger shaken = new AtomicInteger();

    private void shake() {
        while (!shaker.isClosed()) {
            try (Socket socket = shaker.accept()) {
                shaken.incrementAndGet();
                shaking.pass();
                socket.setSoLinger(true, 0);
            } catch (IOException over) {
                // the next one, or the test is over
            }
        }
    }

    @BeforeEach
    void start() throws IOException {
        shaker = new ServerSocket();
        shaker.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), EdgeRig.freePort()));
        Thread thread = new Thread(this::shake, "shaker");
        thread.setDaemon(true);
        thread.start();
        edge = EdgeRig.with(directory, """
                routes:
                  - { host: "*", path: /silent, upstream: site, timeouts: { first-byte: 200ms } }
                  - { host: "*", path: /unconnected, upstream: shaking }
                  - { host: "*", path: /narrow/, upstream: narrow, timeouts: { first-byte: 300ms, wait: 20s } }
                  - { host: "*", path: /, upstream: site, timeouts: { first-byte: 10s } }
                upstreams:
                  site: { targets: ["http://127.0.0.1:%1$d"], limits: { connections: 128 } }
                  narrow: { targets: ["http://127.0.0.1:%1$d"], limits: { connections: 1 } }
                  shaking: { targets: ["https://127.0.0.1:%2$d"] }
                cache: { memory: 8MiB, max-object: 1MiB, waiting: 40 }
                diagnostics: { show: all }
                """.formatted(origin.port(), shaker.getLocalPort()));
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
        shaker.close();
    }

    /** A gate that a script of the origin stands at. */
    private static final class Gate {
        private final CountDownLatch open = new CountDownLatch(1);

        void open() {
            open.countDown();
        }

        void pass() throws IOException {
            try {
                if (!open.await(20, TimeUnit.SECONDS)) {
                    throw new IOException("nobody opened");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }
    }

    private double metric(String name) {
        return edge.metrics
                .scrape()
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** What was counted of fetches: {@code led}, {@code joined} and so on. */
    private int count(String doing, String outcome) {
        return edge.metrics
                .scrape()
                .lines()
                .filter(line -> line.startsWith("weir_edge_cache_events_total{")
                        && line.contains("doing=\"" + doing + "\"")
                        && line.contains("outcome=\"" + outcome + "\""))
                .mapToInt(line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private RawClient asks(String path, String... fields) throws IOException {
        RawClient client = edge.client();
        clients.add(client);
        return client.sends(
                "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + String.join("", fields) + "Connection: close\r\n\r\n");
    }

    private List<RawClient> ask(String path, int count, String... fields) throws IOException {
        List<RawClient> asking = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            asking.add(asks(path, fields));
        }
        return asking;
    }

    /** What the chunks hold. */
    private static String content(String chunked) {
        StringBuilder content = new StringBuilder();
        int at = 0;
        while (at < chunked.length()) {
            int line = chunked.indexOf("\r\n", at);
            int size = Integer.parseInt(chunked.substring(at, line), 16);
            if (size == 0) {
                break;
            }
            content.append(chunked, line + 2, line + 2 + size);
            at = line + 4 + size;
        }
        return content.toString();
    }

    private void joined(int count) {
        EdgeRig.until(() -> count("fetch", "joined") >= count);
    }

    @Test
    void manyFollowOneFetchFromItsFirstOctet() throws IOException {
        Gate head = new Gate();
        Gate rest = new Gate();
        origin.on("/a", peer -> {
            head.pass();
            peer.send(MAX_AGE + "Content-Length: 10\r\n\r\nhello");
            rest.pass();
            peer.send("world");
        });
        List<RawClient> asking = ask("/a", MANY);
        joined(MANY - 1);
        head.open();
        for (RawClient client : asking) {
            client.until("hello");
        }
        rest.open();
        for (RawClient client : asking) {
            assertThat(client.rest()).isEqualTo("world");
        }
        assertThat(origin.heads("/a")).hasSize(1);
        assertThat(count("fetch", "led")).isEqualTo(1);
        assertThat(count("fetch-joined", "followed")).isEqualTo(MANY - 1);
        assertThat(asks("/a").rest()).contains("weir; hit");
        assertThat(edge.records(MANY + 1))
                .filteredOn(record -> "collapsed".equals(record.getString("cache")))
                .hasSize(MANY - 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Cache-Control: no-store", "Cache-Control: no-cache, max-age=60\r\nETag: \"1\""})
    void whatIsNotSharedReleasesAllAtOnceAndNobodyQueuesAgain(String fields) throws IOException {
        Gate head = new Gate();
        Gate rest = new Gate();
        AtomicInteger asked = new AtomicInteger();
        origin.on("/private", peer -> {
            (asked.incrementAndGet() == 1 ? head : rest).pass();
            peer.send("HTTP/1.1 200 OK\r\n" + fields + "\r\nContent-Length: 2\r\n\r\nme");
        });
        List<RawClient> asking = ask("/private", MANY);
        joined(MANY - 1);
        EdgeRig.until(() -> asked.get() > 0);
        assertThat(asked).hasValue(1);
        head.open();
        EdgeRig.until(() -> asked.get() == MANY);
        assertThat(count("fetch-joined", "released")).isEqualTo(MANY - 1);
        asking.addAll(ask("/private", 3));
        EdgeRig.until(() -> asked.get() == MANY + 3);
        assertThat(count("fetch", "unshared-lately")).isEqualTo(3);
        rest.open();
        for (RawClient client : asking) {
            assertThat(client.rest())
                    .endsWith("\r\n\r\nme")
                    .contains("weir; fwd=")
                    .doesNotContain("collapsed");
        }
    }

    @Test
    void goesOnWithoutWhoBeganIt() throws IOException {
        Gate head = new Gate();
        Gate middle = new Gate();
        Gate rest = new Gate();
        origin.on("/a", peer -> {
            head.pass();
            peer.send(MAX_AGE + "Content-Length: 10\r\n\r\nhel");
            middle.pass();
            peer.send("lo");
            rest.pass();
            peer.send("world");
        });
        RawClient leader = asks("/a");
        EdgeRig.until(() -> count("fetch", "led") == 1);
        List<RawClient> others = ask("/a", 3);
        joined(3);
        leader.resets();
        head.open();
        others.get(0).until("hel");
        others.get(0).resets();
        middle.open();
        others.get(1).until("hello");
        others.add(asks("/a"));
        joined(4);
        rest.open();
        assertThat(others.get(1).rest()).isEqualTo("world");
        assertThat(others.get(2).rest()).endsWith("helloworld");
        assertThat(others.get(3).rest()).endsWith("helloworld").contains("collapsed");
        assertThat(origin.heads("/a")).hasSize(1);
        assertThat(edge.records(5))
                .filteredOn(record -> "client-closed".equals(record.getString("termination")))
                .hasSize(2);
    }

    @Test
    void endsWithTheLastWhoIsInterested() throws IOException {
        Gate head = new Gate();
        origin.on("/before", peer -> {
                    peer.untilGone();
                    peer.finish();
                })
                .on("/within", peer -> {
                    peer.send(MAX_AGE + "Content-Length: 10\r\n\r\nhello");
                    head.open();
                    peer.untilGone();
                    peer.finish();
                });
        List<RawClient> early = ask("/before", 3);
        joined(2);
        for (RawClient client : early) {
            client.resets();
        }
        EdgeRig.until(() -> origin.gone.get() == 1);
        List<RawClient> late = ask("/within", 3);
        joined(4);
        for (RawClient client : late) {
            client.until("hello");
        }
        for (RawClient client : late) {
            client.resets();
        }
        EdgeRig.until(() -> origin.gone.get() == 2);
        edge.settles();
        origin.serves("/within", FRESH, "fresh");
        assertThat(asks("/within").rest()).endsWith("fresh").contains("fwd=miss");
    }

    @Test
    void aSlowReaderSlowsNobody() throws IOException {
        String body = "0123456789abcdef".repeat(60_000);
        Gate rest = new Gate();
        origin.on("/a", peer -> {
            peer.send(MAX_AGE + "Content-Length: " + body.length() + "\r\n\r\n" + body.substring(0, 100));
            rest.pass();
            peer.send(body.substring(100));
        });
        RawClient slow = asks("/a");
        slow.until("\r\n\r\n");
        List<RawClient> fast = ask("/a", 4);
        joined(4);
        rest.open();
        for (RawClient client : fast) {
            assertThat(client.rest()).endsWith(body);
        }
        assertThat(slow.rest()).isEqualTo(body);
        assertThat(origin.heads("/a")).hasSize(1);
        assertThat(asks("/a").rest()).contains("weir; hit").endsWith(body);
    }

    @Test
    void whatGrowsTooLongIsReadTogetherAndNotStored() throws IOException {
        int chunks = 300;
        String chunk = "0123456789abcdef".repeat(1024);
        Gate rest = new Gate();
        origin.on("/long", peer -> {
            peer.send(MAX_AGE + "Transfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < chunks; i++) {
                peer.send("4000\r\n" + chunk + "\r\n");
                if (i == 0) {
                    rest.pass();
                }
            }
            peer.send("0\r\nChecked: yes\r\n\r\n");
        });
        List<RawClient> asking = ask("/long", 3);
        joined(2);
        rest.open();
        for (RawClient client : asking) {
            client.head();
        }
        EdgeRig.until(() -> count("store", "too-big") == 1);
        EdgeRig.until(() -> metric("weir_edge_cache_fetches") == 0);
        assertThat(metric("weir_edge_cache_recording_bytes")).isLessThanOrEqualTo(1024 * 1024 + 64 * 1024);
        List<Thread> reading = new ArrayList<>();
        List<String> got = new java.util.concurrent.CopyOnWriteArrayList<>();
        for (RawClient client : asking) {
            Thread thread = new Thread(() -> {
                try {
                    got.add(client.rest());
                } catch (IOException e) {
                    got.add(e.toString());
                }
            });
            thread.start();
            reading.add(thread);
        }
        EdgeRig.until(() -> reading.stream().noneMatch(Thread::isAlive));
        for (String each : got) {
            assertThat(content(each)).isEqualTo(chunk.repeat(chunks));
            assertThat(each).endsWith("0\r\nChecked: yes\r\n\r\n");
        }
        assertThat(origin.heads("/long")).hasSize(1);
    }

    /** Many octets of a chunked answer: from the start, and the rest behind the gate; more than sockets hold for a client. */
    private void servesLong(String path, Gate rest) {
        origin.on(path, peer -> {
            peer.send(MAX_AGE + "Transfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < LONG_CHUNKS; i++) {
                peer.send("4000\r\n" + LONG_CHUNK + "\r\n");
                if (i == 0) {
                    rest.pass();
                }
            }
            peer.send("0\r\n\r\n");
        });
    }

    /** Reads a chunked answer to its end; returns how many of its chunks' octets were as they should be. */
    private static long readsLong(RawClient client) throws IOException {
        DataInputStream in = new DataInputStream(client.stream());
        byte[] expected = LONG_CHUNK.getBytes(StandardCharsets.ISO_8859_1);
        long octets = 0;
        while (true) {
            StringBuilder line = new StringBuilder();
            for (int octet = in.readUnsignedByte(); octet != '\r'; octet = in.readUnsignedByte()) {
                line.append((char) octet);
            }
            int size = Integer.parseInt(line.toString(), 16);
            byte[] chunk = new byte[size + 3];
            in.readFully(chunk);
            if (size == 0) {
                return octets;
            }
            for (int i = 1; i <= size; i++) {
                if (chunk[i] != expected[(int) (octets % expected.length)]) {
                    throw new AssertionError("octet " + octets + " is not as it was sent");
                }
                octets++;
            }
        }
    }

    @Test
    void whoHoldsUpOthersForTooLongIsLetGo() throws Exception {
        Gate rest = new Gate();
        servesLong("/long", rest);
        List<RawClient> asking = ask("/long", 3);
        joined(2);
        rest.open();
        for (RawClient client : asking) {
            client.head();
        }
        List<CompletableFuture<Long>> fast = new ArrayList<>();
        for (RawClient client : asking.subList(1, 3)) {
            CompletableFuture<Long> read = new CompletableFuture<>();
            Thread thread = new Thread(() -> {
                try {
                    read.complete(readsLong(client));
                } catch (IOException | RuntimeException | AssertionError e) {
                    read.completeExceptionally(e);
                }
            });
            thread.start();
            fast.add(read);
        }
        EdgeRig.until(() -> {
            edge.passes(Duration.ofMillis(100));
            return count("fetch", "too-slow") == 1;
        });
        for (CompletableFuture<Long> each : fast) {
            assertThat(each.get(20, TimeUnit.SECONDS)).isEqualTo((long) LONG_CHUNK.length() * LONG_CHUNKS);
        }
        assertThat(asking.get(0).rest()).doesNotEndWith("0\r\n\r\n");
        assertThat(edge.records(3))
                .filteredOn(record -> "too-slow".equals(record.getString("termination")))
                .singleElement()
                .satisfies(record -> {
                    assertThat(record.getString("termination.reason")).isEqualTo("held-up-others");
                    assertThat(record.getLong("http.response.body.size")).isPositive();
                });
        assertThat(origin.heads("/long")).hasSize(1);
    }

    @Test
    void whoReadsAloneSetsThePace() throws IOException {
        Gate rest = new Gate();
        servesLong("/long", rest);
        RawClient alone = asks("/long");
        rest.open();
        alone.head();
        EdgeRig.until(() -> count("store", "too-big") == 1);
        edge.passes(Duration.ofSeconds(10));
        assertThat(metric("weir_edge_cache_recording_bytes")).isLessThanOrEqualTo(1024 * 1024 + 64 * 1024);
        assertThat(readsLong(alone)).isEqualTo((long) LONG_CHUNK.length() * LONG_CHUNKS);
        assertThat(count("fetch", "too-slow")).isZero();
    }

    @Test
    void eachVariantIsFetchedOnce() throws IOException {
        Gate head = new Gate();
        origin.on("/v", peer -> {
            head.pass();
            String which = peer.head.contains("X-A: 1") ? "one" : "two";
            peer.send(MAX_AGE + "Vary: X-A\r\nContent-Length: 3\r\n\r\n" + which);
        });
        List<RawClient> ones = ask("/v", 5, "X-A: 1\r\n");
        List<RawClient> twos = ask("/v", 5, "X-A: 2\r\n");
        joined(9);
        head.open();
        for (RawClient client : ones) {
            assertThat(client.rest()).endsWith("one");
        }
        for (RawClient client : twos) {
            assertThat(client.rest()).endsWith("two");
        }
        assertThat(origin.heads("/v")).hasSize(2);
    }

    @Test
    void nobodyJoinsWhatWasPurgedAndNothingOfItIsStored() throws IOException {
        Gate rest = new Gate();
        AtomicInteger asked = new AtomicInteger();
        origin.on("/p", peer -> {
            if (peer.head.startsWith("POST")) {
                peer.body();
                peer.send("HTTP/1.1 204 No Content\r\n\r\n");
            } else if (asked.incrementAndGet() == 1) {
                peer.send(MAX_AGE + "Content-Length: 6\r\n\r\nold");
                rest.pass();
                peer.send("old");
            } else {
                peer.send(MAX_AGE + "Content-Length: 3\r\n\r\nnew");
            }
        });
        List<RawClient> before = ask("/p", 3);
        joined(2);
        before.get(0).until("old");
        try (RawClient client = edge.client()) {
            client.sends("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx");
            assertThat(client.rest()).startsWith("HTTP/1.1 204");
        }
        assertThat(asks("/p").rest()).endsWith("new").contains("fwd=miss");
        rest.open();
        assertThat(before.get(0).rest()).isEqualTo("old");
        assertThat(before.get(1).rest()).endsWith("oldold");
        assertThat(before.get(2).rest()).endsWith("oldold");
        assertThat(asks("/p").rest()).endsWith("new").contains("weir; hit");
        assertThat(asked).hasValue(2);
    }

    @Test
    void theSecondFailureIsShared() throws IOException {
        Gate head = new Gate();
        Gate second = new Gate();
        AtomicInteger asked = new AtomicInteger();
        origin.on("/dead", peer -> {
            (asked.incrementAndGet() == 1 ? head : second).pass();
            peer.breaksOff();
        });
        List<RawClient> asking = ask("/dead", MANY);
        joined(MANY - 1);
        head.open();
        joined(2 * MANY - 3);
        assertThat(count("fetch-joined", "anew")).isEqualTo(MANY - 1);
        second.open();
        for (RawClient client : asking) {
            assertThat(client.rest()).startsWith("HTTP/1.1 502 ");
        }
        assertThat(origin.heads("/dead")).hasSize(2);
        assertThat(count("fetch-joined", "failed")).isEqualTo(MANY - 2);
    }

    @Test
    void whatBecameOfOneRequestNeedNotBecomeOfTheNext() throws IOException {
        Gate head = new Gate();
        AtomicInteger asked = new AtomicInteger();
        origin.on("/once", peer -> {
            if (asked.incrementAndGet() == 1) {
                head.pass();
                peer.send("HTTP/1.1 200 OK\r\nBroken");
                peer.breaksOff();
            } else {
                peer.send(MAX_AGE + "Content-Length: 2\r\n\r\nok");
            }
        });
        RawClient leader = asks("/once");
        EdgeRig.until(() -> asked.get() == 1);
        List<RawClient> others = ask("/once", MANY);
        joined(MANY);
        head.open();
        assertThat(leader.rest()).startsWith("HTTP/1.1 502 ");
        for (RawClient client : others) {
            assertThat(client.rest()).startsWith("HTTP/1.1 200 ").endsWith("ok");
        }
        assertThat(asked).hasValue(2);
    }

    @Test
    void whatIsStoredStandsInForNobodyWhomTheOriginAnswers() throws IOException {
        origin.serves("/back", FRESH, "old");
        assertThat(asks("/back").rest()).endsWith("old");
        edge.passes(Duration.ofSeconds(61));
        Gate head = new Gate();
        AtomicInteger asked = new AtomicInteger();
        origin.on("/back", peer -> {
            // The first of them goes over a connection that was used before: asked once more.
            if (asked.incrementAndGet() <= 2) {
                head.pass();
                peer.breaksOff();
            }
            peer.send(MAX_AGE + "Content-Length: 3\r\n\r\nnew");
        });
        RawClient leader = asks("/back");
        EdgeRig.until(() -> asked.get() == 1);
        List<RawClient> others = ask("/back", MANY);
        joined(MANY);
        head.open();
        assertThat(leader.rest()).endsWith("old").contains("disconnected");
        for (RawClient client : others) {
            assertThat(client.rest()).endsWith("new");
        }
        assertThat(asked).hasValue(3);
    }

    @Test
    void nobodyTriesAgainWhereNoConnectionIsMade() throws Exception {
        List<RawClient> asking = ask("/unconnected", MANY);
        joined(MANY - 1);
        shaking.open();
        for (RawClient client : asking) {
            assertThat(client.rest()).startsWith("HTTP/1.1 502 ");
        }
        assertThat(count("fetch-joined", "anew")).isZero();
        assertThat(shaken).hasValue(1);
        assertThat(count("fetch-joined", "failed")).isEqualTo(MANY - 1);
    }

    @Test
    void nobodyWaitsForLongerThanForAnAnswerOfItsOwn() throws IOException {
        origin.serves("/narrow/old", FRESH, "old");
        assertThat(asks("/narrow/old").rest()).endsWith("old");
        edge.passes(Duration.ofSeconds(61));
        Gate hold = new Gate();
        AtomicInteger held = new AtomicInteger();
        List<RawClient> holding = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            origin.on("/narrow/hold" + i, peer -> {
                peer.send(MAX_AGE + "Content-Length: 4\r\n\r\nhe");
                held.incrementAndGet();
                hold.pass();
                peer.send("ld");
            });
            holding.add(asks("/narrow/hold" + i));
        }
        origin.serves("/narrow/new", FRESH, "new").serves("/narrow/old", FRESH, "new");
        // Each of the two event loops has one connection.
        EdgeRig.until(() -> held.get() == 2 && count("fetch", "led") == 9);
        // Who leads waits for a connection, which isn't counted against the time for an answer.
        RawClient first = asks("/narrow/new");
        EdgeRig.until(() -> count("fetch", "led") == 10);
        assertThat(asks("/narrow/new").rest()).startsWith("HTTP/1.1 504 ").contains("http_response_timeout");
        RawClient other = asks("/narrow/old");
        EdgeRig.until(() -> count("fetch", "led") == 11);
        assertThat(asks("/narrow/old").rest()).endsWith("old").contains("disconnected");
        assertThat(count("fetch-joined", "late")).isEqualTo(2);
        hold.open();
        for (RawClient client : holding) {
            assertThat(client.rest()).endsWith("held");
        }
        assertThat(first.rest()).endsWith("new");
        assertThat(other.rest()).endsWith("new");
    }

    @Test
    void whatBreaksOffIsWholeForNobody() throws IOException {
        Gate rest = new Gate();
        origin.on("/length", peer -> {
                    peer.send(MAX_AGE + "Content-Length: 10\r\n\r\nhello");
                    rest.pass();
                    peer.finish();
                })
                .on("/chunks", peer -> {
                    peer.send(MAX_AGE + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
                    rest.pass();
                    peer.finish();
                });
        List<RawClient> byLength = ask("/length", 5);
        List<RawClient> byChunks = ask("/chunks", 5);
        joined(8);
        for (RawClient client : byLength) {
            client.until("hello");
        }
        for (RawClient client : byChunks) {
            client.until("hello");
        }
        rest.open();
        for (RawClient client : byLength) {
            assertThat(client.rest()).isIn("", "<reset>");
        }
        for (RawClient client : byChunks) {
            assertThat(client.rest()).isIn("\r\n", "\r\n<reset>", "");
        }
        edge.settles();
        origin.serves("/length", FRESH, "whole");
        assertThat(asks("/length").rest()).endsWith("whole").contains("fwd=miss");
    }

    @Test
    void oneConfirmationIsForAll() throws IOException {
        origin.serves("/c", FRESH + "ETag: \"1\"\r\n", "hello");
        assertThat(asks("/c").rest()).endsWith("hello");
        edge.passes(Duration.ofSeconds(61));
        Gate head = new Gate();
        origin.on("/c", peer -> {
            assertThat(peer.head).contains("If-None-Match: \"1\"");
            head.pass();
            peer.send("HTTP/1.1 304 Not Modified\r\n" + FRESH + "ETag: \"1\"\r\n\r\n");
        });
        List<RawClient> asking = ask("/c", MANY);
        RawClient conditional = asks("/c", "If-None-Match: \"1\"\r\n");
        joined(MANY);
        head.open();
        for (RawClient client : asking) {
            assertThat(client.rest())
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("hello")
                    .contains("Age: 0\r\n");
        }
        assertThat(conditional.rest()).startsWith("HTTP/1.1 304 ");
        assertThat(origin.heads("/c")).hasSize(2);
        assertThat(count("fetch-joined", "again")).isEqualTo(MANY);
    }

    @Test
    void whatIsStoredStandsInForAll() throws IOException {
        String lenient = "Cache-Control: max-age=60, stale-if-error=600\r\n";
        origin.serves("/s", lenient, "hello").serves("/e", lenient, "hello");
        assertThat(asks("/s").rest()).endsWith("hello");
        assertThat(asks("/e").rest()).endsWith("hello");
        edge.passes(Duration.ofSeconds(61));
        Gate head = new Gate();
        origin.on("/s", peer -> {
                    head.pass();
                    peer.breaksOff();
                })
                .on("/e", peer -> {
                    head.pass();
                    peer.send("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
                });
        List<RawClient> asking = ask("/s", 6);
        asking.addAll(ask("/e", 6));
        joined(10);
        head.open();
        for (RawClient client : asking) {
            assertThat(client.rest())
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("hello")
                    .contains("ttl=-1");
        }
        // A connection that was used before and ended without an octet: asked once more.
        assertThat(origin.heads("/s")).hasSize(3);
        assertThat(origin.heads("/e")).hasSize(2);
    }

    @Test
    void moreThanMayWaitGoByThemselves() throws IOException {
        Gate head = new Gate();
        origin.on("/cap", peer -> {
            head.pass();
            peer.send(MAX_AGE + "Content-Length: 2\r\n\r\nok");
        });
        List<RawClient> asking = ask("/cap", 43);
        EdgeRig.until(() -> origin.heads("/cap").size() == 4);
        head.open();
        for (RawClient client : asking) {
            assertThat(client.rest()).endsWith("ok");
        }
        assertThat(count("fetch", "full")).isEqualTo(3);
        assertThat(count("fetch", "joined")).isEqualTo(39);
    }

    @Test
    void whoWantsAnAnswerOfItsOwnAsksByItself() throws IOException {
        Gate head = new Gate();
        origin.on("/own", peer -> {
            if (!peer.head.contains("no-cache")) {
                head.pass();
            }
            peer.send(MAX_AGE + "Content-Length: 2\r\n\r\nok");
        });
        RawClient leader = asks("/own");
        EdgeRig.until(() -> count("fetch", "led") == 1);
        assertThat(asks("/own", "Cache-Control: no-cache\r\n").rest()).endsWith("ok");
        assertThat(origin.heads("/own")).hasSize(2);
        head.open();
        assertThat(leader.rest()).endsWith("ok");
    }

    @Test
    void staleIsServedMeanwhileAndRenewedOnce() throws IOException {
        String lenient = "Cache-Control: max-age=60, stale-while-revalidate=600\r\nETag: \"1\"\r\n";
        origin.serves("/swr", lenient, "old").serves("/304", lenient, "same");
        assertThat(asks("/swr").rest()).endsWith("old");
        assertThat(asks("/304").rest()).endsWith("same");
        edge.passes(Duration.ofSeconds(61));
        Gate head = new Gate();
        origin.on("/swr", peer -> {
                    assertThat(peer.head)
                            .startsWith("GET ")
                            .contains("If-None-Match: \"1\"")
                            .doesNotContain("no-store");
                    head.pass();
                    peer.send(MAX_AGE + "Content-Length: 3\r\n\r\nnew");
                })
                .on("/304", peer -> {
                    head.pass();
                    peer.send("HTTP/1.1 304 Not Modified\r\n" + lenient + "\r\n");
                });
        for (int i = 0; i < 3; i++) {
            // What this client forbids for its own answer doesn't keep others from a new one.
            assertThat(asks("/swr", "Cache-Control: no-store\r\n").rest())
                    .endsWith("old")
                    .contains("weir; hit; ttl=-1");
            assertThat(asks("/304", "Range: bytes=0-1\r\n").rest())
                    .startsWith("HTTP/1.1 206 ")
                    .endsWith("\r\n\r\nsa");
        }
        EdgeRig.until(
                () -> origin.heads("/swr").size() == 2 && origin.heads("/304").size() == 2);
        RawClient strict = asks("/swr", "Cache-Control: max-age=3600\r\n");
        joined(1);
        head.open();
        assertThat(strict.rest()).endsWith("new").contains("collapsed");
        EdgeRig.until(() -> count("renewal", "done") == 2);
        assertThat(asks("/swr").rest()).endsWith("new").contains("weir; hit; ttl=60");
        assertThat(asks("/304").rest()).endsWith("same").contains("weir; hit; ttl=60");
        assertThat(origin.heads("/swr")).hasSize(2);
        assertThat(origin.heads("/304")).hasSize(2);
    }

    @Test
    void whatCannotBeRenewedIsLeftAloneForAWhile() throws IOException {
        String lenient = "Cache-Control: max-age=60, stale-while-revalidate=600\r\n";
        origin.serves("/down", lenient, "old").serves("/gone", lenient, "old");
        assertThat(asks("/down").rest()).endsWith("old");
        assertThat(asks("/gone").rest()).endsWith("old");
        edge.passes(Duration.ofSeconds(61));
        origin.answers("/down", "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")
                .on("/gone", Origin.Peer::breaksOff);
        assertThat(asks("/down").rest()).endsWith("old");
        assertThat(asks("/gone").rest()).endsWith("old");
        EdgeRig.until(() -> count("renewal", "failed") == 2);
        int asked = origin.heads.size();
        for (int i = 0; i < 5; i++) {
            assertThat(asks("/down").rest()).endsWith("old");
            assertThat(asks("/gone").rest()).endsWith("old");
        }
        assertThat(count("renewal", "begun")).isEqualTo(2);
        assertThat(origin.heads).hasSize(asked);
    }

    @Test
    void streamsOfHttp2FollowTheSameFetch() throws IOException {
        Gate rest = new Gate();
        origin.on("/a", peer -> {
            peer.send(MAX_AGE + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
            rest.pass();
            peer.send("5\r\nworld\r\n0\r\nChecked: yes\r\n\r\n");
        });
        RawClient leader = asks("/a");
        leader.until("hello");
        try (RawHttp2 client = RawHttp2.clear(edge.reverse)) {
            List<Integer> streams = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                streams.add(client.request(":method", "GET", ":scheme", "http", ":authority", "a", ":path", "/a"));
            }
            for (int stream : streams) {
                client.until(stream, seen -> seen.content().equals("hello"));
            }
            rest.open();
            for (int stream : streams) {
                assertThat(client.outcome(stream)).isEqualTo("200");
                assertThat(client.stream(stream).content()).isEqualTo("helloworld");
                assertThat(client.stream(stream).trailers).containsEntry("checked", "yes");
            }
        }
        assertThat(leader.rest()).contains("world").endsWith("0\r\nChecked: yes\r\n\r\n");
        assertThat(origin.heads("/a")).hasSize(1);
    }

    @Test
    void silenceIsSharedToo() throws IOException {
        origin.on("/silent", Origin.Peer::untilGone);
        List<RawClient> asking = ask("/silent", 6);
        for (RawClient client : asking) {
            assertThat(client.rest()).startsWith("HTTP/1.1 504 ");
        }
        // Who came so late that there was nothing left to join has led another one.
        assertThat(origin.heads("/silent").size() + count("fetch", "joined") - count("fetch-joined", "anew"))
                .isEqualTo(6);
    }

    @Test
    void permissionIsNotSharedByThoseWhoFollow() throws IOException {
        edge.enforce("""
                rules: [{ name: no-exe, when: { response-type: [application/x-msdownload], path: /exe }, then: { deny: { status: 451 } } }]
                default: allow
                """);
        Gate head = new Gate();
        origin.on("/exe", peer -> {
            head.pass();
            peer.send(MAX_AGE + "Content-Type: application/x-msdownload\r\nContent-Length: 2\r\n\r\n");
            peer.untilGone();
        });
        List<RawClient> asking = ask("/exe", 3);
        joined(2);
        head.open();
        for (RawClient client : asking) {
            assertThat(client.rest()).startsWith("HTTP/1.1 451 ");
        }
        EdgeRig.until(() -> origin.gone.get() == 1);
    }
}
