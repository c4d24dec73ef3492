package dev.weir.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.HeaderFields;
import dev.weir.http.ProxyError;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Exchanges with origins that behave. */
@SuppressWarnings("StringConcatToTextBlock") // octets on the wire, line ends included
class OriginsTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: 1\r\n\r\nhello";

    private static void serveForEver(ScriptedOrigin.Peer peer) throws IOException {
        while (!peer.head().isEmpty()) {
            peer.send(OK);
        }
    }

    @Test
    void exchangesAndReusesTheConnection() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.playing(OriginsTest::serveForEver);
                OnLoop loop = new OnLoop(OnLoop.upstream(origin.target()))) {
            OnLoop.Whole first = loop.whole(OnLoop.get("/a?b=%20"));
            OnLoop.Whole second = loop.whole(OnLoop.get("/c"));
            assertThat(first.body()).isEqualTo("hello");
            assertThat(first.answer().status()).isEqualTo(200);
            assertThat(first.answer().protocol()).isEqualTo("HTTP/1.1");
            assertThat(first.answer().fields()).isEqualTo(HeaderFields.of("Content-Length", "5", "X-A", "1"));
            assertThat(first.answer().timings().reused()).isFalse();
            assertThat(first.answer().timings().address()).isEqualTo("127.0.0.1:" + origin.port());
            assertThat(second.answer().timings().reused()).isTrue();
            assertThat(origin.connections()).isEqualTo(1);
            assertThat(origin.heads().get(0)).isEqualTo("GET /a?b=%20 HTTP/1.1\r\nHost: site.test\r\n\r\n");
        }
    }

    @Test
    void sendsTheTargetsHostWhereAsked() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.playing(OriginsTest::serveForEver);
                OnLoop loop = new OnLoop(OnLoop.upstream(origin.target()))) {
            OriginRequest get = OnLoop.get("/");
            loop.whole(new OriginRequest(
                    "GET",
                    "/",
                    get.fields(),
                    get.destination(),
                    get.body(),
                    get.timeouts(),
                    OriginRequest.Host.TARGET));
            assertThat(origin.heads().get(0)).contains("Host: 127.0.0.1:" + origin.port() + "\r\n");
        }
    }

    @Test
    void asksTargetsInTurn() throws Exception {
        try (ScriptedOrigin a = ScriptedOrigin.playing(OriginsTest::serveForEver);
                ScriptedOrigin b = ScriptedOrigin.playing(OriginsTest::serveForEver);
                OnLoop loop = new OnLoop(OnLoop.upstream(a.target(), b.target()))) {
            for (int i = 0; i < 6; i++) {
                loop.whole(OnLoop.get("/" + i));
            }
            assertThat(a.heads()).hasSize(3);
            assertThat(b.heads()).hasSize(3);
        }
    }

    @Test
    void dialsExactlyTheCheckedAddressAndKeepsTheName() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.playing(OriginsTest::serveForEver);
                OnLoop loop = new OnLoop()) {
            Destination there = new Destination.Dialled(
                    "http", "name.invalid", origin.port(), List.of(InetAddress.getByAddress(new byte[] {127, 0, 0, 1
                    })));
            OnLoop.Whole whole = loop.whole(new OriginRequest(
                    "GET",
                    "/",
                    HeaderFields.empty(),
                    there,
                    RequestBody.none(),
                    OnLoop.TIMEOUTS,
                    OriginRequest.Host.CLIENT));
            assertThat(whole.body()).isEqualTo("hello");
            assertThat(origin.heads().get(0)).contains("Host: name.invalid:" + origin.port() + "\r\n");
        }
    }

    @Test
    void readsChunksAndTrailers() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.playing(peer -> {
                    peer.head();
                    peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n"
                            + "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX-T: 7\r\n\r\n");
                    peer.head();
                });
                OnLoop loop = new OnLoop(OnLoop.upstream(origin.target()))) {
            OnLoop.Whole whole = loop.whole(OnLoop.get("/"));
            assertThat(whole.body()).isEqualTo("abcde");
            assertThat(whole.answer().trailers().first("X-T")).contains("7");
            assertThat(whole.answer().fields().contains("Transfer-Encoding")).isFalse();
        }
    }

    @Test
    void readsABodyThatRunsToTheClose() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.playing(peer -> {
                    peer.head();
                    peer.send("HTTP/1.0 200 OK\r\n\r\nto the close");
                });
                OnLoop loop = new OnLoop(OnLoop.upstream(origin.target()))) {
            assertThat(loop.whole(OnLoop.get("/")).body()).isEqualTo("to the close");
            assertThat(loop.whole(OnLoop.get("/")).answer().protocol()).isEqualTo("HTTP/1.0");
            assertThat(origin.connections()).isEqualTo(2);
        }
    }

    @Test
    void answersWithoutContentEndAtTheirHead() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.playing(peer -> {
                    peer.head();
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n");
                    peer.head();
                    peer.send("HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\nETag: \"a\"\r\n\r\n");
                    peer.head();
                    peer.send("HTTP/1.1 204 No Content\r\n\r\n");
                    peer.head();
                });
                OnLoop loop = new OnLoop(OnLoop.upstream(origin.target()))) {
            OnLoop.Whole head = loop.whole(OnLoop.request("HEAD", "/", RequestBody.none(), OnLoop.TIMEOUTS));
            assertThat(head.answer().fields().first("Content-Length")).contains("500");
            assertThat(head.answer().isEmpty()).isTrue();
            assertThat(loop.whole(OnLoop.get("/")).answer().fields().first("Content-Length"))
                    .contains("500");
            assertThat(loop.whole(OnLoop.get("/")).answer().status()).isEqualTo(204);
            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    @Test
    void removesFieldsOfTheConnectionFromBothWays() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.playing(peer -> {
                    peer.head();
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: X-Hop, keep-alive\r\nX-Hop: 1\r\n"
                            + "Keep-Alive: timeout=9\r\nUpgrade: h2c\r\nX-End: 2\r\n\r\n");
                    peer.head();
                });
                OnLoop loop = new OnLoop(OnLoop.upstream(origin.target()))) {
            OnLoop.Whole whole = loop.whole(OnLoop.with(
                    OnLoop.get("/"),
                    HeaderFields.of(
                            "Host",
                            "site.test",
                            "Connection",
                            "close",
                            "Transfer-Encoding",
                            "chunked",
                            "Content-Length",
                            "9",
                            "Upgrade",
                            "h2c",
                            "X",
                            "y")));
            assertThat(whole.answer().fields()).isEqualTo(HeaderFields.of("Content-Length", "0", "X-End", "2"));
            assertThat(origin.heads().get(0)).isEqualTo("GET / HTTP/1.1\r\nHost: site.test\r\nX: y\r\n\r\n");
        }
    }

    @Test
    void sendsContentByLengthAndInChunksWithTrailers() throws Exception {
        List<String> got = new ArrayList<>();
        try (ScriptedOrigin origin = ScriptedOrigin.playing(peer -> {
                    peer.head();
                    got.add(peer.read(6));
                    peer.send(OK);
                    peer.head();
                    got.add(peer.read("3\r\nabc\r\n3\r\ndef\r\n0\r\nX-T: 1\r\n\r\n".length()));
                    peer.send(OK);
                    peer.head();
                });
                OnLoop loop = new OnLoop(OnLoop.upstream(origin.target()))) {
            FakeStream known = new FakeStream("abc", "def");
            loop.whole(OnLoop.request(
                    "POST", "/", RequestBody.of(known, OptionalLong.of(6), HeaderFields::empty), OnLoop.TIMEOUTS));
            FakeStream unknown = new FakeStream("abc", "def");
            loop.whole(OnLoop.request(
                    "POST",
                    "/",
                    RequestBody.of(unknown, OptionalLong.empty(), () -> HeaderFields.of("X-T", "1")),
                    OnLoop.TIMEOUTS));
            assertThat(got).containsExactly("abcdef", "3\r\nabc\r\n3\r\ndef\r\n0\r\nX-T: 1\r\n\r\n");
            assertThat(origin.heads().get(0)).contains("Content-Length: 6\r\n");
            assertThat(origin.heads().get(1)).contains("Transfer-Encoding: chunked\r\n");
            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    @Test
    void handsOnInterimAnswers() throws Exception {
        List<Integer> interims = new ArrayList<>();
        try (ScriptedOrigin origin = ScriptedOrigin.playing(peer -> {
                    peer.head();
                    peer.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + OK);
                });
                OnLoop loop = new OnLoop(OnLoop.upstream(origin.target()))) {
            OnLoop.Whole whole = loop.call(() -> loop.origins
                    .exchange(OnLoop.get("/"), (status, fields) -> interims.add(status))
                    .answer()
                    .compose(OnLoop::read));
            assertThat(whole.body()).isEqualTo("hello");
            assertThat(interims).containsExactly(103, 102);
        }
    }

    @Test
    void holdsContentBackUntilTheOriginSaysContinue() throws Exception {
        List<String> order = new ArrayList<>();
        FakeStream content = new FakeStream("abc");
        try (ScriptedOrigin origin = ScriptedOrigin.playing(peer -> {
                    peer.head();
                    order.add("asked: " + content.wasAsked());
                    peer.send("HTTP/1.1 100 Continue\r\n\r\n");
                    order.add(peer.read(3));
                    peer.send(OK);
                    peer.head();
                });
                OnLoop loop = new OnLoop(OnLoop.upstream(origin.target()))) {
            List<Integer> interims = new ArrayList<>();
            loop.call(() -> loop.origins
                    .exchange(expecting(content), (status, fields) -> interims.add(status))
                    .answer()
                    .compose(OnLoop::read));
            assertThat(order).containsExactly("asked: false", "abc");
            assertThat(interims).containsExactly(100);
            assertThat(origin.heads().get(0)).contains("Expect: 100-continue\r\n");
        }
    }

    @Test
    void neverAsksForContentThatTheOriginRefuses() throws Exception {
        FakeStream content = new FakeStream("abc");
        try (ScriptedOrigin origin = ScriptedOrigin.playing(
                        peer -> {
                            peer.head();
                            peer.send("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
                            peer.drain();
                        },
                        OriginsTest::serveForEver);
                OnLoop loop = new OnLoop(OnLoop.upstream(origin.target()))) {
            assertThat(loop.whole(expecting(content)).answer().status()).isEqualTo(413);
            assertThat(content.wasAsked()).isFalse();
            // The announced content is still owed on that connection: it can't serve another request.
            assertThat(loop.whole(OnLoop.get("/")).answer().timings().reused()).isFalse();
        }
    }

    @Test
    void sendsContentUnaskedAfterABoundedWait() throws Exception {
        FakeStream content = new FakeStream("abc");
        try (ScriptedOrigin origin = ScriptedOrigin.playing(peer -> {
                    peer.head();
                    peer.read(3);
                    peer.send(OK);
                });
                OnLoop loop = new OnLoop(OnLoop.upstream(origin.target()))) {
            List<Integer> interims = new ArrayList<>();
            OnLoop.Whole whole = loop.call(() -> loop.origins
                    .exchange(expecting(content), (status, fields) -> interims.add(status))
                    .answer()
                    .compose(OnLoop::read));
            assertThat(whole.body()).isEqualTo("hello");
            assertThat(interims).containsExactly(100);
        }
    }

    private static OriginRequest expecting(FakeStream content) {
        return OnLoop.with(
                OnLoop.request(
                        "POST", "/", RequestBody.of(content, OptionalLong.of(3), HeaderFields::empty), OnLoop.TIMEOUTS),
                HeaderFields.of("Host", "site.test", "Expect", "100-continue"));
    }

    @Test
    void queuesAndThenRefusesBeyondTheLimits() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (ScriptedOrigin origin = ScriptedOrigin.playing(peer -> {
                    while (!peer.head().isEmpty()) {
                        await(go);
                        peer.send(OK);
                    }
                });
                OnLoop loop = new OnLoop(OnLoop.upstream(origin.target()))) {
            List<Future<OnLoop.Whole>> served = new ArrayList<>();
            ProxyFailure refused = loop.failureOf(() -> {
                for (int i = 0; i < 12; i++) {
                    served.add(loop.origins
                            .exchange(OnLoop.get("/" + i), OnLoop.DROP)
                            .answer()
                            .compose(OnLoop::read));
                }
                return loop.origins.exchange(OnLoop.get("/13"), OnLoop.DROP).answer();
            });
            assertThat(refused.type()).isEqualTo(ProxyError.CONNECTION_LIMIT_REACHED);
            assertThat(refused.status()).isEqualTo(503);
            go.countDown();
            loop.call(() -> Future.all(served));
            assertThat(origin.connections()).isEqualTo(8);
            assertThat(loop.metrics.refusals).hasValue(1);
        }
    }

    @Test
    void failsWhoWaitsTooLongForAConnection() throws Exception {
        CyclicBarrier never = new CyclicBarrier(100);
        try (ScriptedOrigin origin = ScriptedOrigin.playing(peer -> {
                    peer.head();
                    try {
                        never.await(20, TimeUnit.SECONDS);
                    } catch (Exception over) {
                        return;
                    }
                });
                OnLoop loop = new OnLoop(OnLoop.upstream(origin.target()))) {
            ProxyFailure failure = loop.failureOf(() -> {
                Future<OriginAnswer> last = null;
                for (int i = 0; i < 9; i++) {
                    last = loop.origins.exchange(OnLoop.get("/"), OnLoop.DROP).answer();
                }
                return last;
            });
            assertThat(failure.type()).isEqualTo(ProxyError.CONNECTION_LIMIT_REACHED);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void neverReadsAheadOfASlowReader() throws Exception {
        int total = 64 << 20;
        AtomicLong written = new AtomicLong();
        try (ScriptedOrigin origin = ScriptedOrigin.playing(peer -> {
                    peer.head();
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + total + "\r\n\r\n");
                    byte[] part = new byte[65536];
                    for (int sent = 0; sent < total; sent += part.length) {
                        peer.send(part);
                        written.addAndGet(part.length);
                    }
                });
                OnLoop loop = new OnLoop(OnLoop.upstream(origin.target()))) {
            OriginAnswer answer = loop.call(
                    () -> loop.origins.exchange(OnLoop.get("/"), OnLoop.DROP).answer());
            long[] seen = {-1, -2};
            // The kernel's buffers fill up, and then it stands still: asked twice, 400 ms apart.
            loop.until(() -> {
                if (System.nanoTime() - seen[1] > Duration.ofMillis(400).toNanos()) {
                    boolean still = written.get() == seen[0] && seen[0] > 0;
                    seen[0] = written.get();
                    seen[1] = System.nanoTime();
                    return still;
                }
                return false;
            });
            assertThat(written.get()).isLessThan(16 << 20);
            long[] read = {0};
            loop.call(() -> {
                Promise<Void> end = Promise.promise();
                answer.body()
                        .handler(data -> read[0] += data.length())
                        .exceptionHandler(end::tryFail)
                        .endHandler(end::tryComplete)
                        .resume();
                return end.future();
            });
            assertThat(read[0]).isEqualTo(total);
        }
    }

    @Test
    void asksTheClientForContentOnlyAsFastAsTheOriginTakesIt() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (ScriptedOrigin origin = ScriptedOrigin.playing(peer -> {
                    peer.head();
                    await(go);
                    for (int left = 64 << 20; left > 0; left -= 1 << 20) {
                        peer.read(1 << 20);
                    }
                    peer.send(OK);
                });
                OnLoop loop = new OnLoop(OnLoop.upstream(origin.target()))) {
            FakeStream content = FakeStream.endless(64 << 20);
            Future<OnLoop.Whole>[] answer = newArray();
            loop.call(() -> {
                answer[0] = loop.origins
                        .exchange(
                                OnLoop.request(
                                        "POST",
                                        "/",
                                        RequestBody.of(content, OptionalLong.of(64 << 20), HeaderFields::empty),
                                        OnLoop.TIMEOUTS),
                                OnLoop.DROP)
                        .answer()
                        .compose(OnLoop::read);
                return Future.succeededFuture();
            });
            loop.until(() -> content.given() > 0 && content.isPaused());
            assertThat(content.given()).isLessThan(16 << 20);
            go.countDown();
            assertThat(loop.call(() -> answer[0]).body()).isEqualTo("hello");
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Future<OnLoop.Whole>[] newArray() {
        return new Future[1];
    }

    @Test
    void switchesProtocolsAndKeepsEarlyBytes() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.playing(peer -> {
                    peer.head();
                    peer.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\nX: y\r\n\r\n"
                            + "early");
                    peer.send("got " + peer.read(4));
                });
                OnLoop loop = new OnLoop(OnLoop.upstream(origin.target()))) {
            StringBuilder got = new StringBuilder();
            UpgradeAnswer answer = loop.call(() ->
                    loop.origins.upgrade(OnLoop.get("/ws"), "echo", OnLoop.DROP).answer());
            assertThat(answer).isInstanceOf(UpgradeAnswer.Switched.class);
            UpgradeAnswer.Switched switched = (UpgradeAnswer.Switched) answer;
            assertThat(switched.protocol()).isEqualTo("echo");
            assertThat(switched.fields()).isEqualTo(HeaderFields.of("X", "y"));
            loop.call(() -> {
                Promise<Void> closed = Promise.promise();
                switched.socket().handler(data -> got.append(data.toString()));
                switched.socket().closeHandler(closed::tryComplete);
                switched.socket().resume();
                return switched.socket().write(Buffer.buffer("ping")).compose(sent -> closed.future());
            });
            assertThat(got.toString()).isEqualTo("earlygot ping");
            assertThat(origin.heads().get(0)).contains("Connection: Upgrade\r\nUpgrade: echo\r\n");
            loop.until(() -> loop.origins.connections() == 0);
        }
    }

    @Test
    void givesTheOrdinaryAnswerToARefusedUpgrade() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.playing(OriginsTest::serveForEver);
                OnLoop loop = new OnLoop(OnLoop.upstream(origin.target()))) {
            UpgradeAnswer answer = loop.call(() -> loop.origins
                    .upgrade(OnLoop.get("/ws"), "websocket", OnLoop.DROP)
                    .answer());
            assertThat(answer).isInstanceOf(UpgradeAnswer.Answered.class);
            assertThat(loop.call(() -> OnLoop.read(((UpgradeAnswer.Answered) answer).answer()))
                            .body())
                    .isEqualTo("hello");
        }
    }
}
