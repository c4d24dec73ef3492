package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.contracts.Addresses;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.cache.PurgeOrder;
import dev.weir.contracts.cache.PurgePair;
import dev.weir.contracts.cache.PurgeReport;
import dev.weir.contracts.cache.PurgesSince;
import dev.weir.contracts.cache.ScopeLog;
import dev.weir.contracts.cache.ScopeNotice;
import dev.weir.http.caching.PurgeScope;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PURGE on sockets: who may, what it says, that it acts, and that none goes on to the origin. */
class EdgePurgeTest {
    private static final String TOKEN = "a-token-of-some-length";
    private static final String BEARER = "Authorization: Bearer " + TOKEN + "\r\n";
    private static final String TAGGED = "Cache-Control: max-age=60\r\nSurrogate-Key: one two\r\n";

    @TempDir
    private Path directory;

    private final Origin origin = new Origin();
    private final List<PurgeOrder> orders = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() throws IOException {
        origin.close();
    }

    private EdgeRig edge(String cache) throws IOException {
        EdgeRig rig = EdgeRig.with(directory, """
                routes: [{ host: "*", path: /, upstream: site }]
                upstreams: { site: { targets: ["http://127.0.0.1:%d"] } }
                %s
                """.formatted(origin.port(), cache));
        rig.plays(Addresses.CACHE_SCOPES_SINCE, this::nothingSince);
        return rig;
    }

    private EdgeRig guarded() throws IOException {
        return edge("cache: { purge: { clients: [127.0.0.1/32], token: " + TOKEN + " } }");
    }

    private Future<ScopeLog> nothingSince(PurgesSince asked) {
        return Future.succeededFuture(new ScopeLog(true, asked.since(), List.of()));
    }

    /** Plays cache-service: numbers each scope, and tells the edge. */
    private void playCacheService(EdgeRig rig) {
        // Otherwise the first notice would be of another life of the sequence, and everything dropped.
        rig.bus().publish(Addresses.CACHE_PAIR, new PurgePair(new SequencePair(9, 0)));
        EdgeRig.until(() -> counted(rig, "cleared-all"));
        rig.plays(Addresses.CACHE_PURGE_SCOPES, order -> {
            orders.add(order);
            SequencePair pair = new SequencePair(9, orders.size());
            order.scopes()
                    .forEach(scope -> rig.bus()
                            .publish(Addresses.CACHE_PURGED_SCOPE, new ScopeNotice(pair, scope, order.soft())));
            return Future.succeededFuture(new PurgeReport(
                    pair, PurgeReport.UNKNOWN, false, List.of(new PurgeReport.Edge("edge-proxy-1", true, 1))));
        });
    }

    private static String request(String method, String path, String... fields) {
        return method + " " + path + " HTTP/1.1\r\nHost: Site.test\r\n" + String.join("", fields) + "\r\n";
    }

    @Test
    void removesWhatIsStoredAndSaysSo() throws IOException {
        try (EdgeRig edge = guarded();
                RawClient client = edge.client()) {
            playCacheService(edge);
            origin.serves("/a", TAGGED, "old");
            assertThat(client.sends(request("GET", "/a")).answer()).endsWith("old");
            assertThat(client.sends(request("GET", "/a")).answer())
                    .contains("; hit")
                    .endsWith("old");
            String answer = client.sends(request("PURGE", "/", BEARER, "Surrogate-Key: two\r\n"))
                    .answer();
            assertThat(answer)
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("Content-Type: application/json\r\n", "Cache-Control: no-store\r\n")
                    .endsWith("{\"purge\":\"9.1\",\"scopes\":[\"tag two\"],\"soft\":false,\"shared\":null,"
                            + "\"edges\":{\"edge-proxy-1\":1},\"applied\":[\"edge-proxy-1\"],\"unreachable\":[]}\n");
            origin.serves("/a", TAGGED, "new");
            EdgeRig.until(() -> get(client, "/a").endsWith("new"));
            assertThat(get(client, "/a")).contains("; hit").endsWith("new");
            assertThat(origin.heads).noneMatch(head -> head.startsWith("PURGE"));
            JsonObject record = edge.record("/");
            assertThat(record.getString("http.request.method")).isEqualTo("PURGE");
            assertThat(record.getString("termination.reason")).isEqualTo("purged tag two");
            assertThat(record.getInteger("http.response.status_code")).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Weir-Purge: soft\r\n", "Weir-Purge: soft, prefix\r\n", "Weir-Purge: soft\r\nCache-Tag: two\r\n"
            })
    void whatIsSoftlyPurgedIsServedWhileItIsRenewedIfItsOriginLetsStaleOnesBe(String fields) throws IOException {
        try (EdgeRig edge = guarded();
                RawClient client = edge.client()) {
            playCacheService(edge);
            String meanwhile = "Cache-Control: max-age=600, stale-while-revalidate=600\r\nCache-Tag: two\r\n";
            CountDownLatch renewed = new CountDownLatch(1);
            AtomicInteger asked = new AtomicInteger();
            origin.on("/a", peer -> {
                if (asked.incrementAndGet() == 1) {
                    peer.send(Origin.ok(meanwhile + "ETag: \"1\"\r\n", "old"));
                    return;
                }
                assertThat(peer.head).contains("If-None-Match: \"1\"\r\n");
                await(renewed);
                peer.send(Origin.ok(meanwhile + "ETag: \"2\"\r\n", "new"));
            });
            assertThat(get(client, "/a")).endsWith("old");
            assertThat(client.sends(request("PURGE", "/a", BEARER, fields)).answer())
                    .startsWith("HTTP/1.1 200 ");
            EdgeRig.until(() -> counted(edge, "applied") || counted(edge, "wide"));
            for (int i = 0; i < 3; i++) {
                assertThat(get(client, "/a")).contains("; hit; ttl=").endsWith("old");
            }
            renewed.countDown();
            EdgeRig.until(() -> get(client, "/a").endsWith("new"));
            assertThat(asked).hasValue(2);
        }
    }

    @Test
    void whatIsSoftlyPurgedIsConfirmedBeforeItIsServedIfNothingIsSaidOfStaleOnes() throws IOException {
        try (EdgeRig edge = guarded();
                RawClient client = edge.client()) {
            playCacheService(edge);
            AtomicInteger asked = new AtomicInteger();
            origin.on(
                    "/a",
                    peer -> peer.send(
                            asked.incrementAndGet() == 1
                                    ? Origin.ok("Cache-Control: max-age=600\r\nETag: \"1\"\r\n", "old")
                                    : "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n"));
            assertThat(get(client, "/a")).endsWith("old");
            assertThat(client.sends(request("PURGE", "/a", BEARER, "Weir-Purge: soft\r\n"))
                            .answer())
                    .startsWith("HTTP/1.1 200 ");
            EdgeRig.until(() -> counted(edge, "applied"));
            assertThat(get(client, "/a")).contains("fwd=stale; fwd-status=304").endsWith("old");
            assertThat(get(client, "/a")).contains("; hit").endsWith("old");
            assertThat(asked).hasValue(2);
        }
    }

    /** Whether one purge has come to this. */
    private static boolean counted(EdgeRig edge, String outcome) {
        return edge.metrics.scrape().contains("{doing=\"purge\",outcome=\"" + outcome + "\"} 1.0");
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static String get(RawClient client, String path) {
        try {
            return client.sends(request("GET", path)).answer();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            # target                     | fields                                   | order
            /a?b                         | none                                     | url http://site.test/a?b
            http://other.test/a          | none                                     | url http://other.test/a
            /a                           | Weir-Purge: soft                         | url http://site.test/a soft
            /a                           | Weir-Purge: url, dry-run                 | url http://site.test/a dry-run
            /a                           | Weir-Purge: PREFIX                       | prefix http://site.test/a/
            /a?b                         | Weir-Purge: prefix                       | none
            /                            | Weir-Purge: all, soft                    | all soft
            /                            | Surrogate-Key: a  b                      | tag a/tag b
            /                            | Cache-Tag: a, b                          | tag a/tag b
            /                            | Cache-Tag: a b                           | none
            /                            | Cache-Groups: "a", "b c"                 | group http://site.test a/group http://site.test b c
            /                            | Cache-Groups: a                          | none
            /                            | Surrogate-Key: a;Weir-Purge: dry-run     | tag a dry-run
            /                            | Surrogate-Key: a;Weir-Purge: all         | none
            /                            | Surrogate-Key: a;Weir-Purge: url         | none
            /                            | Weir-Purge: all, prefix                  | none
            /                            | Weir-Purge: everything                   | none
            """)
    void readsWhatIsToBePurged(String target, String fields, String order) throws IOException {
        try (EdgeRig edge = guarded();
                RawClient client = edge.client()) {
            playCacheService(edge);
            String lines = fields.equals("none") ? "" : fields.replace(";", "\r\n") + "\r\n";
            String request = request("PURGE", target, BEARER, lines);
            if (target.startsWith("http")) {
                request = request.replace("Site.test", "other.test");
            }
            String answer = client.sends(request).answer();
            assertThat(answer.substring(9, 12)).isEqualTo(order.equals("none") ? "400" : "200");
            assertThat(answer.contains("What is to be purged isn't clear")).isEqualTo(order.equals("none"));
            assertThat(orders.stream().map(EdgePurgeTest::written).collect(Collectors.joining()))
                    .isEqualTo(order.equals("none") ? "" : order);
            assertThat(origin.heads).isEmpty();
        }
    }

    private static String written(PurgeOrder order) {
        return order.scopes().stream().map(PurgeScope::toString).collect(Collectors.joining("/"))
                + (order.soft() ? " soft" : "")
                + (order.dryRun() ? " dry-run" : "");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # clients      | token field
            127.0.0.1/32   | none
            127.0.0.1/32   | Authorization: Bearer another-token-of-length
            127.0.0.1/32   | Authorization: Basic a-token-of-some-length
            127.0.0.1/32   | Authorization: a-token-of-some-length
            10.0.0.0/8     | Authorization: Bearer a-token-of-some-length
            """)
    void refusesWhoMayNot(String clients, String field) throws IOException {
        try (EdgeRig edge = edge("cache: { purge: { clients: [" + clients + "], token: " + TOKEN + " } }");
                RawClient client = edge.client()) {
            playCacheService(edge);
            String line = field.equals("none") ? "" : field + "\r\n";
            String answer = client.sends(request("PURGE", "/a", line)).answer();
            assertThat(answer).startsWith("HTTP/1.1 403 ").doesNotContain("clients", "oken");
            assertThat(orders).isEmpty();
            assertThat(origin.heads).isEmpty();
            assertThat(edge.record("/a").getString("termination.reason")).isEqualTo("purge-refused");
            assertThat(edge.metrics.scrape()).contains("weir_edge_purge_requests_total{outcome=\"refused\"");
        }
    }

    @Test
    void saysThatNobodyWasThereToDoIt() throws IOException {
        try (EdgeRig edge = guarded();
                RawClient client = edge.client()) {
            assertThat(client.sends(request("PURGE", "/a", BEARER)).answer())
                    .startsWith("HTTP/1.1 503 ")
                    .contains("Retry-After: ");
            assertThat(origin.heads).isEmpty();
        }
    }

    @Test
    void isAMethodLikeAnyOtherWithoutTheSetting() throws IOException {
        try (EdgeRig edge = edge("");
                RawClient client = edge.client()) {
            origin.serves("/a", "", "the origin's own");
            assertThat(client.sends(request("PURGE", "/a")).answer()).endsWith("the origin's own");
            assertThat(origin.heads("/a").get(0)).startsWith("PURGE /a ");
        }
    }

    @Test
    void anUnsafeAnswerInvalidatesGroupsOfItsOrigin() throws IOException {
        try (EdgeRig edge = edge("");
                RawClient client = edge.client()) {
            origin.serves("/g", "Cache-Control: max-age=60\r\nCache-Groups: \"scripts\"\r\n", "old");
            assertThat(get(client, "/g")).endsWith("old");
            assertThat(get(client, "/g")).contains("; hit");
            origin.on("/post", peer -> {
                assertThat(peer.body()).isEqualTo("x");
                peer.send("HTTP/1.1 204 No Content\r\nCache-Group-Invalidation: \"scripts\"\r\n\r\n");
            });
            assertThat(client.sends(request("POST", "/post", "Content-Length: 1\r\n") + "x")
                            .head())
                    .startsWith("HTTP/1.1 204 ");
            origin.serves("/g", "Cache-Control: max-age=60\r\n", "new");
            assertThat(get(client, "/g")).endsWith("new");
        }
    }
}
