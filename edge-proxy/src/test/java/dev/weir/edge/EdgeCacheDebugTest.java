package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
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
