package dev.weir.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.HeaderFields;
import dev.weir.http.ProxyError;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exchanges with origins that break the rules, break off, or don't answer; what they send is in {@code origin-answers.txt}. */
@SuppressWarnings("StringConcatToTextBlock") // octets on the wire, line ends included
class HostileOriginTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    private static void serveForEver(ScriptedOrigin.Peer peer) throws IOException {
        while (!peer.head().isEmpty()) {
            peer.send(OK);
        }
    }

    private static ProxyFailure failureWith(ScriptedOrigin.Script script) throws IOException {
        try (ScriptedOrigin origin = ScriptedOrigin.playing(script);
                OnLoop loop = new OnLoop(OnLoop.upstream(origin.target()))) {
            ProxyFailure failure = loop.failure(OnLoop.get("/"));
            assertThat(failure.source()).isEqualTo(ProxyFailure.Source.ORIGIN);
            assertThat(failure.getStackTrace()).isEmpty();
            loop.until(() -> loop.origins.connections() == 0 && loop.origins.underWay() == 0);
            return failure;
        }
    }

    @Test
    void resetBeforeAnyByte() throws Exception {
        ProxyFailure failure = failureWith(peer -> {
            peer.head();
            peer.reset();
        });
        assertThat(failure.type()).isEqualTo(ProxyError.CONNECTION_TERMINATED);
        assertThat(failure.status()).isEqualTo(502);
    }

    @Test
    void resetWithinABodyThatRunsToTheCloseIsNeverACleanEnd() throws Exception {
        CountDownLatch head = new CountDownLatch(1);
        try (ScriptedOrigin origin = ScriptedOrigin.playing(peer -> {
                    peer.head();
                    peer.send("HTTP/1.0 200 OK\r\n\r\nhalf of");
                    await(head);
                    peer.reset();
                });
                OnLoop loop = new OnLoop(OnLoop.upstream(origin.target()))) {
            ProxyFailure failure = loop.failureOf(() -> loop.origins
                    .exchange(OnLoop.get("/"), OnLoop.DROP)
                    .answer()
                    .compose(answer -> {
                        head.countDown();
                        return OnLoop.read(answer);
                    }));
            assertThat(failure.type()).isEqualTo(ProxyError.HTTP_RESPONSE_INCOMPLETE);
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
    void endlessHeadsAreCutOff() throws Exception {
        assertThat(failureWith(peer -> {
                            peer.head();
                            peer.send("HTTP/1.1 200 OK\r\n");
                            for (int i = 0; i < 100_000; i++) {
                                peer.send("X-" + i + ": aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n");
                            }
                        })
                        .type())
                .isEqualTo(ProxyError.HTTP_RESPONSE_HEADER_SECTION_SIZE);
    }

    @Test
    void floodsOfInterimAnswersAreCutOff() throws Exception {
        assertThat(failureWith(peer -> {
                            peer.head();
                            for (int i = 0; i < 100_000; i++) {
                                peer.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
                            }
                        })
                        .type())
                .isEqualTo(ProxyError.HTTP_PROTOCOL_ERROR);
    }

    @Test
    void bytesOnAnIdleConnectionCloseIt() throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        try (ScriptedOrigin origin = ScriptedOrigin.playing(
                        peer -> {
                            peer.head();
                            peer.send(OK);
                            await(read);
                            peer.send("HTTP/1.1 408 Timeout\r\nContent-Length: 0\r\n\r\n");
                            peer.drain();
                        },
                        HostileOriginTest::serveForEver);
                OnLoop loop = new OnLoop(OnLoop.upstream(origin.target()))) {
            loop.whole(OnLoop.get("/1"));
            read.countDown();
            loop.until(() -> loop.origins.connections() == 0);
            assertThat(loop.whole(OnLoop.get("/2")).body()).isEqualTo("hello");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Upgrade: h2c\r\n", "Upgrade: websocket, h2c\r\n", "Upgrade: websocket2\r\n"})
    void aSwitchToAnythingButWhatWasAskedForIsRefused(String chosen) throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.playing(peer -> {
                    peer.head();
                    peer.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n" + chosen + "\r\n");
                    peer.drain();
                });
                OnLoop loop = new OnLoop(OnLoop.upstream(origin.target()))) {
            ProxyFailure failure = loop.failureOf(() -> loop.origins
                    .upgrade(OnLoop.get("/ws"), "websocket", OnLoop.DROP)
                    .answer());
            assertThat(failure.type()).isEqualTo(ProxyError.HTTP_PROTOCOL_ERROR);
            loop.until(() -> loop.origins.connections() == 0);
        }
    }

    @Test
    void aFinalAnswerWithinTheRequestIsHandedOnAndEndsTheConnection() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.playing(
                        peer -> {
                            peer.head();
                            peer.send("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
                            peer.drain();
                        },
                        HostileOriginTest::serveForEver);
                OnLoop loop = new OnLoop(OnLoop.upstream(origin.target()))) {
            FakeStream content = new FakeStream("abc").staying();
            OnLoop.Whole early = loop.whole(OnLoop.request(
                    "POST", "/", RequestBody.of(content, OptionalLong.of(6), HeaderFields::empty), OnLoop.TIMEOUTS));
            assertThat(early.answer().status()).isEqualTo(413);
            assertThat(early.body()).isEqualTo("no");
            loop.until(() -> loop.origins.connections() == 0);
            assertThat(loop.whole(OnLoop.get("/2")).answer().timings().reused()).isFalse();
        }
    }

    @Test
    void slowHeadsTimeOut() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.playing(peer -> {
                    peer.head();
                    peer.send("HTTP/1.1 200 OK\r\n");
                    peer.drain();
                });
                OnLoop loop = new OnLoop(OnLoop.upstream(origin.target()))) {
            ProxyFailure failure = loop.failure(OnLoop.request(
                    "GET", "/", RequestBody.none(), OnLoop.timeouts(Duration.ofMillis(200), Duration.ofSeconds(10))));
            assertThat(failure.type()).isEqualTo(ProxyError.HTTP_RESPONSE_TIMEOUT);
            assertThat(failure.status()).isEqualTo(504);
            loop.until(() -> loop.origins.connections() == 0);
        }
    }

    @Test
    void aBodyThatStandsStillTimesOutBehindWhatCame() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.playing(peer -> {
                    peer.head();
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello");
                    peer.drain();
                });
                OnLoop loop = new OnLoop(OnLoop.upstream(origin.target()))) {
            StringBuilder got = new StringBuilder();
            ProxyFailure failure = loop.failureOf(() -> loop.origins
                    .exchange(
                            OnLoop.request(
                                    "GET",
                                    "/",
                                    RequestBody.none(),
                                    OnLoop.timeouts(Duration.ofSeconds(10), Duration.ofMillis(200))),
                            OnLoop.DROP)
                    .answer()
                    .compose(answer -> {
                        Promise<Void> end = Promise.promise();
                        answer.body()
                                .handler(data -> got.append(data.toString()))
                                .exceptionHandler(end::tryFail)
                                .endHandler(end::tryComplete)
                                .resume();
                        return end.future();
                    }));
            assertThat(got.toString()).isEqualTo("hello");
            assertThat(failure.type()).isEqualTo(ProxyError.CONNECTION_READ_TIMEOUT);
        }
    }

    @Test
    void trickledAnswersComeWhole() throws Exception {
        String answer = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3\r\nabc\r\n0\r\nX-T: 1\r\n\r\n";
        try (ScriptedOrigin origin = ScriptedOrigin.playing(peer -> {
                    peer.head();
                    for (int i = 0; i < answer.length(); i++) {
                        peer.send(answer.substring(i, i + 1));
                    }
                    serveForEver(peer);
                });
                OnLoop loop = new OnLoop(OnLoop.upstream(origin.target()))) {
            OnLoop.Whole whole = loop.whole(OnLoop.get("/"));
            assertThat(whole.body()).isEqualTo("abc");
            assertThat(whole.answer().trailers().first("X-T")).contains("1");
            assertThat(loop.whole(OnLoop.get("/")).answer().timings().reused()).isTrue();
        }
    }

    @Test
    void refusedConnectionsAreTriedOnTheOtherTarget() throws Exception {
        TargetSpec dead = new TargetSpec("http", "127.0.0.1", ScriptedOrigin.closedPort());
        try (ScriptedOrigin origin = ScriptedOrigin.playing(HostileOriginTest::serveForEver);
                OnLoop loop = new OnLoop(OnLoop.upstream(dead, origin.target()))) {
            FakeStream content = new FakeStream("abc");
            OnLoop.Whole posted = loop.whole(OnLoop.request(
                    "POST", "/", RequestBody.of(content, OptionalLong.of(3), HeaderFields::empty), OnLoop.TIMEOUTS));
            assertThat(posted.answer().timings().retries()).isEqualTo(1);
            for (int i = 0; i < 20; i++) {
                loop.whole(OnLoop.get("/"));
            }
            // Five failures in a row took the dead one out: nobody is sent there any more.
            assertThat(loop.metrics.retries).hasValue(5);
            assertThat(loop.metrics.ejections).hasValue(1);
            assertThat(loop.health.isIn(dead)).isFalse();
        }
    }

    @Test
    void theLastTargetIsNeverTakenOut() throws Exception {
        TargetSpec dead = new TargetSpec("http", "127.0.0.1", ScriptedOrigin.closedPort());
        try (OnLoop loop = new OnLoop(OnLoop.upstream(dead))) {
            for (int i = 0; i < 7; i++) {
                assertThat(loop.failure(OnLoop.get("/")).type()).isEqualTo(ProxyError.CONNECTION_REFUSED);
            }
            assertThat(loop.health.isIn(dead)).isTrue();
            assertThat(loop.metrics.ejections).hasValue(0);
        }
    }

    @Test
    void aGetOnAReusedConnectionThatClosedIsSentOnceMore() throws Exception {
        try (ScriptedOrigin origin =
                        ScriptedOrigin.playing(HostileOriginTest::closeOnSecond, HostileOriginTest::serveForEver);
                OnLoop loop = new OnLoop(OnLoop.upstream(origin.target()))) {
            loop.whole(OnLoop.get("/1"));
            OnLoop.Whole again = loop.whole(OnLoop.get("/2"));
            assertThat(again.body()).isEqualTo("hello");
            assertThat(again.answer().timings().retries()).isEqualTo(1);
            assertThat(again.answer().timings().reused()).isFalse();
        }
    }

    @Test
    void onlyOnceMore() throws Exception {
        try (ScriptedOrigin origin =
                        ScriptedOrigin.playing(HostileOriginTest::closeOnSecond, ScriptedOrigin.Peer::head);
                OnLoop loop = new OnLoop(OnLoop.upstream(origin.target()))) {
            loop.whole(OnLoop.get("/1"));
            assertThat(loop.failure(OnLoop.get("/2")).type()).isEqualTo(ProxyError.CONNECTION_TERMINATED);
            assertThat(origin.connections()).isEqualTo(2);
        }
    }

    @Test
    void aPostOnAReusedConnectionThatClosedIsNotSentAgain() throws Exception {
        try (ScriptedOrigin origin =
                        ScriptedOrigin.playing(HostileOriginTest::closeOnSecond, HostileOriginTest::serveForEver);
                OnLoop loop = new OnLoop(OnLoop.upstream(origin.target()))) {
            loop.whole(OnLoop.get("/1"));
            ProxyFailure failure = loop.failure(OnLoop.request("POST", "/2", RequestBody.none(), OnLoop.TIMEOUTS));
            assertThat(failure.type()).isEqualTo(ProxyError.CONNECTION_TERMINATED);
            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    @Test
    void aGetWhoseAnswerHadBegunIsNotSentAgain() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.playing(
                        peer -> {
                            peer.head();
                            peer.send(OK);
                            peer.head();
                            peer.send("HTTP/1.1 20");
                        },
                        HostileOriginTest::serveForEver);
                OnLoop loop = new OnLoop(OnLoop.upstream(origin.target()))) {
            loop.whole(OnLoop.get("/1"));
            assertThat(loop.failure(OnLoop.get("/2")).type()).isEqualTo(ProxyError.HTTP_RESPONSE_INCOMPLETE);
            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    private static void closeOnSecond(ScriptedOrigin.Peer peer) throws IOException {
        peer.head();
        peer.send(OK);
        peer.head();
        peer.reset();
    }

    @Test
    void whatAClientSendsCanNeitherSplitARequestNorCostAConnection() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.playing(HostileOriginTest::serveForEver);
                OnLoop loop = new OnLoop(OnLoop.upstream(origin.target()))) {
            List<OriginRequest> bad = new ArrayList<>();
            for (String target :
                    List.of("/ HTTP/1.1\r\nX: y", "/\n", "/a b", "x", "", "http://a/", "/a#b", "/\u0100")) {
                bad.add(OnLoop.request("GET", target, RequestBody.none(), OnLoop.TIMEOUTS));
            }
            for (String method : List.of("", "G T", "GET\r\n", "G:T")) {
                bad.add(OnLoop.request(method, "/", RequestBody.none(), OnLoop.TIMEOUTS));
            }
            for (String value : List.of("a\r\nX: y", "a\nb", "a\u0000b", "a\u007f", "\u0100")) {
                bad.add(OnLoop.with(OnLoop.get("/"), HeaderFields.of("Host", "site.test", "X", value)));
                bad.add(OnLoop.with(OnLoop.get("/"), HeaderFields.of("Host", value)));
            }
            for (String name : List.of("", "a b", "a:", "a\r\n", "\u00e9")) {
                bad.add(OnLoop.with(OnLoop.get("/"), HeaderFields.of("Host", "site.test", name, "v")));
            }
            bad.add(OnLoop.with(OnLoop.get("/"), HeaderFields.of("Host", "a", "Host", "b")));
            for (OriginRequest request : bad) {
                ProxyFailure failure = loop.failure(request);
                assertThat(failure.type()).isEqualTo(ProxyError.HTTP_REQUEST_ERROR);
                assertThat(failure.source()).isEqualTo(ProxyFailure.Source.CLIENT);
            }
            assertThat(bad).hasSizeGreaterThan(2 * OnLoop.LIMITS.connections());
            assertThat(origin.connections()).isZero();
            assertThat(loop.whole(OnLoop.get("/")).body()).isEqualTo("hello");
        }
    }

    @Test
    void aClientThatBreaksOffItsContentEndsTheExchange() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.playing(ScriptedOrigin.Peer::drain);
                OnLoop loop = new OnLoop(OnLoop.upstream(origin.target()))) {
            FakeStream content = new FakeStream("abc").breaking();
            ProxyFailure failure = loop.failure(OnLoop.request(
                    "POST", "/", RequestBody.of(content, OptionalLong.empty(), HeaderFields::empty), OnLoop.TIMEOUTS));
            assertThat(failure.isAborted()).isTrue();
            assertThat(failure.source()).isEqualTo(ProxyFailure.Source.CLIENT);
            loop.until(() -> loop.origins.connections() == 0);
        }
    }

    @Test
    void contentOfAnotherLengthThanAnnouncedIsNotSent() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.playing(ScriptedOrigin.Peer::drain);
                OnLoop loop = new OnLoop(OnLoop.upstream(origin.target()))) {
            for (long announced : new long[] {2, 4}) {
                ProxyFailure failure = loop.failure(OnLoop.request(
                        "POST",
                        "/",
                        RequestBody.of(new FakeStream("abc"), OptionalLong.of(announced), HeaderFields::empty),
                        OnLoop.TIMEOUTS));
                assertThat(failure.type()).isEqualTo(ProxyError.HTTP_REQUEST_ERROR);
            }
            loop.until(() -> loop.origins.connections() == 0);
        }
    }

    @Test
    void abortingClosesTheConnectionBeforeAndWithinAnAnswer() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.playing(ScriptedOrigin.Peer::drain, peer -> {
                    peer.head();
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello");
                    peer.drain();
                });
                OnLoop loop = new OnLoop(OnLoop.upstream(origin.target()))) {
            ProxyFailure failure = loop.failureOf(() -> {
                OriginCall<OriginAnswer> call = loop.origins.exchange(OnLoop.get("/"), OnLoop.DROP);
                loop.vertx.setTimer(50, id -> call.abort());
                return call.answer();
            });
            assertThat(failure.isAborted()).isTrue();
            loop.call(() ->
                    loop.origins.exchange(OnLoop.get("/"), OnLoop.DROP).answer().onSuccess(OriginAnswer::abort));
            loop.until(() -> loop.origins.connections() == 0 && loop.origins.underWay() == 0);
        }
    }

    @Test
    void anUnknownNameFailsAndAnAnswerAfterTheBodyIsNotWaitedFor() throws Exception {
        try (OnLoop loop = new OnLoop(OnLoop.upstream(new TargetSpec("http", "nowhere.invalid", 80)))) {
            ProxyFailure failure = loop.failure(OnLoop.get("/"));
            assertThat(failure.type())
                    .isIn(ProxyError.DNS_ERROR, ProxyError.DNS_TIMEOUT, ProxyError.CONNECTION_TIMEOUT);
            Future<?> unknown = loop.call(() -> Future.succeededFuture(loop.origins
                    .exchange(
                            new OriginRequest(
                                    "GET",
                                    "/",
                                    HeaderFields.empty(),
                                    new Destination.Group("other"),
                                    RequestBody.none(),
                                    OnLoop.TIMEOUTS,
                                    OriginRequest.Host.CLIENT),
                            OnLoop.DROP)
                    .answer()));
            assertThat(unknown.failed()).isTrue();
        }
    }
}
