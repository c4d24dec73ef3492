package dev.weir.edge.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExchangeTest {
    private static final String GET = "GET /%s HTTP/1.1\r\nHost: a\r\n\r\n";
    private TestEdge edge = TestEdge.clear();

    @AfterEach
    void close() {
        edge.close();
    }

    private void reopen(java.util.function.BiConsumer<TestEdge, HttpServerRequest> entry) {
        edge.close();
        edge = TestEdge.clear(entry);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void answersPipelinedRequestsInOrder(boolean nio) throws Exception {
        edge.close();
        edge = new TestEdge(
                nio,
                TestEdge.config(java.util.Optional.empty(), TestEdge.TIMEOUTS, TestEdge.LIMITS),
                ExchangeTest::answerOddOnesLater);
        try (RawClient client = edge.client()) {
            client.sends(GET.formatted(1)
                    + "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
                    + "POST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "3\r\nabc\r\n2;x=\"y\"\r\nde\r\n0\r\nX: y\r\n\r\n"
                    + GET.formatted(4)
                    + "GET /5 HTTP/1.0\r\nHost: a\r\n\r\n");
            String all = client.receivesAll();
            assertThat(edge.noted()).containsExactly("GET /1 ", "POST /2 hello", "POST /3 abcde", "GET /4 ", "GET /5 ");
            assertThat(all)
                    .containsSubsequence("<GET /1 >", "<POST /2 hello>", "<POST /3 abcde>", "<GET /4 >", "<GET /5 >");
            assertThat(edge.refusals).isEmpty();
        }
    }

    private static void answerOddOnesLater(TestEdge edge, HttpServerRequest request) {
        if (Integer.parseInt(request.path().substring(1)) % 2 == 0) {
            TestEdge.echo(edge, request);
        } else {
            request.pause();
            edge.vertx.setTimer(20, fired -> {
                TestEdge.echo(edge, request);
                request.resume();
            });
        }
    }

    @Test
    void runsNothingBehindAnAnswerThatCloses() throws Exception {
        reopen((e, request) -> {
            request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            TestEdge.echo(e, request);
        });
        try (RawClient client = edge.client()) {
            String all = client.sends(GET.formatted(1) + GET.formatted(2)).receivesAll();
            assertThat(all).endsWith("<GET /1 >");
            assertThat(edge.noted()).containsExactly("GET /1 ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"close", "x, Close", "keep-alive, close"})
    void runsNothingBehindARequestThatCloses(String connection) throws Exception {
        try (RawClient client = edge.client()) {
            client.sends("GET /1 HTTP/1.1\r\nHost: a\r\nConnection: " + connection + "\r\n\r\n" + GET.formatted(2));
            assertThat(client.receivesAll()).endsWith("<GET /1 >");
            assertThat(edge.noted()).containsExactly("GET /1 ");
        }
    }

    @Test
    void keepsAnEarlyAnswersUnreadBodyApartFromTheNextRequest() throws Exception {
        reopen((e, request) -> {
            e.requests.add(request.uri());
            request.response().end("<" + request.uri() + ">").onFailure(e.failures::add);
        });
        try (RawClient client = edge.client()) {
            client.sends("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 40\r\n\r\n")
                    .receivesUntil("</1>");
            String body = GET.formatted("smuggled") + " ".repeat(40);
            client.sends(body.substring(0, 40) + GET.formatted(2)).receivesUntil("</2>");
            assertThat(edge.noted()).containsExactly("/1", "/2");
        }
    }

    @Test
    void givesUpAnUnreadBodyThatGoesOnTooLong() throws Exception {
        reopen((e, request) -> request.response().end("<early>").onFailure(e.failures::add));
        try (RawClient client = edge.client()) {
            client.sends("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n")
                    .receivesUntil("<early>");
            client.sends("x".repeat(800_000));
            assertThat(client.receivesAll()).endsWith("<early>");
        }
    }

    @Test
    void failsARunningRequestWhoseBodyTurnsOutMalformed() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch failed = new CountDownLatch(1);
        reopen((e, request) -> {
            running.countDown();
            request.exceptionHandler(failure -> {
                e.failures.add(failure);
                failed.countDown();
            });
            request.handler(piece -> e.requests.add(piece.toString()));
        });
        try (RawClient client = edge.client()) {
            client.sends("POST /1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
            assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
            String all = client.sends("zz\r\n" + GET.formatted("smuggled")).receivesAll();
            assertThat(all).startsWith("HTTP/1.1 400 ");
            assertThat(failed.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(edge.noted()).containsExactly("hello");
            assertThat(edge.failures.peek()).isInstanceOf(MalformedRequestException.class);
        }
    }

    @Test
    void cutsAnAnswerThatHasBegunWhenItsRequestTurnsOutMalformed() throws Exception {
        reopen((e, request) -> {
            request.response().setChunked(true).write("begun").onFailure(e.failures::add);
            request.exceptionHandler(e.failures::add);
        });
        try (RawClient client = edge.client()) {
            client.sends("POST /1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
                    .receivesUntil("begun");
            String all = client.sends("zz\r\n").receivesAll();
            assertThat(all).startsWith("HTTP/1.1 200 ").doesNotContain("\r\n0\r\n", "400");
        }
    }

    @Test
    void takesInterimAnswersForWhatTheyAre() throws Exception {
        reopen((e, request) -> {
            request.response().writeContinue().onFailure(e.failures::add);
            TestEdge.echo(e, request);
        });
        try (RawClient client = edge.client()) {
            client.sends("POST /1 HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
                    .receivesUntil("HTTP/1.1 100 Continue\r\n\r\n");
            client.sends("hi" + GET.formatted(2)).receivesUntil("<GET /2 >");
            assertThat(edge.noted()).containsExactly("POST /1 hi", "GET /2 ");
        }
    }

    @Test
    void hidesTheUpgradeToHttp2() throws Exception {
        reopen((e, request) -> {
            e.requests.add(request.version() + " " + request.getHeader("Upgrade") + " "
                    + request.getHeader("HTTP2-Settings") + " " + request.getHeader("Connection"));
            request.response().end("<done>").onFailure(e.failures::add);
        });
        try (RawClient client = edge.client()) {
            String h2c = """
                    GET / HTTP/%s\r
                    Host: a\r
                    Connection: Upgrade, HTTP2-Settings\r
                    HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r
                    Upgrade: %s\r
                    \r
                    """;
            client.sends(h2c.formatted("1.1", "h2c")
                            + h2c.formatted("1.1", "websocket, H2C")
                            + h2c.formatted("1.1", "h2c/1, \"h2c\"")
                            + h2c.formatted("1.0", "websocket"))
                    .receivesAll();
            assertThat(edge.noted())
                    .containsExactly(
                            "HTTP_1_1 null null HTTP2-Settings",
                            "HTTP_1_1 websocket null Upgrade, HTTP2-Settings",
                            "HTTP_1_1 null null HTTP2-Settings",
                            "HTTP_1_0 null null HTTP2-Settings");
        }
    }

    @Test
    void streamsALargeBodyThroughABoundedHold() throws Exception {
        try (RawClient client = edge.client()) {
            StringBuilder many = new StringBuilder();
            for (int i = 0; i < 3_000; i++) {
                many.append("POST /").append(i).append(" HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n");
                many.append("x".repeat(100));
            }
            many.append("GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            Thread sender = new Thread(() -> {
                try {
                    client.sends(many.toString());
                } catch (java.io.IOException e) {
                    edge.failures.add(e);
                }
            });
            sender.start();
            assertThat(client.receivesAll()).endsWith("<GET /last >");
            sender.join(10_000);
            assertThat(edge.requests).hasSize(3_001);
            assertThat(edge.failures).isEmpty();
        }
    }
}
