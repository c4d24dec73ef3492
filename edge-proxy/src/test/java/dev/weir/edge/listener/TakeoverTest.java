package dev.weir.edge.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TakeoverTest {
    private static final String CONNECT = "CONNECT %s:443 HTTP/1.1\r\nHost: %s:443\r\n\r\n";
    private static final String UPGRADE =
            "GET /%s HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
    private TestEdge edge;

    @BeforeEach
    void open() {
        edge = TestEdge.clear(TakeoverTest::route);
    }

    @AfterEach
    void close() {
        edge.close();
    }

    /** What has "good" in its target becomes a tunnel that echoes, a little later; the rest is refused or answered. */
    private static void route(TestEdge edge, HttpServerRequest request) {
        edge.requests.add(request.method() + " " + request.uri());
        if (request.uri().contains("good")) {
            request.pause();
            edge.vertx.setTimer(
                    30,
                    dialled -> Takeover.accept(request)
                            .onSuccess(TakeoverTest::echo)
                            .onFailure(edge.failures::add));
        } else if (request.method().equals(HttpMethod.CONNECT)) {
            edge.vertx.setTimer(
                    30,
                    dialled -> request.response()
                            .setStatusCode(502)
                            .end("<refused>")
                            .onFailure(edge.failures::add));
        } else {
            request.response().end("<plain>").onFailure(edge.failures::add);
        }
    }

    private static void echo(NetSocket socket) {
        socket.handler(bytes -> {
            if (bytes.toString().endsWith("bye")) {
                socket.end(bytes);
            } else {
                socket.write(bytes);
            }
        });
        socket.resume();
    }

    @Test
    void deliversWhatCameBehindAnAcceptedConnect() throws Exception {
        try (RawClient client = edge.client()) {
            client.sends(CONNECT.formatted("good", "good") + "early\0" + SMUGGLED)
                    .receivesUntil("early\0" + SMUGGLED);
            String all = client.sends("later, bye").receivesAll();
            assertThat(all).startsWith("HTTP/1.1 200 ").endsWith("early\0" + SMUGGLED + "later, bye");
            assertThat(all.substring(0, all.indexOf("early")))
                    .endsWith("\r\n\r\n")
                    .doesNotContain("chunked");
            assertThat(edge.noted()).containsExactly("CONNECT good:443");
        }
    }

    @Test
    void deliversWhatComesLaterAndOctetByOctet() throws Exception {
        try (RawClient client = edge.client()) {
            client.sends(SMUGGLED).receivesUntil("<plain>");
            client.sendsEachOctet(CONNECT.formatted("good", "good")).receivesUntil("HTTP/1.1 200 OK\r\n\r\n");
            assertThat(client.sends("\u0016\u0003\u0001" + SMUGGLED + "bye").receivesAll())
                    .endsWith("\u0016\u0003\u0001" + SMUGGLED + "bye");
            assertThat(edge.noted()).containsExactly("GET /smuggled", "CONNECT good:443");
        }
    }

    @Test
    void deliversMoreEarlyBytesThanTheHoldTakes() throws Exception {
        try (RawClient client = edge.client()) {
            String much = "x".repeat(900_000);
            Thread sender = new Thread(() -> {
                try {
                    client.sends(CONNECT.formatted("good", "good") + much + "bye");
                } catch (java.io.IOException e) {
                    edge.failures.add(e);
                }
            });
            sender.start();
            String all = client.receivesAll();
            sender.join(10_000);
            assertThat(all).endsWith("xbye").hasSizeGreaterThan(900_000);
            assertThat(edge.failures).isEmpty();
        }
    }

    @Test
    void dropsWhatCameBehindARefusedConnectAndCloses() throws Exception {
        try (RawClient client = edge.client()) {
            String all =
                    client.sends(CONNECT.formatted("bad", "bad") + SMUGGLED).receivesAll();
            assertThat(all).startsWith("HTTP/1.1 502 ").endsWith("<refused>").containsIgnoringCase("connection: close");
            assertThat(edge.noted()).containsExactly("CONNECT bad:443");
        }
    }

    @Test
    void dropsWhatComesAfterTheRefusalToo() throws Exception {
        try (RawClient client = edge.client()) {
            client.sends(CONNECT.formatted("bad", "bad")).receivesUntil("<refused>");
            assertThat(client.receivesAll()).endsWith("<refused>");
            assertThat(edge.noted()).containsExactly("CONNECT bad:443");
        }
    }

    @Test
    void deliversWhatCameBehindAnAcceptedUpgrade() throws Exception {
        try (RawClient client = edge.client()) {
            String all = client.sends(UPGRADE.formatted("good") + "\u0081\u0003" + SMUGGLED + "bye")
                    .receivesAll();
            assertThat(all).startsWith("HTTP/1.1 101 ").endsWith("\r\n\r\n\u0081\u0003" + SMUGGLED + "bye");
            assertThat(edge.noted()).containsExactly("GET /good");
        }
    }

    @Test
    void readsOnAfterAnUpgradeThatWasNotTaken() throws Exception {
        try (RawClient client = edge.client()) {
            client.sends(UPGRADE.formatted("plain") + SMUGGLED).receivesUntil("<plain>HTTP/1.1 200");
            assertThat(edge.noted()).containsExactly("GET /plain", "GET /smuggled");
        }
        try (RawClient client = edge.client()) {
            String all =
                    client.sends(UPGRADE.formatted("plain") + "\u0081\u0003abc").receivesAll();
            assertThat(all).contains("<plain>HTTP/1.1 400 ");
        }
    }
}
