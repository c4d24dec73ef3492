package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.HeaderFields;
import io.vertx.core.json.JsonArray;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is stored goes when the origin has another answer, though that one may not be stored (RFC 9111 §4.3.3). */
class EdgeOutdatedTest {
    private static final String LENIENT =
            "Cache-Control: max-age=60, stale-while-revalidate=600, stale-if-error=600\r\nETag: \"1\"\r\n";

    private static final String DOWN = "HTTP/1.1 503 Down\r\nContent-Length: 0\r\n\r\n";

    @TempDir
    private Path directory;

    private final Origin origin = new Origin();
    private EdgeRig edge;
    private RawClient client;

    @BeforeEach
    void start() throws IOException {
        edge = EdgeRig.before(directory, origin);
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
        return client.sends("GET " + path + " HTTP/1.1\r\nHost: site.test\r\n" + String.join("", fields) + "\r\n")
                .answer();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Cache-Control: no-cache\r\n"})
    void aHeadOfTheSameLengthDoesNotMakeOldContentNew(String fields) throws IOException {
        origin.serves("/h", "Cache-Control: max-age=60\r\n", "old");
        assertThat(get("/h")).endsWith("old");
        edge.passes(Duration.ofSeconds(fields.isEmpty() ? 100 : 1));
        origin.on(
                "/h",
                peer -> peer.send(
                        peer.head.startsWith("HEAD")
                                ? "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 3\r\n\r\n"
                                : Origin.ok("Cache-Control: max-age=60\r\n", "new")));
        assertThat(client.sends("HEAD /h HTTP/1.1\r\nHost: site.test\r\n" + fields + "\r\n")
                        .head())
                .contains("fwd=");
        assertThat(get("/h")).endsWith("new");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Length: 3\r\n\r\nnew",
                "HTTP/1.1 200 OK\r\nCache-Control: private\r\nContent-Length: 3\r\n\r\nnew",
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nnew",
                "HTTP/1.1 404 Gone\r\nCache-Control: no-store\r\nContent-Length: 3\r\n\r\nnew"
            })
    void whatWasReplacedDoesNotComeBackStale(String replacement) throws IOException {
        origin.serves("/a", LENIENT, "old");
        assertThat(get("/a")).endsWith("old");
        edge.passes(Duration.ofSeconds(100));
        origin.answers("/a", replacement);
        assertThat(get("/a", "Cache-Control: max-age=1\r\n"))
                .contains("Cache-Status: weir; fwd=")
                .endsWith("new");
        assertThat(get("/a")).as("stale-while-revalidate").endsWith("new");
        origin.answers("/a", DOWN);
        assertThat(get("/a")).as("stale-if-error").startsWith("HTTP/1.1 503 ");
    }

    @Test
    void aRenewalThatMayNotBeStoredEndsWhatItWasToRenew() throws IOException {
        origin.serves("/a", LENIENT, "old");
        assertThat(get("/a")).endsWith("old");
        edge.passes(Duration.ofSeconds(100));
        origin.serves("/a", "Cache-Control: private\r\n", "new");
        assertThat(get("/a")).contains("; hit; ttl=-40").endsWith("old");
        EdgeRig.until(() -> edge.explains("http://site.test/a", "GET", HeaderFields.empty(), "", "")
                .getJsonObject("cache")
                .getJsonArray("stored", new JsonArray())
                .isEmpty());
        assertThat(get("/a")).endsWith("new");
    }

    @Test
    void whatIsFreshAndWhatErrorsPassByStay() throws IOException {
        origin.serves("/a", LENIENT, "old");
        assertThat(get("/a")).endsWith("old");
        origin.serves("/a", "Cache-Control: private\r\n", "mine");
        assertThat(get("/a", "Cache-Control: no-cache\r\n")).endsWith("mine");
        assertThat(get("/a")).as("still fresh").contains("; hit").endsWith("old");
        edge.passes(Duration.ofSeconds(100));
        assertThat(get("/a", "Authorization: Basic eDp5\r\n", "Cache-Control: max-age=1\r\n"))
                .as("one user's own")
                .endsWith("mine");
        origin.answers("/a", "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
        assertThat(get("/a", "Cache-Control: max-age=1\r\n")).startsWith("HTTP/1.1 403 ");
        assertThat(get("/a")).contains("; hit; ttl=-40").endsWith("old");
    }

    /** What Connection names doesn't reach the origin, which therefore hasn't chosen by it. */
    @Test
    void aFieldThatTheOriginWasNotSentSelectsNothing() throws IOException {
        origin.on(
                "/v",
                peer -> peer.send(Origin.ok(
                        "Cache-Control: max-age=60\r\nVary: X-Kind\r\n",
                        peer.head.contains("X-Kind: a") ? "for a" : "for nobody")));
        assertThat(get("/v", "X-Kind: a\r\n", "Connection: X-Kind\r\n"))
                .contains("fwd=miss", "detail=vary")
                .endsWith("for nobody");
        assertThat(get("/v", "X-Kind: a\r\n")).contains("fwd=miss").endsWith("for a");
        assertThat(get("/v", "X-Kind: b\r\n")).as("RFC 9211 §2.2").contains("fwd=vary-miss");
        assertThat(get("/v", "X-Kind: a\r\n")).contains("; hit").endsWith("for a");
    }

    /** The origin is told the client's address: what it has chosen by that is for this client alone. */
    @ParameterizedTest
    @ValueSource(strings = {"X-Forwarded-For", "forwarded", "X-Other, Forwarded"})
    void whatWasChosenByTheClientsAddressIsNotStored(String vary) throws IOException {
        origin.serves("/v", "Cache-Control: max-age=60\r\nVary: " + vary + "\r\n", "near you");
        for (int i = 0; i < 2; i++) {
            assertThat(get("/v")).contains("detail=vary").endsWith("near you");
        }
        origin.serves("/304", "Cache-Control: max-age=60\r\nETag: \"1\"\r\n", "for all");
        assertThat(get("/304")).endsWith("for all");
        edge.passes(Duration.ofSeconds(100));
        origin.answers(
                "/304", "HTTP/1.1 304 Same\r\nCache-Control: max-age=60\r\nETag: \"1\"\r\nVary: " + vary + "\r\n\r\n");
        for (int i = 0; i < 2; i++) {
            assertThat(get("/304")).contains("fwd=stale; fwd-status=304").endsWith("for all");
        }
    }
}
