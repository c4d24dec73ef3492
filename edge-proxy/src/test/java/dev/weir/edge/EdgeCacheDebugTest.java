package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.contracts.Addresses;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.cache.CacheLookupReply;
import dev.weir.http.HeaderFields;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the cache handled a request, as its client, the log and the metrics are told. */
class EdgeCacheDebugTest {
    private static final String ASKED = "Weir-Debug: cache\r\n";

    @TempDir
    private Path directory;

    private final Origin origin = new Origin();
    private EdgeRig edge;

    @AfterEach
    void stop() throws IOException {
        edge.settles();
        edge.close();
        origin.close();
    }

    @BeforeEach
    void start() throws IOException {
        edge = rig("trusted");
    }

    private EdgeRig rig(String show) throws IOException {
        return EdgeRig.with(directory, """
                routes:
                  - { host: "*", path: /uncached/, upstream: site, cache: off }
                  - { host: "*", path: /, upstream: site }
                upstreams: { site: { targets: ["http://127.0.0.1:%d"] } }
                diagnostics: { show: %s }
                """.formatted(origin.port(), show));
    }

    private String get(String path, String fields) throws IOException {
        try (RawClient client = edge.client()) {
            return client.sends("GET " + path + " HTTP/1.1\r\nHost: site.test\r\n" + fields + "\r\n")
                    .answer();
        }
    }

    private static String debug(String answer) {
        return answer.lines()
                .filter(line -> line.startsWith("Weir-Debug: "))
                .reduce((one, other) -> {
                    throw new AssertionError("two lines: " + one + other);
                })
                .orElseThrow(() -> new AssertionError(answer));
    }

    private static final String KEY = "Weir-Debug: cache; zone=\"upstream/site\"; key=\"http://site.test/a\"; ";
    private static final String NODE = "; node=\"edge-proxy-1\"";

    @Test
    void tellsOfMissAndHit() throws IOException {
        origin.serves("/a", "Cache-Control: s-maxage=60, max-age=5\r\nVary: Accept-Language, X-A\r\n", "hello");
        String asked = ASKED + "X-A: 1\r\nAccept-Language: de, en\r\n";
        String variant = "variant=\"accept-language=de,en; x-a=1\"; ";
        assertThat(debug(get("/a", asked)))
                .isEqualTo(KEY + variant + "found=origin; stored; lifetime=s-maxage; ttl=60" + NODE);
        edge.passes(Duration.ofSeconds(7));
        assertThat(debug(get("/a", asked + "Range: bytes=1-2\r\n")))
                .isEqualTo(KEY + variant + "found=l1; lifetime=s-maxage; ttl=53" + NODE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        # the origin's fields                        | the request's             | why               | lifetime
        Cache-Control: no-store                      | ''                        | no-store          | none
        Cache-Control: 'private, max-age=9'          | ''                        | private           | max-age
        Cache-Control: max-age=9                     | Authorization: Basic eDp5 | authorization     | max-age
        Cache-Control: max-age=9                     | Cache-Control: no-store   | request-no-store  | max-age
        X-Nothing: said                              | ''                        | no-freshness      | none
        Vary: *                                      | ''                        | vary              | none
        """)
    void saysWhyNothingIsStored(String fields, String request, String why, String lifetime) throws IOException {
        origin.serves("/a", fields.replace("'", "") + "\r\n", "hello");
        String answer = get("/a", ASKED + (request.isEmpty() ? "" : request + "\r\n"));
        assertThat(debug(answer)).contains("; found=origin; why=" + why + "; lifetime=" + lifetime + "; ttl=");
        assertThat(answer).contains("; detail=" + why + "\r\n");
        assertThat(edge.record("/a").getString("cache")).isEqualTo("miss");
        assertThat(edge.record("/a").getString("cache.fwd")).isEqualTo("miss");
        assertThat(edge.record("/a").getString("cache.reason")).isEqualTo(why);
        assertThat(edge.metrics.scrape()).contains("weir_edge_cache_unstored_total{reason=\"" + why + "\"");
    }

    @Test
    void saysThatMoreTagsThanCanBePurgedByAreNotStored() throws IOException {
        String tags = IntStream.rangeClosed(0, 256).mapToObj(i -> "t" + i).collect(Collectors.joining(" "));
        origin.serves("/a", "Cache-Control: max-age=9\r\nSurrogate-Key: " + tags + "\r\n", "hello");
        for (int i = 0; i < 2; i++) {
            String answer = get("/a", ASKED);
            assertThat(debug(answer)).contains("; found=origin; why=too-many-tags; lifetime=max-age; ");
            assertThat(answer).contains("; detail=too-many-tags\r\n").doesNotContain("; stored");
        }
        assertThat(edge.metrics.scrape()).contains("weir_edge_cache_unstored_total{reason=\"too-many-tags\"");
        origin.serves("/b", "Cache-Control: max-age=9\r\nSurrogate-Key: " + tags.replace("t0 ", "") + "\r\n", "hello");
        assertThat(get("/b", ASKED)).contains("; stored");
        assertThat(get("/b", ASKED)).contains("; hit");
    }

    @Test
    void tellsWhatTheSharedTierHad() throws IOException {
        edge.plays(
                Addresses.CACHE_LOOKUP,
                asked -> Future.succeededFuture(new CacheLookupReply.Hit(
                        200,
                        HeaderFields.of("Cache-Control", "max-age=60"),
                        List.of(),
                        0,
                        1_000,
                        false,
                        SequencePair.NONE,
                        Buffer.buffer("hello"))));
        String answer = get("/a", ASKED);
        assertThat(debug(answer)).contains("; found=l2; lifetime=max-age; ttl=59");
        assertThat(answer).contains("; hit").endsWith("hello");
        assertThat(debug(get("/a", ASKED))).contains("; found=l1; lifetime=max-age; ttl=59");
        assertThat(origin.heads).isEmpty();
    }

    @Test
    void tellsOfAnAnswerThatAnotherRequestAskedFor() throws IOException {
        CountDownLatch head = new CountDownLatch(1);
        origin.on("/a", peer -> {
            try {
                if (!head.await(20, TimeUnit.SECONDS)) {
                    throw new IOException("nobody joined");
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            peer.send(Origin.ok("Cache-Control: max-age=60\r\n", "hello"));
        });
        String request = "GET /a HTTP/1.1\r\nHost: site.test\r\n" + ASKED + "\r\n";
        try (RawClient leader = edge.client();
                RawClient follower = edge.client()) {
            leader.sends(request);
            EdgeRig.until(() -> !origin.heads("/a").isEmpty());
            follower.sends(request);
            EdgeRig.until(() -> edge.metrics
                    .scrape()
                    .lines()
                    .anyMatch(line -> line.startsWith("weir_edge_cache_events_total{")
                            && line.contains("outcome=\"joined\"")
                            && line.matches(".* 1(\\.0)?")));
            head.countDown();
            assertThat(debug(leader.answer())).contains("; found=origin; stored; lifetime=max-age; ttl=60");
            String answer = follower.answer();
            assertThat(debug(answer)).contains("; found=collapsed; lifetime=max-age; ttl=60");
            assertThat(answer).contains("; collapsed").endsWith("hello");
        }
        assertThat(origin.heads("/a")).hasSize(1);
    }

    @Test
    void saysThatTheCacheWasPassedBy() throws IOException {
        origin.serves("/uncached/a", "Cache-Control: max-age=9\r\n", "hello");
        assertThat(debug(get("/uncached/a", ASKED))).isEqualTo("Weir-Debug: cache; found=origin; why=bypass" + NODE);
        assertThat(edge.record("/uncached/a").containsKey("cache.reason")).isFalse();
    }

    @Test
    void originsDontLearnThatSomebodyAsked() throws IOException {
        origin.serves("/a", "", "hello");
        assertThat(debug(get("/a", ASKED))).isNotEmpty();
        assertThat(origin.heads("/a")).singleElement().asString().doesNotContainIgnoringCase("weir-debug");
    }

    @Test
    void whoDoesntAskOrMayNotKnowIsToldNothing() throws IOException {
        edge.close();
        edge = rig("none");
        origin.serves("/a", "Cache-Control: max-age=60\r\n", "hello");
        assertThat(get("/a", ASKED)).doesNotContainIgnoringCase("weir-debug").doesNotContain("Cache-Status");
        assertThat(origin.heads("/a")).singleElement().asString().doesNotContainIgnoringCase("weir-debug");
    }

    @Test
    void hitsInTheLogHaveNoReason() throws IOException {
        origin.serves("/a", "Cache-Control: max-age=60\r\n", "hello");
        assertThat(get("/a", "")).doesNotContain("Weir-Debug").contains("; stored");
        assertThat(get("/a", "")).contains("; hit");
        assertThat(edge.records(2)).noneMatch(record -> record.containsKey("cache.reason"));
        assertThat(edge.records(2).get(1).containsKey("cache.fwd")).isFalse();
    }
}
