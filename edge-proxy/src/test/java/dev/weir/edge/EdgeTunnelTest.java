package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The forward listener, CONNECT and Upgrade, and how an edge drains. */
class EdgeTunnelTest {
    @TempDir
    private Path directory;

    private final Origin origin = new Origin();
    private EdgeRig edge;

    @BeforeEach
    void start() throws IOException {
        edge = EdgeRig.withTls(directory, """
                routes: [{ host: "*", path: /, upstream: site }]
                upstreams: { site: { targets: ["http://127.0.0.1:%1$d"] } }
                forward: { ports: { connect: [%1$d], plain: [%1$d] }, destinations: { private: deny, allow: [127.0.0.1/32] } }
                """.formatted(origin.port()));
    }

    @AfterEach
    void stop() throws IOException {
        edge.settles();
        edge.close();
        origin.close();
    }

    /** A script for a connection that is not HTTP: sends back in capitals all that comes. */
    private static void shout(Origin.Peer peer) throws IOException {
        byte[] piece = new byte[1024];
        int n;
        while ((n = peer.in().read(piece)) >= 0) {
            peer.send(new String(piece, 0, n, StandardCharsets.ISO_8859_1).toUpperCase(Locale.ROOT));
        }
    }

    private String authority() {
        return "127.0.0.1:" + origin.port();
    }

    private RawClient connected() throws IOException {
        RawClient client = edge.proxyClient();
        client.sends("CONNECT " + authority() + " HTTP/1.1\r\nHost: " + authority() + "\r\n\r\n");
        assertThat(client.head()).startsWith("HTTP/1.1 200 ");
        return client;
    }

    @Test
    void forwardsToAnAllowedDestinationWithoutTellingOfTheClient() throws IOException {
        origin.serves("/a?q=1", "Cache-Control: max-age=60\r\n", "hello");
        try (RawClient client = edge.proxyClient()) {
            for (int i = 0; i < 2; i++) {
                client.sends("GET http://" + authority() + "/a?q=1 HTTP/1.1\r\nHost: ignored.test\r\n"
                        + "Proxy-Connection: keep-alive\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n");
                assertThat(client.answer()).startsWith("HTTP/1.1 200 ").endsWith("hello");
            }
        }
        assertThat(origin.heads).hasSize(1);
        assertThat(origin.heads.get(0))
                .startsWith("GET /a?q=1 HTTP/1.1\r\n")
                .containsIgnoringCase("host: " + authority())
                .contains("Via: 1.1 weir")
                .doesNotContain("192.0.2.1")
                .doesNotContainIgnoringCase("forwarded")
                .doesNotContainIgnoringCase("proxy-connection");
    }

    @Test
    void refusesDestinationsThatAreNeverDialled() throws IOException {
        try (RawClient client = edge.proxyClient()) {
            client.sends("GET http://127.0.0.2:" + origin.port() + "/ HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.answer()).startsWith("HTTP/1.1 403 ").contains("Proxy-Status: weir; error=");
        }
        JsonObject record = edge.records(1).get(0);
        assertThat(record.getString("termination")).isEqualTo("denied");
        assertThat(edge.number("denied")).isEqualTo(1);
        assertThat(edge.number("failed")).isZero();
        assertThat(edge.number("latency-p99-us")).isPositive();
    }

    @Test
    void aTunnelPassesEarlyAndLaterOctets() throws IOException {
        origin.on("/", EdgeTunnelTest::shout);
        try (RawClient client = edge.proxyClient()) {
            String early = "GET / HTTP/1.1\r\nHost: x\r\n\r\nearly";
            client.sends("CONNECT " + authority() + " HTTP/1.1\r\nHost: " + authority() + "\r\n\r\n" + early);
            assertThat(client.head()).startsWith("HTTP/1.1 200 ").doesNotContainIgnoringCase("content-length");
            assertThat(client.until("EARLY")).isEqualTo("EARLY");
            client.sends("later");
            assertThat(client.until("LATER")).isEqualTo("LATER");
            EdgeRig.until(() -> edge.number("tunnels") == 1);
            assertThat(edge.number("open")).isZero();
            client.endsOutput();
            assertThat(client.rest()).isEmpty();
        }
        List<JsonObject> records = edge.records(2);
        assertThat(records).extracting(record -> record.getString("kind")).containsExactly("exchange", "tunnel");
        assertThat(records.get(0).getInteger("http.response.status_code")).isEqualTo(200);
        assertThat(records.get(1).getString("request_id"))
                .isEqualTo(records.get(0).getString("request_id"));
        assertThat(edge.number("requests")).isEqualTo(1);
    }

    @Test
    void nothingFollowsARefusedConnect() throws IOException {
        try (RawClient client = edge.proxyClient()) {
            client.sends("CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: 127.0.0.1:22\r\n\r\nGET http://" + authority()
                    + "/smuggled HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.answer()).startsWith("HTTP/1.1 403 ");
            assertThat(client.rest()).isIn("", "<reset>");
        }
        assertThat(origin.heads).isEmpty();
        assertThat(edge.records(1)).hasSize(1);
    }

    @Test
    void aChangeOfPolicyCutsWhatItForbids() throws IOException {
        origin.on("/", EdgeTunnelTest::shout);
        try (RawClient client = connected()) {
            client.sends("GET / HTTP/1.1\r\n\r\nhere");
            client.until("HERE");
            edge.enforce(
                    "rules: [{ name: types, when: { response-type: [image/png] }, then: deny }]\ndefault: allow\n");
            client.sends("still");
            client.until("STILL");
            edge.enforce("rules: [{ name: no, when: { listener: egress }, then: deny }]\ndefault: allow\n");
            assertThat(client.rest()).isIn("", "<reset>");
        }
        EdgeRig.until(() -> edge.records.size() == 2);
        assertThat(edge.records.get(1).getString("termination")).contains("policy");
    }

    @Test
    void anUpgradePassesOctetsBothWays() throws IOException {
        origin.on("/ws", peer -> {
            peer.send("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
            peer.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n");
            peer.send("Sec-WebSocket-Accept: yes\r\n\r\nhi");
            shout(peer);
        });
        try (RawClient client = edge.client()) {
            client.sends("GET /ws HTTP/1.1\r\nHost: site.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n");
            client.sends("Sec-WebSocket-Key: k\r\n\r\nearly");
            assertThat(client.head()).startsWith("HTTP/1.1 102 ");
            assertThat(client.head()).startsWith("HTTP/1.1 103 ").containsIgnoringCase("\r\nlink: </a>\r\n");
            assertThat(client.head())
                    .startsWith("HTTP/1.1 101 ")
                    .containsIgnoringCase("upgrade: websocket")
                    .containsIgnoringCase("connection: upgrade")
                    .contains("Sec-WebSocket-Accept: yes");
            assertThat(client.until("EARLY")).isEqualTo("hiEARLY");
            client.sends("later");
            assertThat(client.until("LATER")).isEqualTo("LATER");
        }
        assertThat(origin.heads.get(0))
                .containsIgnoringCase("connection: upgrade")
                .containsIgnoringCase("upgrade: websocket")
                .contains("Sec-WebSocket-Key: k");
        assertThat(edge.records(2).get(0).getInteger("http.response.status_code"))
                .isEqualTo(101);
        assertThat(edge.number("requests")).isEqualTo(1);
    }

    @Test
    void theOriginsEndReachesAClientOverTls() throws IOException {
        CompletableFuture<String> late = new CompletableFuture<>();
        origin.on("/ws", peer -> {
            peer.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nbye");
            peer.endsOutput();
            late.complete(peer.until("late"));
        });
        try (RawClient client = RawClient.overTls(edge.tls)) {
            client.sends("GET /ws HTTP/1.1\r\nHost: site.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 101 ");
            assertThat(client.rest()).isEqualTo("bye");
            client.sends("late");
            assertThat(late.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo("late");
        }
    }

    /** Whatever the origin makes of the word: what follows are requests, each with its own rules and record. */
    @ParameterizedTest
    @ValueSource(strings = {"h2c", "H2C/1", "\"h2c\"", "h2c;x", "h2c-14", "h2", "HTTP/2.0", "HTTP/2", "TLS/1.0", "x y"})
    void thereIsNoTunnelToAnotherHttp(String protocol) throws IOException {
        origin.on("/u", peer -> {
            peer.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: " + protocol + "\r\n\r\n");
            shout(peer);
        });
        origin.serves("/v", "", "plain");
        origin.serves("/next", "", "behind");
        String upgrade = " HTTP/1.1\r\nHost: site.test\r\nConnection: Upgrade\r\nUpgrade: " + protocol + "\r\n\r\n";
        String next = "GET /next HTTP/1.1\r\nHost: site.test\r\n\r\n";
        try (RawClient client = edge.client()) {
            client.sends("GET /u" + upgrade + next + "GET /v" + upgrade + next);
            assertThat(client.answer()).startsWith("HTTP/1.1 502 ");
            assertThat(client.answer()).startsWith("HTTP/1.1 200 ").endsWith("behind");
            assertThat(client.answer()).startsWith("HTTP/1.1 200 ").endsWith("plain");
            assertThat(client.answer()).startsWith("HTTP/1.1 200 ").endsWith("behind");
        }
        assertThat(origin.heads)
                .hasSize(4)
                .noneMatch(head -> head.toLowerCase(Locale.ROOT).contains("upgrade"));
        assertThat(edge.records(4))
                .extracting(record -> record.getInteger("http.response.status_code"))
                .containsExactly(502, 200, 200, 200);
    }

    @Test
    void anUpgradeDoesNotEscapeRulesOnTheTypeOfAnswers() throws IOException {
        edge.enforce("""
            rules: [{ name: pages, when: { response-type: [text/html] }, then: allow }]
            default: deny
            """);
        origin.on("/ws", peer -> {
            peer.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
            shout(peer);
        });
        try (RawClient client = edge.client()) {
            client.sends("GET /ws HTTP/1.1\r\nHost: site.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
            assertThat(client.answer()).startsWith("HTTP/1.1 403 ");
        }
    }

    @Test
    void anUpgradeThatIsNotWantedIsAnOrdinaryAnswer() throws IOException {
        origin.serves("/ws", "Cache-Control: max-age=60\r\n", "plain");
        String upgrade = "GET /ws HTTP/1.1\r\nHost: site.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
        try (RawClient client = edge.client()) {
            assertThat(client.sends(upgrade).answer())
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("plain");
            client.sends("GET /ws HTTP/1.1\r\nHost: site.test\r\n\r\n");
            assertThat(client.answer()).endsWith("plain");
            // What is stored doesn't answer who wants to change the protocol.
            assertThat(client.sends(upgrade).answer()).doesNotContain("; hit").endsWith("plain");
        }
        assertThat(origin.heads("/ws")).hasSize(3);
    }

    @Test
    void drainingLetsWhatIsUnderWayFinish() throws IOException {
        CountDownLatch release = new CountDownLatch(1);
        origin.on("/slow", peer -> {
            try {
                assertThat(release.await(15, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            peer.send(Origin.ok("", "done"));
        });
        try (RawClient client = edge.client()) {
            client.sends("GET /slow HTTP/1.1\r\nHost: site.test\r\n\r\n");
            EdgeRig.until(() -> origin.heads.size() == 1);
            Future<Void> drained = edge.drain();
            EdgeRig.until(() -> {
                try (RawClient late = edge.client()) {
                    late.sends("GET /late HTTP/1.1\r\nHost: site.test\r\n\r\n");
                    return late.rest().isEmpty();
                } catch (IOException refused) {
                    return true;
                }
            });
            release.countDown();
            assertThat(client.answer())
                    .containsIgnoringCase("connection: close")
                    .endsWith("done");
            assertThat(client.rest()).isEmpty();
            EdgeRig.await(drained);
        }
        assertThat(edge.record("/slow").getString("termination")).isEqualTo("complete");
    }
}
