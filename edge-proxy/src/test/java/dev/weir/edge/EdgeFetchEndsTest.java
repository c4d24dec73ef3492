package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What a fetch for many comes to when it fails, breaks off, or is read at different speeds. */
class EdgeFetchEndsTest extends SharedFetches {
    private static final int LONG_CHUNKS = 2048;
    private static final String LONG_CHUNK = "0123456789abcdef".repeat(1024);

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
        return readsLong(client, new AtomicLong());
    }

    /** The same, telling meanwhile how many have come. */
    private static long readsLong(RawClient client, AtomicLong come) throws IOException {
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
            come.set(octets);
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
        List<AtomicLong> come = new ArrayList<>();
        for (RawClient client : asking.subList(1, 3)) {
            CompletableFuture<Long> read = new CompletableFuture<>();
            AtomicLong octets = new AtomicLong();
            Thread thread = new Thread(() -> {
                try {
                    read.complete(readsLong(client, octets));
                } catch (IOException | RuntimeException | AssertionError e) {
                    read.completeExceptionally(e);
                }
            });
            thread.start();
            fast.add(read);
            come.add(octets);
        }
        AtomicLong before = new AtomicLong();
        EdgeRig.until(() -> {
            // Time passes only while both wait at the same octet: it is not theirs that runs out.
            long at = come.get(0).get();
            if (at > 0 && at == before.getAndSet(at) && at == come.get(1).get()) {
                edge.passes(Duration.ofMillis(100));
            }
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
        // On a connection that was used before, the first of them would be asked once more.
        origin.serves("/back", FRESH + "Connection: close\r\n", "old");
        assertThat(asks("/back").rest()).endsWith("old");
        edge.passes(Duration.ofSeconds(61));
        Gate head = new Gate();
        AtomicInteger asked = new AtomicInteger();
        origin.on("/back", peer -> {
            if (asked.incrementAndGet() == 1) {
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
        assertThat(asked).hasValue(2);
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
    void silenceIsSharedToo() throws IOException {
        origin.on("/silent", Origin.Peer::untilGone);
        List<RawClient> asking = ask("/silent", 6);
        joined(5);
        assertThat(count("fetch", "led")).isEqualTo(1);
        for (RawClient client : asking) {
            assertThat(client.rest()).startsWith("HTTP/1.1 504 ");
        }
        // Who came so late that more than half of the time was left has gone on once, all of them together.
        assertThat(origin.heads("/silent").size())
                .isEqualTo(count("fetch", "led"))
                .isBetween(1, 2);
    }
}
