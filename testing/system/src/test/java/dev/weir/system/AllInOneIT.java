package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketConnectOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything in one JVM, as somebody who has just cloned the repository meets it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class AllInOneIT {
    private static final String OPEN = "rules: []\n";
    private static final String CLOSED = """
            rules:
              - { name: no-entry, when: { path: /closed/ }, then: deny }
            """;
    private static final Duration POLICY_ACTS = Duration.ofSeconds(5);
    private static final long LONG_BODY = 20L << 20;

    private final Vertx vertx = Vertx.vertx();
    private final Client client = new Client(vertx);
    private Origin origin;
    private BrokenOrigin shortBody;
    private BrokenOrigin brokenChunk;
    private AllInOne weir;

    @RegisterExtension
    private final Evidence evidence = new Evidence(() -> weir.process().tail());

    AllInOneIT(@TempDir Path directory) throws Exception {
        origin = new Origin(vertx);
        shortBody = new BrokenOrigin(
                "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\nCache-Control: max-age=60\r\n\r\n" + "x".repeat(3_000));
        brokenChunk =
                new BrokenOrigin("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nCache-Control: max-age=60\r\n\r\n"
                        + "bb8\r\n" + "x".repeat(3_000) + "\r\nzz\r\n");
        Map<String, Address> upstreams =
                Map.of("/", origin.address(), "/short/", shortBody.address(), "/chunk/", brokenChunk.address());
        weir = AllInOne.start(directory, upstreams, OPEN, """
                cache:
                  rules: [{ name: tracked, paths: /cache/ruled/, ttl: { of: 5m }, query: { drop: ["utm_*"], sort: true } }]
                """);
    }

    @BeforeAll
    void isReady() throws Exception {
        assertThat(AllInOne.status(weir.admin(), "/livez")).isEqualTo(200);
    }

    @AfterAll
    void endAll() throws Exception {
        weir.close();
        client.close();
        origin.close();
        shortBody.close();
        brokenChunk.close();
        var unusedClose = vertx.close();
    }

    @Test
    void secondAnswerComesFromTheCache() throws Exception {
        Answer first = client.get(weir.web(), "/cache/twice");
        Answer second = client.get(weir.web(), "/cache/twice");
        assertThat(first.status()).isEqualTo(200);
        assertThat(first.isHit()).as(first.field("Cache-Status")).isFalse();
        assertThat(second.isHit()).as(second.field("Cache-Status")).isTrue();
        assertThat(second.body()).isEqualTo(Bodies.of("/cache/twice"));
        assertThat(second.field("Age")).isNotEmpty();
        assertThat(origin.fetches("/cache/twice")).isEqualTo(1);
    }

    @Test
    void explainsWhatIsStoredAndWhatIsNot() throws Exception {
        Answer stored = client.get(weir.web(), "/cache/explained");
        assertThat(stored.status()).isEqualTo(200);
        WeirProcess.Ended explained = explain("/cache/explained");
        assertThat(explained.said())
                .contains("listener    web, reverse")
                .contains("rules       allowed, by rule")
                .contains("answers: it is fresh (fresh)")
                .contains("stored      200, " + stored.body().length() + " bytes");
        assertThat(explained.exit()).isZero();
        assertThat(client.get(weir.web(), "/pass/explained").status()).isEqualTo(200);
        assertThat(explain("/pass/explained").said()).contains("not stored  the last answer, ");
        assertThat(origin.fetches("/cache/explained")).isEqualTo(1);
        assertThat(explain("/a b").exit()).isEqualTo(2);
    }

    @Test
    void aRuleIsSaidAndAPurgeFindsEverySpelling() throws Exception {
        assertThat(client.get(weir.web(), "/cache/ruled/a?b=2&utm_x=1&a=1").isHit())
                .isFalse();
        Answer hit = client.get(weir.web(), "/cache/ruled/a?a=1&b=2");
        assertThat(hit.isHit()).isTrue();
        assertThat(hit.field("Cache-Status")).endsWith("; detail=rule:tracked");
        assertThat(explain("/cache/ruled/a?b=2&a=1").said())
                .contains("rule        tracked of cache.rules")
                .contains("answers: it is fresh (fresh)")
                // From when the answer came: its age then is added.
                .containsPattern("\\(lifetime 3\\d\\d s by rule\\)");
        WeirProcess.Ended purged = WeirProcess.run(
                Path.of("."),
                Duration.ofSeconds(30),
                "purge",
                "http://" + Client.SITE + "/cache/ruled/a?utm_y&b=2&a=1",
                "--state",
                weir.state().toString(),
                "--admin",
                weir.admin().url(""));
        assertThat(purged.exit()).as(purged.said()).isZero();
        assertThat(client.get(weir.web(), "/cache/ruled/a?a=1&b=2").isHit()).isFalse();
        assertThat(origin.fetches("/cache/ruled/a")).isEqualTo(2);
    }

    private WeirProcess.Ended explain(String path) throws Exception {
        return WeirProcess.run(
                Path.of("."),
                Duration.ofSeconds(30),
                "explain",
                "http://" + Client.SITE + path,
                "--listener",
                "web",
                "--admin",
                weir.admin().url(""));
    }

    @Test
    void oneUsersAnswerIsNotAnothers() throws Exception {
        for (String path : List.of("/private/page", "/pass/page")) {
            for (int i = 1; i <= 2; i++) {
                assertThat(client.get(weir.web(), path).isHit()).isFalse();
                assertThat(origin.fetches(path)).isEqualTo(i);
            }
        }
        Map<String, String> authorised = Map.of("Authorization", "Basic dTpw");
        assertThat(client.get(weir.web(), "/cache/authorised", authorised).status())
                .isEqualTo(200);
        assertThat(client.get(weir.web(), "/cache/authorised").isHit()).isFalse();
        assertThat(origin.fetches("/cache/authorised")).isEqualTo(2);
    }

    @Test
    void variantsAreKeptApart() throws Exception {
        for (int i = 0; i < 2; i++) {
            for (String kind : List.of("a", "b")) {
                Answer answer = client.get(weir.web(), "/vary/page", Map.of("X-Kind", kind));
                assertThat(answer.body()).isEqualTo(Bodies.of("/vary/page" + kind));
                assertThat(answer.isHit()).isEqualTo(i == 1);
            }
        }
        assertThat(origin.fetches("/vary/page")).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET http://127.0.0.1:8099/ HTTP/1.1\r\nHost: 127.0.0.1:8099",
                "GET http://localhost:8099/ HTTP/1.1\r\nHost: localhost:8099",
                "GET http://[::1]:8099/ HTTP/1.1\r\nHost: [::1]:8099",
                "GET http://[::ffff:127.0.0.1]/ HTTP/1.1\r\nHost: [::ffff:127.0.0.1]",
                "GET http://10.0.0.1/ HTTP/1.1\r\nHost: 10.0.0.1",
                "GET http://169.254.169.254/ HTTP/1.1\r\nHost: 169.254.169.254",
                "GET http://192.0.2.1:22/ HTTP/1.1\r\nHost: 192.0.2.1:22",
                "CONNECT 192.0.2.1:22 HTTP/1.1\r\nHost: 192.0.2.1:22",
                "CONNECT 127.0.0.1:443 HTTP/1.1\r\nHost: 127.0.0.1:443",
            })
    void forwardProxyRefusesPrivateDestinationsAndOtherPorts(String head) throws Exception {
        RawExchange exchange =
                RawExchange.send(weir.egress(), head + "\r\nConnection: close\r\n\r\n", Duration.ofSeconds(10));
        assertThat(exchange.status()).as(exchange.received()).isEqualTo(403);
    }

    @Test
    void unknownHostIsABadGateway() throws Exception {
        RawExchange exchange = RawExchange.send(
                weir.egress(),
                "GET http://no-such-host.invalid/ HTTP/1.1\r\nHost: no-such-host.invalid\r\nConnection: close\r\n\r\n",
                Duration.ofSeconds(30));
        assertThat(exchange.status()).as(exchange.received()).isIn(502, 504);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /m HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET /m HTTP/1.1\r\n\r\n",
                "GET /m HTTP/1.1\r\nHost : a\r\n\r\n",
                "GET /m HTTP/1.1\r\nHost: a\r\n folded: b\r\n\r\n",
                "POST /m HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
                "POST /m HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /m HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "GET /m\u0001 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /m HTTP/1.1\nHost: a\n\n",
                "GARBAGE\r\n\r\n",
            })
    void malformedRequestIsRefusedAndTheConnectionClosed(String octets) throws Exception {
        String followed = octets + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
        RawExchange exchange = RawExchange.send(weir.web(), followed, Duration.ofSeconds(10));
        assertThat(exchange.status()).as(exchange.received()).isEqualTo(400);
        assertThat(exchange.closed()).as("connection closed").isTrue();
        assertThat(origin.fetches("/m") + origin.fetches("/smuggled")).isZero();
    }

    @Test
    void brokenAnswerIsNeverToldAsWhole() throws Exception {
        for (String path : List.of("/short/page", "/chunk/page")) {
            for (int i = 0; i < 2; i++) {
                RawExchange exchange = RawExchange.send(
                        weir.web(), "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n", Duration.ofSeconds(10));
                assertThat(exchange.closed()).as("connection closed").isTrue();
                if (exchange.status() == 200) {
                    assertThat(exchange.head()).doesNotContainPattern("(?i)cache-status:.*hit");
                    assertThat(exchange.body()).doesNotEndWith("0\r\n\r\n");
                    assertThat(exchange.body().length()).isLessThan(5_000);
                } else {
                    assertThat(exchange.status()).as(exchange.received()).isEqualTo(502);
                }
            }
        }
    }

    @Test
    void longBodiesPassWholeBothWays() throws Exception {
        Answer down = client.get(weir.web(), "/sized?seed=7&bytes=" + LONG_BODY);
        assertThat(down.status()).isEqualTo(200);
        assertThat(Bodies.hash(down.body())).isEqualTo(Bodies.hash(7, LONG_BODY));
        Answer up = client.upload(weir.web(), "/hash", new Bodies.Stream(8, LONG_BODY));
        assertThat(up.text()).isEqualTo(Bodies.hash(8, LONG_BODY));
    }

    @Test
    void webSocketPassesBothWays() throws Exception {
        WebSocketConnectOptions options = new WebSocketConnectOptions()
                .setHost(weir.web().host())
                .setPort(weir.web().port())
                .setURI("/socket");
        CompletableFuture<String> text = new CompletableFuture<>();
        CompletableFuture<Buffer> binary = new CompletableFuture<>();
        WebSocket socket = vertx.createWebSocketClient().connect(options).await(10, TimeUnit.SECONDS);
        socket.textMessageHandler(text::complete);
        socket.binaryMessageHandler(binary::complete);
        var unusedText = socket.writeTextMessage("water");
        Buffer block = Bodies.of("a message");
        var unusedBinary = socket.writeBinaryMessage(block);
        assertThat(text.get(10, TimeUnit.SECONDS)).isEqualTo("echo water");
        assertThat(binary.get(10, TimeUnit.SECONDS)).isEqualTo(block);
        var unusedClose = socket.close();
    }

    @Test
    void rulesActWhenTheirFileChanges() throws Exception {
        assertThat(client.get(weir.web(), "/closed/1").status()).isEqualTo(200);
        weir.publish(CLOSED);
        Duration took = Await.until(
                "the rule acts",
                POLICY_ACTS,
                () -> client.get(weir.web(), "/closed/1").status() == 403);
        Form.figure("all-in-one: a changed rule acts after %d ms", took.toMillis());

        int refusals = refusals();
        weir.publish(CLOSED.replace("then: deny", "then: dny"));
        var unusedFirst = Await.until("the wrong file refused", POLICY_ACTS, () -> refusals() > refusals);
        assertThat(client.get(weir.web(), "/closed/2").status()).isEqualTo(403);
        int more = refusals();
        weir.publish("");
        var unusedSecond = Await.until("the empty file refused", POLICY_ACTS, () -> refusals() > more);
        assertThat(client.get(weir.web(), "/closed/3").status()).isEqualTo(403);

        weir.publish(OPEN);
        var unusedTime = Await.until(
                "open again",
                POLICY_ACTS,
                () -> client.get(weir.web(), "/closed/4").status() == 200);
    }

    /** Lines that name the rules' file with a place in it. */
    private int refusals() {
        List<String> said = new java.util.ArrayList<>(weir.process().out());
        said.addAll(weir.process().err());
        return (int) said.stream()
                .filter(line -> line.matches(".*rules\\.yaml:\\d+:\\d+.*"))
                .count();
    }

    @Test
    void everyAnsweredIdIsInTheLogOnce() throws Exception {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 30; i++) {
            String id = "one-" + i;
            String path = i % 2 == 0 ? "/cache/logged" : "/pass/logged";
            Answer answer = client.get(weir.web(), path, Map.of("X-Request-Id", id));
            assertThat(answer.status()).isEqualTo(200);
            assertThat(ids.add(id)).isTrue();
        }
        String refused = "one-refused";
        RawExchange exchange = RawExchange.send(
                weir.egress(),
                "GET http://127.0.0.1:8099/ HTTP/1.1\r\nHost: 127.0.0.1:8099\r\nX-Request-Id: " + refused
                        + "\r\nConnection: close\r\n\r\n",
                Duration.ofSeconds(10));
        assertThat(exchange.status()).isEqualTo(403);
        assertThat(ids.add(refused)).isTrue();
        assertThat(weir.log().awaitExactlyOnce(ids, Duration.ofSeconds(20))).isNotEmpty();
    }

    @Test
    void brokenConfigurationIsRefusedWithItsPlace(@TempDir Path directory) throws Exception {
        Path config = Files.writeString(directory.resolve("broken.yaml"), """
                listeners:
                  - name: web
                    mdoe: reverse
                    address: 127.0.0.1:8080
                """);
        for (String command : List.of("validate", "run")) {
            WeirProcess.Ended ended =
                    WeirProcess.run(directory, Duration.ofSeconds(30), command, "--config", config.toString());
            assertThat(ended.exit()).as(ended.said()).isEqualTo(2);
            assertThat(ended.said())
                    .contains("broken.yaml:3:5")
                    .contains("mdoe")
                    .contains("mode");
        }
    }

    @Test
    void secondWeirOnTheSameStateIsRefused(@TempDir Path directory) throws Exception {
        WeirProcess.Ended ended = WeirProcess.run(
                directory,
                Duration.ofSeconds(30),
                "run",
                "--config",
                weir.configuration().toString(),
                "--state",
                weir.state().toString());
        assertThat(ended.exit()).as(ended.said()).isEqualTo(2);
        assertThat(client.get(weir.web(), "/pass/still").status()).isEqualTo(200);
    }

    @Test
    void runsWithoutAnyConfiguration(@TempDir Path directory) throws Exception {
        for (int port : List.of(3128, 8080, 9400)) {
            assumeTrue(FreePorts.isFree(port), "port " + port + " is taken: ./weir without a configuration not tried");
        }
        Address reverse = Address.loopback(8080);
        try (WeirProcess sample = WeirProcess.start(
                directory, "run", "--state", directory.resolve("s").toString())) {
            var unusedTime = Await.until("the sample site", Duration.ofSeconds(60), () -> {
                assertThat(sample.isAlive()).as(sample.tail()).isTrue();
                return client.send(reverse, HttpMethod.GET, "/echo", Map.of(), Buffer.buffer())
                                .await(5, TimeUnit.SECONDS)
                                .status()
                        == 200;
            });
            assertThat(client.get(reverse, "/").isHit()).isFalse();
            assertThat(client.get(reverse, "/").isHit()).isTrue();
            assertThat(client.get(reverse, "/echo").isHit()).isFalse();
            assertThat(client.get(reverse, "/echo").text()).contains("GET /echo");
            assertThat(String.join("\n", sample.out())).contains("127.0.0.1:3128", "127.0.0.1:8080", "127.0.0.1:9400");
        }
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void endsOnSigterm() throws Exception {
        long began = System.nanoTime();
        weir.process().send(Signal.TERM);
        WeirProcess.Ended ended = weir.process().awaitEnd(WeirProcess.TERMINATION);
        Form.figure(
                "all-in-one: ended %d ms after SIGTERM",
                Duration.ofNanos(System.nanoTime() - began).toMillis());
        assertThat(ended.exit()).as(ended.said()).isZero();
        assertThat(ended.said()).doesNotContain("LEAK:").doesNotContain("blocked for");
    }
}
