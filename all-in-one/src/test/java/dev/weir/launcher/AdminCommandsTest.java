package dev.weir.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands against an admin port that answers as the console does. */
class AdminCommandsTest {
    private final Vertx vertx = Vertx.vertx();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path directory;

    @BeforeEach
    void start() throws Exception {
        HttpServer server = vertx.createHttpServer()
                .requestHandler(this::answer)
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
        Files.createDirectories(directory.resolve("secrets"));
        Files.writeString(directory.resolve("secrets/admin-token"), "open-sesame\n");
        Files.writeString(directory.resolve("admin-url"), "http://127.0.0.1:" + server.actualPort() + "\n");
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    private void answer(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            asked.add(request.method() + " " + request.uri() + " " + request.getHeader("Authorization") + " " + body);
            switch (request.path()) {
                case "/api/v1/purge" ->
                    request.response()
                            .end(
                                    body.toString().contains("half")
                                            ? "{\"dry-run\":true,\"scopes\":[\"tag half\"],\"shared\":7,"
                                                    + "\"shared-incomplete\":true,"
                                                    + "\"edges\":{\"edge-1\":3,\"edge-2\":null},"
                                                    + "\"unreachable\":[\"edge-2\"]}"
                                            : "{\"purge\":\"a.1\",\"scopes\":[\"url http://example.com/a\"],"
                                                    + "\"shared\":2,\"edges\":{\"edge-1\":1,\"edge-2\":null},"
                                                    + "\"applied\":[\"edge-1\",\"edge-2\"],\"unreachable\":[]}");
                case "/api/v1/policy" ->
                    request.response()
                            .setStatusCode(body.toString().contains("dney") ? 422 : 200)
                            .end(
                                    body.toString().contains("dney")
                                            ? "{\"accepted\":false,\"problems\":[\"published policy:1:2: no\"]}"
                                            : "{\"accepted\":true,\"problems\":[],\"revision\":\"a.2\"}");
                case "/api/v1/audit" -> page(request);
                default -> request.response().setStatusCode(404).end();
            }
        });
    }

    /** Three pages of two, the last one of one. */
    private static void page(HttpServerRequest request) {
        String cursor = request.getParam("cursor", "0");
        int start = Integer.parseInt(cursor);
        boolean end = start == 4;
        String lines = "{\"seq\":" + start + "}\n" + (end ? "" : "{\"seq\":" + (start + 1) + "}\n");
        request.response()
                .putHeader("Weir-Cursor", String.valueOf(start + 2))
                .putHeader("Weir-End", String.valueOf(end))
                .end(lines);
    }

    @Test
    void queriesAllPages() {
        assertThat(run("audit", "query", "--json", "--limit", "0", "url.path=/a b*"))
                .as(err.toString())
                .isZero();
        assertThat(out.toString().lines())
                .containsExactly("{\"seq\":0}", "{\"seq\":1}", "{\"seq\":2}", "{\"seq\":3}", "{\"seq\":4}");
        assertThat(asked).hasSize(3);
        assertThat(asked.get(0)).contains("url.path=%2Fa+b*").contains("Bearer open-sesame");
    }

    @Test
    void queriesNoMoreThanAskedFor() {
        assertThat(run("audit", "query", "--limit", "3")).isZero();
        assertThat(out.toString().lines()).containsExactly("seq=0", "seq=1", "seq=2");
    }

    @Test
    void tailsTheNewest() {
        assertThat(run("audit", "tail", "--limit", "2", "--json")).isZero();
        assertThat(out.toString().lines()).containsExactly("{\"seq\":3}", "{\"seq\":4}");
    }

    @Test
    void purgesWithTheToken() {
        assertThat(run("purge", "--soft", "HTTP://Example.com/a")).isZero();
        assertThat(asked)
                .containsExactly("POST /api/v1/purge Bearer open-sesame"
                        + " {\"url\":[\"http://example.com/a\"],\"soft\":true,\"dry-run\":false}");
        assertThat(out.toString().lines())
                .containsExactly(
                        "url http://example.com/a: softly purged as a.1",
                        "shared tier: 2 responses",
                        "edge-1: applied, 1 response",
                        "edge-2: applied, responses not counted");
    }

    @Test
    void purgesByWhateverIsNamed() {
        assertThat(run(
                        "purge",
                        "--tag",
                        "a",
                        "b",
                        "--prefix",
                        "http://example.com/c",
                        "--group",
                        "https://example.com",
                        "two words",
                        "--json"))
                .isZero();
        assertThat(asked.get(0))
                .endsWith(" {\"prefix\":[\"http://example.com/c/\"],\"tag\":[\"a\",\"b\"],"
                        + "\"group\":[{\"origin\":\"https://example.com\",\"name\":\"two words\"}],"
                        + "\"soft\":false,\"dry-run\":false}");
        assertThat(out.toString()).startsWith("{\"purge\":\"a.1\"");
        assertThat(run("purge", "--all")).isZero();
        assertThat(asked.get(1)).endsWith(" {\"all\":true,\"soft\":false,\"dry-run\":false}");
    }

    @Test
    void countsOnlyInADryRunAndSaysWhoWasNotReached() {
        assertThat(run("purge", "--dry-run", "--tag", "half")).isEqualTo(1);
        assertThat(out.toString().lines())
                .containsExactly(
                        "tag half: would be purged",
                        "shared tier: at least 7 responses",
                        "edge-1: 3 responses",
                        "edge-2: did not answer in time");
    }

    @Test
    void asksForWhatIsToBePurged() {
        assertThat(run("purge")).isEqualTo(2);
        assertThat(err.toString()).contains("what is to be purged?");
        assertThat(run("purge", "--all", "http://example.com/")).isEqualTo(2);
        assertThat(err.toString()).contains("--all is everything");
        assertThat(run("purge", "/a")).isEqualTo(2);
        assertThat(err.toString()).contains("/a (expected: an absolute http or https URL");
        assertThat(run("purge", "--prefix", "http://example.com/?a")).isEqualTo(2);
        assertThat(run("purge", "--group", "http://example.com/a", "b")).isEqualTo(2);
        assertThat(asked).isEmpty();
    }

    @Test
    void publishesAPolicyOrSaysWhatIsWrongWithIt() throws Exception {
        Path right = Files.writeString(directory.resolve("right.yaml"), "default: allow\n");
        Path wrong = Files.writeString(directory.resolve("wrong.yaml"), "default: dney\n");
        assertThat(run("policy", "publish", right.toString())).isZero();
        assertThat(out.toString()).contains("in force, revision a.2");
        assertThat(run("policy", "test", right.toString())).isZero();
        assertThat(asked.get(1)).startsWith("POST /api/v1/policy?dry-run=true ");
        assertThat(run("policy", "publish", wrong.toString())).isEqualTo(2);
        assertThat(err.toString()).contains(wrong + ":1:2: no");
    }

    @Test
    void whatIsNotServedIsRefused() {
        assertThat(run("status")).isEqualTo(2);
        assertThat(err.toString()).contains("does not serve this");
    }

    private int run(String... arguments) {
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--state";
        all[arguments.length + 1] = directory.toString();
        return Weir.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all);
    }
}
