package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.contracts.Addresses;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.cache.PurgeReport;
import dev.weir.contracts.cache.ScopeLog;
import dev.weir.contracts.cache.ScopeNotice;
import dev.weir.http.HeaderFields;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers to POST that a rule lets be stored: for the same content only, and never by less than the client's leave. */
class EdgePostCachingTest {
    private static final SequencePair PAIR = new SequencePair(7, 1);
    private static final String FRESH = "Cache-Control: max-age=60\r\n";
    private static final String HIT = "Cache-Status: weir; hit; ttl=60; detail=rule:search\r\n";

    @TempDir
    private Path directory;

    private final Origin origin = new Origin();
    private final List<String> contents = new CopyOnWriteArrayList<>();
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
                    - { name: search, paths: /search/, post: 1KiB, query: { drop: [utm_x] } }
                    - { name: timed, paths: /timed/, post: 1KiB, ttl: { of: 30s } }
                    - { name: other, paths: /other/, ttl: { of: 30s } }
                """.formatted(origin.port()));
        client = edge.client();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        edge.settles();
        assertThat(edge.metrics.scrape()).contains("weir_edge_cache_post_bytes 0.0");
        edge.close();
        origin.close();
    }

    /** Answers with these fields what it was sent. */
    private void echoes(String path, String fields) {
        origin.on(path, peer -> {
            String content = peer.body();
            contents.add(content);
            peer.send(Origin.ok(fields, "to " + content));
        });
    }

    private String post(String path, String content, String... fields) throws IOException {
        return client.sends(request(path, content, fields)).answer();
    }

    private static String request(String path, String content, String... fields) {
        return "POST " + path + " HTTP/1.1\r\nHost: site.test\r\n" + String.join("", fields) + "Content-Length: "
                + content.length() + "\r\n\r\n" + content;
    }

    private String get(String path) throws IOException {
        return client.sends("GET " + path + " HTTP/1.1\r\nHost: site.test\r\n\r\n")
                .answer();
    }

    private boolean hasJoined() {
        return edge.metrics
                .scrape()
                .lines()
                .anyMatch(line -> line.startsWith("weir_edge_cache_events_total{")
                        && line.contains("\"fetch\"")
                        && line.contains("\"joined\"")
                        && line.endsWith(" 1.0"));
    }

    @Test
    void theSameContentIsAnsweredFromWhatIsStored() throws IOException {
        echoes("/search/", FRESH);
        assertThat(post("/search/", "one"))
                .contains("Cache-Status: weir; fwd=miss; fwd-status=200; stored; detail=rule:search\r\n")
                .endsWith("to one");
        assertThat(post("/search/", "one")).contains(HIT, "Age: 0\r\n").endsWith("to one");
        assertThat(post("/search/?utm_x=1", "one")).contains(HIT).endsWith("to one");
        assertThat(post("/search/", "two")).contains("; fwd=miss").endsWith("to two");
        assertThat(post("/search/", "one", "Content-Type: a/b\r\n")).contains("; fwd=miss");
        assertThat(post("/search/", "one", "Content-Language: de\r\n")).contains("; fwd=miss");
        assertThat(post("/search/", "one", "Content-Type: a/b\r\n")).contains(HIT);
        assertThat(get("/search/")).contains("; fwd=miss").endsWith("to ");
        assertThat(contents).containsExactly("one", "two", "one", "one", "");
    }

    @Test
    void aRulesLifetimeIsEnough() throws IOException {
        echoes("/search/", "Last-Modified: Fri, 01 May 2026 00:00:00 GMT\r\n");
        assertThat(post("/search/", "one")).contains("; detail=rule:search:no-freshness\r\n");
        echoes("/timed/", "");
        assertThat(post("/timed/", "one")).contains("; stored; detail=rule:timed\r\n");
        edge.passes(Duration.ofSeconds(29));
        assertThat(post("/timed/", "one")).contains("; hit; ttl=1; ");
        edge.passes(Duration.ofSeconds(1));
        assertThat(post("/timed/", "one")).contains("; fwd=stale; fwd-status=200; stored; ");
    }

    @Test
    void whatTellsOfWhatWasDoneIsNotForOthers() throws IOException {
        for (String status : List.of("201 Created", "202 Accepted", "303 See Other", "307 Temporary Redirect")) {
            origin.on("/timed/", peer -> {
                contents.add(peer.body());
                peer.send("HTTP/1.1 " + status + "\r\nLocation: /timed/1\r\n" + FRESH + "Content-Length: 0\r\n\r\n");
            });
            assertThat(post("/timed/", status)).contains("; detail=rule:timed:no-freshness\r\n");
            assertThat(post("/timed/", status)).contains("; fwd=miss");
        }
        assertThat(contents).hasSize(8);
    }

    @Test
    void whatIsStaleIsAskedAnewWithoutConditions() throws IOException {
        echoes("/search/", FRESH.strip() + ", stale-while-revalidate=600, stale-if-error=600\r\nETag: \"1\"\r\n");
        assertThat(post("/search/", "one")).endsWith("to one");
        edge.passes(Duration.ofSeconds(61));
        assertThat(post("/search/", "one"))
                .contains("; fwd=stale; fwd-status=200; stored; ")
                .endsWith("to one");
        assertThat(contents).hasSize(2);
        assertThat(origin.heads("/search/")).noneMatch(head -> head.contains("If-None-Match"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"If-None-Match: \"1\"", "If-Match: *", "Range: bytes=0-1", "If-Modified-Since: x"})
    void conditionsAreTheOriginsToJudge(String condition) throws IOException {
        echoes("/search/", FRESH + "ETag: \"1\"\r\n");
        for (int i = 0; i < 2; i++) {
            assertThat(post("/search/", "one", condition + "\r\n"))
                    .contains("Cache-Status: weir; fwd=method; fwd-status=200; detail=rule:search\r\n")
                    .endsWith("to one");
        }
        assertThat(origin.heads("/search/")).hasSize(2).allMatch(head -> head.contains(condition));
    }

    @Test
    void contentThatIsLargeOrOfUnknownLengthGoesAsItComes() throws IOException {
        echoes("/search/", FRESH);
        String large = "x".repeat(1_025);
        assertThat(get("/search/")).contains("; stored");
        for (int i = 0; i < 2; i++) {
            assertThat(post("/search/", large)).contains("; fwd=method; ").endsWith("to " + large);
            String chunks = "Transfer-Encoding: chunked\r\n\r\n3\r\none\r\n0\r\n\r\n";
            assertThat(client.sends("POST /search/ HTTP/1.1\r\nHost: site.test\r\n" + chunks)
                            .answer())
                    .contains("; fwd=method; ");
        }
        String most = "x".repeat(1_024);
        assertThat(post("/search/", most)).contains("; stored; ");
        assertThat(post("/search/", most)).contains(HIT).endsWith("to " + most);
        // None of it was a sign that something has changed.
        assertThat(get("/search/")).contains(HIT);
    }

    @Test
    void onlyTheRulesPostsChangeNothing() throws IOException {
        echoes("/other/", "");
        assertThat(get("/other/")).contains("; stored");
        assertThat(post("/other/", "one"))
                .contains("Cache-Status: weir; fwd=method; fwd-status=200\r\n")
                .endsWith("to one");
        assertThat(get("/other/")).contains("; fwd=miss");
        echoes("/search/", FRESH);
        assertThat(get("/search/")).contains("; stored");
        assertThat(post("/search/", "one")).contains("; stored");
        assertThat(get("/search/")).contains(HIT);
        assertThat(client.sends("DELETE /search/ HTTP/1.1\r\nHost: site.test\r\n\r\n")
                        .answer())
                .endsWith("to ");
        assertThat(post("/search/", "one")).as("dropped by its URL").contains("; fwd=miss");
        assertThat(get("/search/")).contains("; fwd=miss");
    }

    @Test
    void aPurgeOfTheUrlMeetsTheAnswersToAllContents() throws IOException {
        echoes("/search/", FRESH);
        edge.plays(
                Addresses.CACHE_SCOPES_SINCE,
                asked -> Future.succeededFuture(new ScopeLog(true, asked.since(), List.of())));
        edge.plays(Addresses.CACHE_PURGE_SCOPES, order -> {
            edge.bus()
                    .publish(
                            Addresses.CACHE_PURGED_SCOPE,
                            new ScopeNotice(PAIR, order.scopes().get(0), false));
            return Future.succeededFuture(new PurgeReport(PAIR, PurgeReport.UNKNOWN, false, List.of()));
        });
        for (int i = 0; i < 20; i++) {
            assertThat(post("/search/", "content " + i)).contains("; stored; ");
        }
        assertThat(get("/search/")).contains("; stored; ");
        assertThat(client.sends("PURGE /search/?utm_x HTTP/1.1\r\nHost: site.test\r\n\r\n")
                        .answer())
                .startsWith("HTTP/1.1 200 ");
        EdgeRig.until(() -> edge.metrics.scrape().contains("weir_edge_cache_keys 0.0"));
        for (int i = 0; i < 20; i++) {
            assertThat(post("/search/", "content " + i)).contains("; fwd=miss");
        }
    }

    @Test
    void groupsThatTheOriginNamesAreDropped() throws IOException {
        origin.serves("/page", FRESH + "Cache-Groups: \"a\"\r\n", "page");
        echoes("/search/", FRESH + "Cache-Group-Invalidation: \"a\"\r\n");
        assertThat(get("/page")).contains("; stored");
        assertThat(get("/page")).contains("; hit; ");
        assertThat(post("/search/", "one")).contains("; stored; ");
        assertThat(get("/page")).contains("; fwd=");
    }

    @Test
    void whatIsTooLongPassesAndNoRangeOfItIsStored() throws IOException {
        origin.on("/search/", peer -> {
            contents.add(peer.body());
            peer.send(Origin.ok(FRESH + "ETag: \"1\"\r\n", "x".repeat(1024 * 1024 + 1)));
        });
        assertThat(post("/search/", "one")).contains("; detail=rule:search:too-long\r\n");
        assertThat(post("/search/", "one")).contains("; detail=rule:search:too-long\r\n");
        assertThat(edge.metrics.scrape()).contains("weir_edge_cache_keys 0.0");
    }

    @Test
    void explainSaysThatItTakesTheContent() throws IOException {
        assertThat(edge.explains("http://site.test/search/", "POST", HeaderFields.empty(), "", "")
                        .getJsonObject("cache")
                        .getString("why"))
                .isEqualTo("post");
        assertThat(edge.explains("http://site.test/other/", "POST", HeaderFields.empty(), "", "")
                        .getJsonObject("cache")
                        .getString("why"))
                .isEqualTo("method");
    }

    @Test
    void whoHasToWaitIsToldToGoOn() throws IOException {
        echoes("/search/", FRESH);
        String head = "POST /search/ HTTP/1.1\r\nHost: site.test\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n";
        for (String said : List.of("; stored; ", HIT)) {
            client.sends(head);
            assertThat(client.until("\r\n\r\n")).startsWith("HTTP/1.1 100 ");
            assertThat(client.sends("one").answer())
                    .startsWith("HTTP/1.1 200 ")
                    .contains(said)
                    .endsWith("to one");
        }
        assertThat(origin.heads("/search/")).singleElement().asString().doesNotContain("Expect");
    }

    @Test
    void requestsWithCredentialsShareOnlyWhatIsPublic() throws IOException {
        echoes("/search/", FRESH);
        String cookie = "Cookie: a\r\n";
        assertThat(post("/search/", "one", cookie)).contains("; detail=rule:search:cookie\r\n");
        assertThat(post("/search/", "one")).contains("; stored; ");
        assertThat(post("/search/", "one", cookie)).contains("; fwd=request; ");
        assertThat(post("/search/", "one", "Authorization: Basic eDp5\r\n"))
                .contains("; detail=rule:search:authorization\r\n");
        assertThat(post("/search/", "one")).contains(HIT);
        echoes("/search/", "Cache-Control: public, max-age=60\r\n");
        assertThat(post("/search/", "two", cookie)).contains("; stored; ");
        assertThat(post("/search/", "two", cookie)).contains(HIT);
        assertThat(post("/search/", "two")).contains(HIT);
    }

    @Test
    void manyWhoSendTheSameShareOneFetch() throws IOException {
        CountDownLatch joined = new CountDownLatch(1);
        origin.on("/search/", peer -> {
            contents.add(peer.body());
            try {
                joined.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            peer.send(Origin.ok(FRESH, "for all"));
        });
        try (RawClient other = edge.client()) {
            client.sends(request("/search/", "one"));
            EdgeRig.until(() -> !contents.isEmpty());
            other.sends(request("/search/", "one"));
            EdgeRig.until(this::hasJoined);
            joined.countDown();
            assertThat(client.answer()).endsWith("for all");
            assertThat(other.answer())
                    .contains("; collapsed; detail=rule:search\r\n")
                    .endsWith("for all");
        }
        assertThat(contents).containsExactly("one");
    }

    @Test
    void contentThatBreaksOffReachesNoOrigin() throws IOException {
        echoes("/search/", FRESH);
        try (RawClient other = edge.client()) {
            other.sends("POST /search/ HTTP/1.1\r\nHost: site.test\r\nContent-Length: 9\r\n\r\nhalf");
            EdgeRig.until(() -> edge.metrics.scrape().contains("weir_edge_cache_post_bytes 9.0"));
        }
        edge.settles();
        assertThat(contents).isEmpty();
        assertThat(edge.record("/search/").getString("termination")).isEqualTo("client-closed");
    }

    @Test
    void theShareOfWhoDoesntStoreIsForNobody() throws IOException {
        CountDownLatch joined = new CountDownLatch(1);
        origin.on("/search/", peer -> {
            String content = peer.body();
            contents.add(content);
            try {
                joined.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            peer.send(Origin.ok("Cache-Control: private\r\n", "to " + contents.size()));
        });
        try (RawClient other = edge.client()) {
            client.sends(request("/search/", "one"));
            EdgeRig.until(() -> !contents.isEmpty());
            other.sends(request("/search/", "one"));
            EdgeRig.until(this::hasJoined);
            joined.countDown();
            assertThat(client.answer()).endsWith("to 1");
            assertThat(other.answer()).endsWith("to 2");
        }
        assertThat(contents).containsExactly("one", "one");
    }
}
