package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.contracts.Addresses;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.cache.CacheLookupReply;
import dev.weir.contracts.cache.PurgeReport;
import dev.weir.contracts.cache.PurgesSince;
import dev.weir.contracts.cache.ScopeLog;
import dev.weir.contracts.cache.ScopeNotice;
import dev.weir.http.HeaderFields;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where an operator bends the rules of caching: what is done, and that it is said. */
class EdgeCacheRulesTest {
    private static final SequencePair PAIR = new SequencePair(7, 1);
    private static final int TOO_LONG = 1024 * 1024 + 1;

    @TempDir
    private Path directory;

    private final Origin origin = new Origin();
    private EdgeRig edge;
    private RawClient client;

    @BeforeEach
    void start() throws IOException {
        edge = EdgeRig.with(directory, """
                routes: [{ host: "*", path: /, upstream: site }]
                upstreams: { site: { targets: ["http://127.0.0.1:%d"] } }
                cache:
                  memory: 8MiB
                  max-object: 1MiB
                  purge: { clients: [127.0.0.1/32] }
                  rules:
                    - { name: account, paths: /static/account/, ttl: { most: 1s } }
                    - { name: static, paths: /static/, ttl: { of: 1m }, errors: { of: 10s }, ignore: [no-store, private] }
                    - { name: cookies, paths: /cookies/, ignore: set-cookie }
                    - { name: variants, paths: /variants/, ignore: vary }
                    - { name: stubborn, paths: /stubborn/, ignore: request-directives }
                    - { name: clamps, paths: /clamps/, ttl: { default: 5m, least: 1m, most: 10m } }
                    - { name: tracked, paths: /q/, query: { drop: ["utm_*", fbclid], sort: true } }
                    - { name: framework, paths: /next/, ignore: proxy-revalidate }
                    - { name: bare, hosts: "*.bare.test", query: { keep: [] } }
                """.formatted(origin.port()));
        client = edge.client();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        edge.settles();
        edge.close();
        origin.close();
    }

    private String get(String path, String... fields) throws IOException {
        return client.sends(request("GET", path, fields)).answer();
    }

    private static String request(String method, String path, String... fields) {
        return method + " " + path + " HTTP/1.1\r\nHost: site.test\r\n" + String.join("", fields) + "\r\n";
    }

    private static String status(String answer) {
        return answer.lines()
                .filter(line -> line.startsWith("Cache-Status: "))
                .reduce((one, other) -> {
                    throw new AssertionError("two lines: " + one + other);
                })
                .orElseThrow(() -> new AssertionError(answer));
    }

    @Test
    void aLifetimeHoldsInsteadOfTheOrigins() throws IOException {
        origin.serves("/static/a", "Cache-Control: no-store, max-age=5\r\nExpires: 0\r\nAge: 100\r\n", "hello");
        String miss = get("/static/a");
        assertThat(status(miss)).isEqualTo("Cache-Status: weir; fwd=miss; fwd-status=200; stored; detail=rule:static");
        assertThat(miss).contains("Cache-Control: no-store, max-age=5\r\n", "Expires: 0\r\n", "Age: 100\r\n");
        edge.passes(Duration.ofSeconds(20));
        String hit = get("/static/a");
        assertThat(status(hit)).isEqualTo("Cache-Status: weir; hit; ttl=40; detail=rule:static");
        assertThat(hit).contains("Cache-Control: no-store, max-age=5\r\n", "Expires: 0\r\n", "Age: 120\r\n");
        edge.passes(Duration.ofSeconds(41));
        assertThat(status(get("/static/a"))).startsWith("Cache-Status: weir; fwd=");
        assertThat(origin.heads("/static/a")).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # path        | the origin's fields          | ttl of the hit
            /clamps/a     | X-Nothing: said              | 300
            /clamps/a     | Cache-Control: max-age=1     | 60
            /clamps/a     | Cache-Control: max-age=100   | 100
            /clamps/a     | Cache-Control: max-age=9999  | 600
            /clamps/a     | CDN-Cache-Control: max-age=0 | 60
            /static/a     | Cache-Control: private       | 60
            """)
    void lifetimes(String path, String fields, long ttl) throws IOException {
        origin.serves(path, fields + "\r\n", "hello");
        assertThat(status(get(path))).contains("; stored; detail=rule:");
        assertThat(status(get(path))).startsWith("Cache-Status: weir; hit; ttl=" + ttl + "; detail=rule:");
    }

    @Test
    void errorsHaveALifetimeOfTheirOwn() throws IOException {
        origin.answers("/static/none", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        origin.answers("/static/broken", "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n");
        assertThat(status(get("/static/none"))).contains("; stored; detail=rule:static");
        assertThat(status(get("/static/none"))).isEqualTo("Cache-Status: weir; hit; ttl=10; detail=rule:static");
        assertThat(status(get("/static/broken")))
                .isEqualTo("Cache-Status: weir; fwd=miss; fwd-status=500; detail=rule:static:no-freshness");
    }

    @Test
    void whatIsConfirmedLivesByTheRuleAgain() throws IOException {
        origin.serves("/static/a", "ETag: \"1\"\r\n", "hello");
        assertThat(get("/static/a")).endsWith("hello");
        edge.passes(Duration.ofSeconds(70));
        origin.answers("/static/a", "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\nCache-Control: private\r\n\r\n");
        assertThat(status(get("/static/a")))
                .isEqualTo("Cache-Status: weir; fwd=stale; fwd-status=304; ttl=60; detail=rule:static");
        assertThat(status(get("/static/a"))).isEqualTo("Cache-Status: weir; hit; ttl=60; detail=rule:static");
    }

    @Test
    void staleAnswersAreRenewedByTheRule() throws IOException {
        origin.serves("/clamps/a", "Cache-Control: max-age=1, stale-while-revalidate=600\r\n", "old");
        assertThat(get("/clamps/a")).endsWith("old");
        edge.passes(Duration.ofSeconds(61));
        origin.serves("/clamps/a", "Cache-Control: max-age=1, stale-while-revalidate=600\r\n", "new");
        String stale = get("/clamps/a");
        assertThat(status(stale)).isEqualTo("Cache-Status: weir; hit; ttl=-1; detail=rule:clamps");
        assertThat(stale).endsWith("old");
        EdgeRig.until(() -> said("/clamps/a").endsWith("new"));
        assertThat(status(get("/clamps/a"))).isEqualTo("Cache-Status: weir; hit; ttl=60; detail=rule:clamps");
        assertThat(origin.heads("/clamps/a")).hasSize(2);
    }

    @Test
    void asCdnsDoItSMaxageKeepsNobodyFromStaleAnswersThatTheOriginAllows() throws IOException {
        String fields = "Cache-Control: s-maxage=1, stale-while-revalidate=59, stale-if-error=600\r\n";
        for (String path : List.of("/next/a", "/free")) {
            origin.serves(path, fields, "old");
            assertThat(get(path)).endsWith("old");
        }
        edge.passes(Duration.ofSeconds(2));
        for (String path : List.of("/next/a", "/free")) {
            origin.serves(path, fields, "new");
        }
        String stale = get("/next/a");
        assertThat(status(stale)).isEqualTo("Cache-Status: weir; hit; ttl=-1; detail=rule:framework");
        assertThat(stale).endsWith("old");
        assertThat(get("/free")).as("by the letter of RFC 9111 §5.2.2.10").endsWith("new");
        EdgeRig.until(() -> said("/next/a").endsWith("new"));
        edge.passes(Duration.ofSeconds(100));
        for (String path : List.of("/next/a", "/free")) {
            origin.answers(path, "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
        }
        assertThat(get("/next/a")).startsWith("HTTP/1.1 200 ").endsWith("new");
        assertThat(get("/free")).startsWith("HTTP/1.1 503 ");
    }

    private String said(String path) {
        try {
            return get(path);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void theSharedTiersAnswerLivesByTheRule() throws IOException {
        List<String> keys = new CopyOnWriteArrayList<>();
        edge.plays(Addresses.CACHE_LOOKUP, asked -> {
            keys.add(asked.key());
            return Future.succeededFuture(new CacheLookupReply.Hit(
                    200,
                    HeaderFields.of("Date", "Mon, 04 May 2026 03:01:31 GMT", "Cache-Control", "no-store, max-age=1"),
                    List.of(),
                    0,
                    30_000,
                    false,
                    PAIR,
                    Buffer.buffer("theirs")));
        });
        String answer = get("/static/a");
        assertThat(status(answer)).isEqualTo("Cache-Status: weir; hit; ttl=30; detail=rule:static");
        assertThat(answer).contains("Age: 30\r\n").endsWith("theirs");
        assertThat(status(get("/static/a"))).isEqualTo("Cache-Status: weir; hit; ttl=30; detail=rule:static");
        assertThat(keys).containsExactly("upstream/site~ignores-no-store+private http://site.test/static/a");
        assertThat(origin.heads).isEmpty();
    }

    @Test
    void whatNoRuleIgnoresStillHolds() throws IOException {
        origin.serves("/cookies/a", "Cache-Control: private, max-age=9\r\n", "hello");
        assertThat(status(get("/cookies/a")))
                .isEqualTo("Cache-Status: weir; fwd=miss; fwd-status=200; detail=rule:cookies:private");
        assertThat(edge.record("/cookies/a").getString("cache.reason")).isEqualTo("private");
        origin.serves("/static/b", "Cache-Control: private\r\n", "hello");
        assertThat(status(get("/static/b", "Authorization: Basic eDp5\r\n")))
                .endsWith("; detail=rule:static:authorization");
        assertThat(status(get("/static/b", "Cache-Control: no-store\r\n")))
                .endsWith("; detail=rule:static:request-no-store");
        origin.serves("/free", "Cache-Control: no-store\r\n", "hello");
        assertThat(status(get("/free"))).isEqualTo("Cache-Status: weir; fwd=miss; fwd-status=200; detail=no-store");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            /static/..%2faccount
            /static/../account
            /static/%2e%2e/account
            /static/x;/../../account
            /static/account%2fme
            /static//account/me
            /static/ACCOUNT/me
            /STATIC/a
            """)
    void aPathThatMayBeAnotherOneHasNoRule(String path) throws IOException {
        origin.serves(path, "Cache-Control: private, max-age=9\r\n", "mine");
        assertThat(status(get(path))).isEqualTo("Cache-Status: weir; fwd=miss; fwd-status=200; detail=private");
        assertThat(get(path)).endsWith("mine");
        assertThat(origin.heads(path)).hasSize(2);
    }

    @Test
    void aCookieIsOnlyForTheClientThatItWasMadeFor() throws IOException {
        String fields = "Cache-Control: max-age=9\r\nSet-Cookie: id=1\r\nETag: \"1\"\r\n";
        origin.serves("/cookies/a", fields, "hello");
        assertThat(get("/cookies/a")).contains("Set-Cookie: id=1\r\n", "; stored; detail=rule:cookies");
        assertThat(get("/cookies/a"))
                .contains("; hit; ttl=9; detail=rule:cookies\r\n", "ETag: \"1\"\r\n")
                .doesNotContain("Set-Cookie")
                .endsWith("hello");
        edge.passes(Duration.ofSeconds(10));
        origin.answers("/cookies/a", "HTTP/1.1 304 Not Modified\r\n" + fields + "\r\n");
        assertThat(get("/cookies/a")).contains("Set-Cookie: id=1\r\n", "; fwd-status=304; ");
        assertThat(get("/cookies/a")).contains("; hit; ttl=9; ").doesNotContain("Set-Cookie");
    }

    @Test
    void whoSharesAFetchGetsNoCookieOfAnother() throws IOException {
        CountDownLatch joined = new CountDownLatch(1);
        origin.on("/cookies/b", peer -> {
            try {
                joined.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            peer.send(Origin.ok("Cache-Control: max-age=9\r\nSet-Cookie: id=1\r\n", "hello"));
        });
        try (RawClient other = edge.client()) {
            client.sends(request("GET", "/cookies/b"));
            EdgeRig.until(() -> !origin.heads("/cookies/b").isEmpty());
            other.sends(request("GET", "/cookies/b"));
            EdgeRig.until(() -> edge.metrics
                    .scrape()
                    .lines()
                    .anyMatch(line -> line.startsWith("weir_edge_cache_events_total{")
                            && line.contains("\"fetch\"")
                            && line.contains("\"joined\"")
                            && line.endsWith(" 1.0")));
            joined.countDown();
            assertThat(client.answer()).contains("Set-Cookie: id=1\r\n").endsWith("hello");
            assertThat(other.answer())
                    .contains("; collapsed; detail=rule:cookies\r\n")
                    .doesNotContain("Set-Cookie")
                    .endsWith("hello");
        }
        assertThat(origin.heads("/cookies/b")).hasSize(1);
    }

    @Test
    void ofVaryOnlyTheCodingCounts() throws IOException {
        origin.serves("/variants/a", "Cache-Control: max-age=9\r\nVary: Cookie, Accept-Encoding\r\n", "hello");
        assertThat(get("/variants/a", "Cookie: a\r\n")).contains("; stored; detail=rule:variants");
        assertThat(get("/variants/a", "Cookie: b\r\n"))
                .contains("; hit; ttl=9; detail=rule:variants\r\n", "Vary: Cookie, Accept-Encoding\r\n");
        assertThat(get("/variants/a", "Accept-Encoding: gzip\r\n")).contains("; fwd=");
        origin.serves(
                "/variants/b", "Cache-Control: max-age=9\r\nAccess-Control-Allow-Origin: http://a.test\r\n", "hello");
        assertThat(get("/variants/b", "Origin: http://a.test\r\n")).contains("; stored; ");
        assertThat(get("/variants/b", "Origin: http://a.test\r\n", "Cookie: b\r\n"))
                .contains("; hit; ");
        assertThat(get("/variants/b", "Origin: http://b.test\r\n")).contains("; fwd=vary-miss");
    }

    @Test
    void aPartIsStoredByTheSameRules() throws IOException {
        String fields = "Cache-Control: max-age=9\r\nETag: \"1\"\r\nContent-Range: bytes 0-4/10\r\n";
        String[] first = {"Range: bytes=0-4\r\n"};
        origin.answers(
                "/cookies/a",
                "HTTP/1.1 206 Partial Content\r\nContent-Length: 5\r\nSet-Cookie: id=1\r\n" + fields + "\r\nhello");
        assertThat(get("/cookies/a", first)).contains("Set-Cookie: id=1\r\n", "; stored; detail=rule:cookies");
        assertThat(get("/cookies/a", first))
                .contains("HTTP/1.1 206", "; hit; ttl=9; detail=rule:cookies\r\n")
                .doesNotContain("Set-Cookie")
                .endsWith("hello");
        origin.answers(
                "/variants/a",
                "HTTP/1.1 206 Partial Content\r\nContent-Length: 5\r\nVary: Cookie\r\n" + fields + "\r\nhello");
        assertThat(get("/variants/a", "Cookie: a\r\n", first[0])).contains("; stored; detail=rule:variants");
        assertThat(get("/variants/a", "Cookie: b\r\n", "Range: bytes=1-4\r\n"))
                .contains("; hit; ttl=9; detail=rule:variants\r\n", "Vary: Cookie\r\n")
                .endsWith("ello");
        origin.answers(
                "/variants/a",
                "HTTP/1.1 206 Partial Content\r\nContent-Length: 5\r\nVary: Cookie\r\n" + fields.replace("0-4", "5-9")
                        + "\r\nworld");
        assertThat(get("/variants/a", "Cookie: c\r\n", "Range: bytes=5-9\r\n")).contains("; stored; ");
        assertThat(get("/variants/a", "Cookie: d\r\n"))
                .contains("HTTP/1.1 200", "; hit; ")
                .endsWith("helloworld");
    }

    @Test
    void whatIsTooLongToBeStoredWholeIsStoredByTheSameRules() throws IOException {
        String length = "Content-Length: " + TOO_LONG + "\r\n";
        origin.answers(
                "/cookies/long",
                "HTTP/1.1 200 OK\r\n" + length + "Cache-Control: max-age=9\r\nETag: \"1\"\r\nSet-Cookie: id=1\r\n\r\n"
                        + "x".repeat(TOO_LONG));
        assertThat(get("/cookies/long")).contains("Set-Cookie: id=1\r\n", "; stored; detail=rule:cookies");
        assertThat(get("/cookies/long", "Range: bytes=-1\r\n"))
                .contains("HTTP/1.1 206", "; hit; ttl=9; detail=rule:cookies\r\n")
                .doesNotContain("Set-Cookie")
                .endsWith("\r\n\r\nx");
    }

    @Test
    void whatRequestsDirectIsIgnored() throws IOException {
        origin.serves("/stubborn/a", "Cache-Control: max-age=9\r\n", "hello");
        String[] stubborn = {"Cache-Control: no-cache, no-store\r\nPragma: no-cache\r\n"};
        assertThat(status(get("/stubborn/a", stubborn))).contains("; stored; detail=rule:stubborn");
        assertThat(status(get("/stubborn/a", stubborn)))
                .isEqualTo("Cache-Status: weir; hit; ttl=9; detail=rule:stubborn");
        assertThat(status(get("/stubborn/other", "Cache-Control: only-if-cached\r\n")))
                .contains("; fwd=miss");
        assertThat(origin.heads("/stubborn/a")).singleElement().asString().contains("no-cache, no-store");
    }

    @Test
    void aQueryThatDoesntCountGoesNowhere() throws IOException {
        origin.serves("/q/a?a=1&b=2", "Cache-Control: max-age=9\r\n", "both");
        origin.serves("/q/a", "Cache-Control: max-age=9\r\n", "none");
        assertThat(get("/q/a?utm_source=x&b=2&fbclid=y&a=1"))
                .contains("; stored; detail=rule:tracked\r\n")
                .endsWith("both");
        assertThat(get("/q/a?a=1&b=2&utm_x"))
                .contains("; hit; ttl=9; detail=rule:tracked\r\n")
                .endsWith("both");
        assertThat(get("/q/a?b=2&a=1")).contains("; hit; ").endsWith("both");
        assertThat(get("/q/a?utm_x=<script>")).endsWith("none");
        assertThat(get("/q/a")).contains("; hit; ").endsWith("none");
        assertThat(origin.heads).hasSize(2);
        assertThat(edge.records(5))
                .extracting(record -> record.getString("url.query"))
                .contains("utm_source=x&b=2&fbclid=y&a=1", "b=2&a=1");
    }

    @Test
    void whatCantBeStoredGoesToTheOriginAsItCame() throws IOException {
        origin.on("/q/a?utm_x=1&b", peer -> {
            peer.body();
            peer.send(Origin.ok("", "as it came"));
        });
        String form = "Content-Length: 2\r\n\r\n..";
        assertThat(client.sends("POST /q/a?utm_x=1&b HTTP/1.1\r\nHost: site.test\r\n" + form)
                        .answer())
                .endsWith("as it came");
        assertThat(get("/q/a?utm_x=1&b", "If-Match: \"1\"\r\n")).endsWith("as it came");
    }

    @Test
    void aHostCanBeWithoutAnyQuery() throws IOException {
        origin.serves("/q/b", "Cache-Control: max-age=9\r\n", "bare");
        String request = "GET /q/b?x=1 HTTP/1.1\r\nHost: a.bare.test\r\n\r\n";
        // The first rule that means the URL holds alone.
        assertThat(client.sends(request).answer()).contains("rule:tracked").startsWith("HTTP/1.1 404");
        origin.serves("/b", "Cache-Control: max-age=9\r\n", "bare");
        assertThat(client.sends(request.replace("/q", "")).answer()).endsWith("bare");
        assertThat(client.sends(request.replace("/q/b?x=1", "/b?y")).answer())
                .contains("; hit; ")
                .endsWith("bare");
    }

    @Test
    void aPurgeFindsWhatIsStoredHoweverItsUrlIsWritten() throws IOException {
        edge.plays(Addresses.CACHE_SCOPES_SINCE, asked -> nothingSince(asked));
        edge.plays(Addresses.CACHE_PURGE_SCOPES, order -> {
            // As a cache-service that knows no rules.
            edge.bus()
                    .publish(
                            Addresses.CACHE_PURGED_SCOPE,
                            new ScopeNotice(PAIR, order.scopes().get(0), false));
            return Future.succeededFuture(new PurgeReport(PAIR, PurgeReport.UNKNOWN, false, List.of()));
        });
        origin.serves("/q/a?a=1&b=2", "Cache-Control: max-age=9\r\n", "old");
        assertThat(get("/q/a?b=2&a=1")).endsWith("old");
        origin.serves("/q/a?a=1&b=2", "Cache-Control: max-age=9\r\n", "new");
        assertThat(get("/q/a?a=1&b=2")).endsWith("old");
        assertThat(client.sends(request("PURGE", "/q/a?utm_x=9&b=2&a=1")).answer())
                .contains("\"scopes\":[\"url http://site.test/q/a?utm_x=9&b=2&a=1\"]");
        EdgeRig.until(() -> said("/q/a?a=1&b=2").endsWith("new"));
    }

    @Test
    void anUnsafeRequestDropsWhatIsStoredHoweverItsUrlIsWritten() throws IOException {
        List<String> urls = new ArrayList<>();
        edge.plays(Addresses.CACHE_PURGE, asked -> {
            urls.add(asked.url());
            return Future.failedFuture("noted");
        });
        origin.serves("/q/a?a=1&b=2", "Cache-Control: max-age=9\r\n", "hello");
        origin.serves("/q/a?b=2&a=1&utm_x", "", "done");
        assertThat(get("/q/a?b=2&a=1")).endsWith("hello");
        assertThat(client.sends(request("DELETE", "/q/a?b=2&a=1&utm_x")).answer())
                .endsWith("done");
        assertThat(status(get("/q/a?b=2&a=1"))).contains("; fwd=miss");
        EdgeRig.until(() -> !urls.isEmpty());
        assertThat(urls).containsExactly("http://site.test/q/a?a=1&b=2");
    }

    @Test
    void theRuleIsSaidWhereverItIsAsked() throws IOException {
        origin.serves("/static/a", "Cache-Control: private\r\n", "hello");
        assertThat(get("/static/a?x", "Weir-Debug: cache\r\n")).startsWith("HTTP/1.1 404");
        assertThat(get("/static/a", "Weir-Debug: cache\r\n"))
                .contains(
                        "Weir-Debug: cache; zone=\"upstream/site~ignores-no-store+private\"; "
                                + "key=\"http://site.test/static/a\"; rule=static; found=origin; stored; lifetime=rule; ttl=60;");
        assertThat(get("/static/a", "Weir-Debug: cache\r\n"))
                .contains("; rule=static; found=l1; lifetime=rule; ttl=60;");
        assertThat(edge.records(3)).allMatch(record -> "static".equals(record.getString("cache.rule")));
        assertThat(edge.metrics.scrape())
                .contains("weir_edge_cache_rule_requests_total{cache=\"hit\",rule=\"static\"} 1.0")
                .contains("weir_edge_cache_rule_requests_total{cache=\"miss\",rule=\"static\"} 2.0");
        JsonObject said = edge.explains("http://site.test/static/a", "GET", HeaderFields.empty(), "", "");
        assertThat(said.getString("cache_rule")).isEqualTo("static");
        assertThat(said.getString("key")).isEqualTo("upstream/site~ignores-no-store+private http://site.test/static/a");
        JsonObject cache = said.getJsonObject("cache");
        assertThat(cache.getString("would")).isEqualTo("hit");
        assertThat(cache.getJsonArray("stored").getJsonObject(0).getString("lifetime_from"))
                .isEqualTo("rule");
        JsonObject query = edge.explains("http://site.test/q/a?utm_x&b&a", "GET", HeaderFields.empty(), "", "");
        assertThat(query.getString("key")).isEqualTo("upstream/site http://site.test/q/a?a&b");
        assertThat(edge.explains("http://site.test/free", "GET", HeaderFields.empty(), "", "")
                        .containsKey("cache_rule"))
                .isFalse();
    }

    private static Future<ScopeLog> nothingSince(PurgesSince asked) {
        return Future.succeededFuture(new ScopeLog(true, asked.since(), List.of()));
    }
}
