package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How content passes: whole, in order, in step with the slower side; and what is said of what broke. */
class EdgeStreamingTest {
    @TempDir
    private Path directory;

    private final Origin origin = new Origin();
    private EdgeRig edge;
    private RawClient client;

    @BeforeEach
    void start() throws IOException {
        edge = EdgeRig.before(directory, origin);
        client = edge.client();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        edge.settles();
        edge.close();
        origin.close();
    }

    private static String request(String method, String path, String... fields) {
        return method + " " + path + " HTTP/1.1\r\nHost: site.test\r\n" + String.join("", fields) + "\r\n";
    }

    @Test
    void chunksAndTrailersPassBothWays() throws IOException {
        CompletableFuture<String> body = new CompletableFuture<>();
        origin.on("/c", peer -> {
            body.complete(peer.body());
            peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n");
            peer.send("5\r\nhello\r\n0\r\nX-Sum: 42\r\nX-Sum: 43\r\n\r\n");
        });
        client.sends(request("POST", "/c", "Transfer-Encoding: chunked\r\nTrailer: X-End\r\n")
                + "3\r\nabc\r\n2\r\nde\r\n0\r\nX-End: yes\r\nX-Original-URL: /x\r\n\r\n");
        assertThat(client.until("X-Sum: 43\r\n\r\n")).contains("\r\n0\r\nX-Sum: 42\r\n");
        assertThat(body.join()).contains("\r\n0\r\nX-End: yes\r\n").doesNotContain("Original");
        assertThat(edge.record("/c").getInteger("http.request.body.size")).isEqualTo(5);
        assertThat(edge.record("/c").getInteger("http.response.body.size")).isEqualTo(5);
    }

    @Test
    void aHeadIsPassedOnBeforeItsContent() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        origin.on("/events", peer -> {
            peer.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
            await(seen);
            peer.send("3\r\nabc\r\n0\r\n\r\n");
        });
        client.sends(request("GET", "/events"));
        assertThat(client.head()).startsWith("HTTP/1.1 200 ");
        seen.countDown();
        assertThat(client.until("0\r\n\r\n")).contains("abc");
    }

    @Test
    void contentWaitsForTheOriginToAskForIt() throws IOException {
        origin.on("/e", peer -> {
            peer.send("HTTP/1.1 100 Continue\r\n\r\n");
            peer.send(Origin.ok("", peer.body()));
        });
        client.sends(request("POST", "/e", "Expect: 100-continue\r\nContent-Length: 5\r\n"));
        assertThat(client.head()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
        assertThat(client.sends("hello").answer()).startsWith("HTTP/1.1 200 ").endsWith("hello");
        assertThat(client.sends(request("POST", "/e", "Content-Length: 1\r\n") + "x")
                        .answer())
                .contains("100 Continue");
        assertThat(client.answer()).endsWith("x");
    }

    @Test
    void nothingFollowsContentThatWasNotAskedFor() throws IOException {
        origin.answers("/no", "HTTP/1.1 417 Expectation Failed\r\nContent-Length: 4\r\n\r\noops");
        client.sends(request("POST", "/no", "Expect: 100-continue\r\nContent-Length: 5\r\n"));
        assertThat(client.answer()).startsWith("HTTP/1.1 417 ").containsIgnoringCase("connection: close");
        assertThat(client.sends(request("GET", "/smuggled")).rest()).isEmpty();
        assertThat(origin.heads("/smuggled")).isEmpty();
    }

    @Test
    void earlyHintsPass() throws IOException {
        origin.answers("/h", "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n" + Origin.ok("", "page"));
        client.sends(request("GET", "/h"));
        assertThat(client.head()).startsWith("HTTP/1.1 103 ").containsIgnoringCase("link: </a.css>; rel=preload");
        assertThat(client.answer()).startsWith("HTTP/1.1 200 ").endsWith("page");
    }

    @Test
    void chunksBecomeTheEndOfTheConnectionForHttp10() throws IOException {
        origin.answers("/c", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
        String all = client.sends("GET /c HTTP/1.0\r\nHost: site.test\r\nConnection: keep-alive\r\n\r\n")
                .rest();
        assertThat(all)
                .containsIgnoringCase("connection: close")
                .doesNotContainIgnoringCase("transfer-encoding")
                .endsWith("\r\n\r\nabcde");
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws IOException {
        CountDownLatch release = new CountDownLatch(1);
        origin.on("/slow", peer -> {
            await(release);
            peer.send(Origin.ok("", "slow"));
        });
        origin.serves("/quick", "", "quick");
        client.sends(request("GET", "/slow") + request("GET", "/quick") + request("GET", "/none"));
        release.countDown();
        assertThat(client.answer()).endsWith("slow");
        assertThat(client.answer()).endsWith("quick");
        assertThat(client.answer()).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void anAnswerMayComeWhileContentIsStillSent() throws IOException {
        origin.on("/early", peer -> {
            peer.send("HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 4\r\n\r\nstop");
            peer.finish();
        });
        origin.serves("/next", "", "next");
        client.sends(request("POST", "/early", "Content-Length: 100000\r\n") + "x".repeat(1000));
        assertThat(client.answer()).startsWith("HTTP/1.1 413 ").endsWith("stop");
        // The rest of the content is content, whatever it looks like.
        String rest = request("GET", "/smuggled");
        client.sends(rest + "x".repeat(99_000 - rest.length()) + request("GET", "/next"));
        assertThat(client.answer()).endsWith("next");
        assertThat(origin.heads("/smuggled")).isEmpty();
    }

    @Test
    void aRefusedRequestWithLongContentIsNeverMisread() throws IOException {
        edge.enforce("rules: [{ name: no, when: { path: /no }, then: deny }]\ndefault: allow\n");
        String content = request("GET", "/smuggled")
                .repeat(10_000_000 / request("GET", "/smuggled").length());
        client.sends(request("POST", "/no", "Content-Length: " + content.length() + "\r\n"));
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
            try {
                client.sends(content).sends(request("GET", "/smuggled"));
            } catch (IOException closed) {
                // as it may be
            }
        });
        assertThat(client.answer()).startsWith("HTTP/1.1 403 ");
        assertThat(client.rest()).isIn("", "<reset>");
        sending.join();
        assertThat(origin.heads).isEmpty();
        assertThat(edge.record("/no").getString("termination")).isEqualTo("denied");
    }

    @Test
    void aRefusedRequestWithShortContentKeepsItsConnection() throws IOException {
        edge.enforce("rules: [{ name: no, when: { path: /no }, then: deny }]\ndefault: allow\n");
        origin.serves("/next", "", "next");
        client.sends(request("POST", "/no", "Content-Length: 2000\r\n"));
        assertThat(client.answer()).startsWith("HTTP/1.1 403 ");
        client.sends("x".repeat(2000) + request("GET", "/next"));
        assertThat(client.answer()).endsWith("next");
    }

    @Test
    void aClientThatLeavesWithinAnAnswerEndsItsFetch() throws IOException {
        origin.on("/long", peer -> {
            peer.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 1000000\r\n\r\n12345");
            peer.untilGone();
        });
        client.sends(request("GET", "/long"));
        client.until("12345");
        client.close();
        JsonObject record = edge.record("/long");
        assertThat(record.getString("termination")).isEqualTo("client-closed");
        EdgeRig.until(() -> origin.gone.get() == 1);
        try (RawClient other = edge.client()) {
            origin.serves("/long", "", "other");
            assertThat(other.sends(request("GET", "/long")).answer())
                    .contains("fwd=miss")
                    .endsWith("other");
        }
    }

    @Test
    void aClientThatLeavesBeforeTheAnswerEndsItsRequest() throws IOException {
        origin.on("/silent", Origin.Peer::untilGone);
        client.sends(request("GET", "/silent"));
        EdgeRig.until(() -> origin.heads("/silent").size() == 1);
        client.close();
        EdgeRig.until(() -> origin.gone.get() == 1);
        assertThat(edge.record("/silent").getString("termination")).isEqualTo("client-closed");
        assertThat(edge.record("/silent").containsKey("http.response.status_code"))
                .isFalse();
    }

    @Test
    void halfAnAnswerNeverLooksWhole() throws IOException {
        String fresh = "Cache-Control: max-age=60\r\n";
        origin.on("/length", peer -> {
            peer.send("HTTP/1.1 200 OK\r\n" + fresh + "Content-Length: 10\r\n\r\n12345");
            peer.finish();
        });
        origin.on("/chunks", peer -> {
            peer.send("HTTP/1.1 200 OK\r\n" + fresh + "Transfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n");
            peer.finish();
        });
        for (String path : new String[] {"/length", "/chunks"}) {
            try (RawClient its = edge.client()) {
                String received = its.sends(request("GET", path)).rest();
                assertThat(received).contains("12345").doesNotContain("\r\n0\r\n");
                JsonObject record = edge.record(path);
                assertThat(record.getString("termination")).isEqualTo("origin-broken");
            }
        }
        try (RawClient its = edge.client()) {
            origin.serves("/length", "", "whole");
            assertThat(its.sends(request("GET", "/length")).answer())
                    .contains("fwd=miss")
                    .endsWith("whole");
            String received =
                    its.sends("GET /chunks HTTP/1.0\r\nHost: site.test\r\n\r\n").rest();
            // Here only a reset says that it is not whole.
            assertThat(received).endsWith("<reset>");
        }
    }

    @Test
    void longContentPassesInStepWithTheSlowerSide() throws Exception {
        long length = 192L * 1024 * 1024;
        AtomicLong sent = new AtomicLong();
        CompletableFuture<String> upHash = new CompletableFuture<>();
        origin.on("/up", peer -> {
            upHash.complete(hash(peer.in(), length));
            peer.send(Origin.ok("", "thanks"));
        });
        origin.on("/down", peer -> {
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n");
            Random random = new Random(5);
            byte[] piece = new byte[64 * 1024];
            for (long at = 0; at < length; at += piece.length) {
                random.nextBytes(piece);
                peer.send(piece);
                sent.addAndGet(piece.length);
            }
        });
        client.sends(request("GET", "/down"));
        client.head();
        // Nothing is read: what can be on its way is within our bounds and in two pairs of sockets, which Linux lets
        // grow to some 37 MiB each (tcp_rmem, tcp_wmem).
        long before = -1;
        while (before != sent.get()) {
            before = sent.get();
            for (int i = 0; i < 200 && before == sent.get(); i++) {
                LockSupport.parkNanos(1_000_000);
            }
        }
        assertThat(sent.get()).isLessThan(96L * 1024 * 1024);
        String down = hash(client.stream(), length);
        MessageDigest digest = digest();
        client.sends(request("POST", "/up", "Content-Length: " + length + "\r\n"));
        Random random = new Random(5);
        byte[] piece = new byte[64 * 1024];
        for (long at = 0; at < length; at += piece.length) {
            random.nextBytes(piece);
            digest.update(piece);
            client.sends(piece);
        }
        assertThat(client.answer()).endsWith("thanks");
        String expected = HexFormat.of().formatHex(digest.digest());
        assertThat(down).isEqualTo(expected);
        assertThat(upHash.join()).isEqualTo(expected);
    }

    @Test
    void aLongStoredAnswerIsSentWhole() throws IOException {
        String content = "0123456789abcdef".repeat(64 * 1024);
        origin.serves("/big", "Cache-Control: max-age=60\r\n", content);
        assertThat(client.sends(request("GET", "/big")).answer()).endsWith(content);
        String hit = client.sends(request("GET", "/big")).answer();
        assertThat(hit).contains("; hit").endsWith(content);
        String part = client.sends(request("GET", "/big", "Range: bytes=100001-900000\r\n"))
                .answer();
        assertThat(part).startsWith("HTTP/1.1 206 ").endsWith("\r\n\r\n" + content.substring(100001, 900001));
    }

    private static String hash(InputStream in, long length) throws IOException {
        MessageDigest digest = digest();
        byte[] piece = new byte[64 * 1024];
        long left = length;
        while (left > 0) {
            int n = in.read(piece, 0, (int) Math.min(piece.length, left));
            if (n < 0) {
                throw new IOException("ended " + left + " octets early");
            }
            digest.update(piece, 0, n);
            left -= n;
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(15, TimeUnit.SECONDS)) {
                throw new IOException("the test did not go on");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
