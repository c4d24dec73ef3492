package dev.weir.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.contracts.Addresses;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.audit.AuditPage;
import dev.weir.contracts.audit.AuditQuery;
import dev.weir.contracts.cache.CacheLookupReply;
import dev.weir.contracts.cache.Explanation;
import dev.weir.contracts.cache.PurgeOrder;
import dev.weir.contracts.cache.PurgeReport;
import dev.weir.contracts.policy.PublishReply;
import dev.weir.http.HeaderFields;
import dev.weir.runtime.ProcessArguments;
import dev.weir.runtime.Running;
import dev.weir.runtime.Service;
import dev.weir.runtime.ServiceContext;
import dev.weir.runtime.ServiceProcess;
import dev.weir.runtime.config.WeirConfig;
import dev.weir.runtime.config.WeirConfigReader;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The admin port from outside, in a process whose other services are played over a real local bus. */
class ConsoleTest {
    @TempDir
    Path directory;

    private final BlockingQueue<PurgeOrder> purged = new LinkedBlockingQueue<>();
    private final BlockingQueue<AuditQuery> asked = new LinkedBlockingQueue<>();
    private ServiceProcess process;
    private int port;
    private String token;

    /** Answers what the console asks of the others. */
    private final class Others implements Service {
        @Override
        public String name() {
            return "others";
        }

        @Override
        public Future<Running> start(ServiceContext context) {
            SequencePair pair = new SequencePair(1, 7);
            var purges = context.bus().serve(Addresses.CACHE_PURGE_SCOPES, order -> {
                purged.add(order);
                return Future.succeededFuture(new PurgeReport(
                        pair,
                        2,
                        true,
                        List.of(
                                new PurgeReport.Edge("edge-proxy-1", true, 3),
                                new PurgeReport.Edge("edge-proxy-2", false, PurgeReport.UNKNOWN))));
            });
            var policies = context.bus()
                    .serve(
                            Addresses.POLICY_PUBLISH,
                            request ->
                                    Future.succeededFuture(new PublishReply(false, List.of("policy:1:1: no"), pair)));
            var audits = context.bus().serve(Addresses.AUDIT_QUERY, query -> {
                asked.add(query);
                return Future.succeededFuture(new AuditPage(List.of("{\"seq\":1}", "{\"seq\":2}"), "c9", true));
            });
            var explains = context.bus()
                    .serve(
                            Addresses.explain(context.nodeName()),
                            request -> Future.succeededFuture(new Explanation(
                                    request.listener().equals("nowhere")
                                            ? "{\"problem\":\"no such listener\"}"
                                            : new JsonObject()
                                                    .put("edge", context.nodeName())
                                                    .put("key", "zone " + request.url())
                                                    .put("asked", String.valueOf(request))
                                                    .encode())));
            var peeks = context.bus().serve(Addresses.CACHE_PEEK, lookup -> {
                HeaderFields stored = HeaderFields.of("Cache-Control", "max-age=9");
                return Future.succeededFuture(
                        lookup.fields().contains("Cookie")
                                ? new CacheLookupReply.Fill(0, pair)
                                : new CacheLookupReply.Hit(
                                        200, stored, List.of(), 0, 7_000, false, pair, Buffer.buffer("hello")));
            });
            context.status().word("policy.replica", () -> "1.7");
            context.status().number("requests", () -> 41);
            context.status().word("evil", () -> "<script>");
            return Future.succeededFuture(() -> {
                purges.close();
                policies.close();
                audits.close();
                explains.close();
                peeks.close();
                return Future.succeededFuture();
            });
        }
    }

    @BeforeEach
    void start() throws Exception {
        try (ServerSocket free = new ServerSocket()) {
            for (port = 27000; !free.isBound(); port++) {
                try {
                    free.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                } catch (IOException taken) {
                    continue;
                }
                break;
            }
        }
        WeirConfig config = WeirConfigReader.ofProcess()
                .withState(directory.resolve("state"))
                .read("weir.yaml", "admin: { address: 127.0.0.1:" + port + " }\n");
        process =
                ServiceProcess.start(List.of(new Others(), new ConsoleService()), ProcessArguments.ofAllInOne(config));
        token = Files.readString(directory.resolve("state/secrets/admin-token")).strip();
    }

    @AfterEach
    void end() {
        process.end();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        # method and path     | host             | origin                   | token | status
        GET /readyz           | 127.0.0.1        | ''                       | no    | 200
        GET /metrics          | localhost        | ''                       | no    | 200
        GET /                 | [::1]            | ''                       | no    | 200
        GET /api/v1/status    | 127.0.0.1        | ''                       | no    | 200
        GET /api/v1/audit     | 127.0.0.1        | ''                       | no    | 200
        GET /api/v1/audit?limit=0  | 127.0.0.1   | ''                       | no    | 400
        GET /api/v1/audit?from=x   | 127.0.0.1   | ''                       | no    | 400
        GET /api/v1/explain        | 127.0.0.1   | ''                       | no    | 400
        GET /api/v1/explain?url=/x | 127.0.0.1   | ''                       | no    | 400
        GET /api/v1/explain?url=http://a.test/%23x        | 127.0.0.1 | ''  | no    | 400
        GET /api/v1/explain?url=http://a.test/&field=x    | 127.0.0.1 | ''  | no    | 400
        GET /api/v1/explain?url=http://a.test/&field=Host:x | 127.0.0.1 | '' | no   | 400
        GET /api/v1/explain?url=http://a.test/&methd=GET  | 127.0.0.1 | ''  | no    | 400
        GET /api/v1/explain?url=http://a.test/&url=http://b.test/ | 127.0.0.1 | '' | no | 400
        GET /nothing          | 127.0.0.1        | ''                       | no    | 404
        GET /                 | abc.de           | ''                       | no    | 421
        GET /                 | fade.ca          | ''                       | yes   | 421
        GET /                 | evil.test        | ''                       | no    | 421
        GET /                 | 127.0.0.1        | http://evil.test         | no    | 403
        POST /api/v1/purge    | 127.0.0.1        | ''                       | no    | 401
        POST /api/v1/policy   | 127.0.0.1        | ''                       | no    | 401
        POST /api/v1/policy   | 127.0.0.1        | ''                       | yes   | 422
        DELETE /api/v1/purge  | 127.0.0.1        | ''                       | no    | 401
        GET /api/v1/purge     | 127.0.0.1        | ''                       | no    | 405
        """)
    void letsInWhoMayComeIn(String request, String host, String origin, String withToken, int status) throws Exception {
        String answer = send(request, host, origin, withToken.equals("yes"), "");
        assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        # body                             | status
        {"url":"http://a.test/x"}          | 200
        {"url":"http://a.test/","soft":true} | 200
        {"url":["http://a.test/","http://a.test/b"]} | 200
        {"prefix":"http://a.test/b"}       | 200
        {"tag":"a","dry-run":true}         | 200
        {"tag":["a","b"],"url":"http://a.test/"} | 200
        {"group":{"origin":"http://a.test","name":"b c"}} | 200
        {"all":true,"soft":true}           | 200
        {"all":true,"tag":"a"}             | 400
        {"all":false}                      | 400
        {"tag":"a b"}                      | 400
        {"tag":null}                       | 400
        {"tag":[]}                         | 400
        {"prefix":"http://a.test/b?c"}     | 400
        {"group":{"origin":"a.test","name":"b"}} | 400
        {"group":"b"}                      | 400
        {"tag":"a","soft":"yes"}           | 400
        {"tags":"a"}                       | 400
        {"url":"/x"}                       | 400
        {"url":7}                          | 400
        [1]                                | 400
        not json                           | 400
        ''                                 | 400
        """)
    void purgesWhatIsNamedWhole(String body, int status) throws Exception {
        assertThat(send("POST /api/v1/purge", "127.0.0.1", "", true, body)).startsWith("HTTP/1.1 " + status + " ");
        assertThat(purged).hasSize(status == 200 ? 1 : 0);
    }

    @Test
    void receiptNamesWhoAppliedAndWhoDidNot() throws Exception {
        assertThat(send("POST /api/v1/purge", "127.0.0.1", "", true, "{\"url\":\"http://a.test/x\"}"))
                .contains(
                        "\"purge\":\"1.7\"",
                        "\"scopes\":[\"url http://a.test/x\"]",
                        "\"shared\":2",
                        "\"edges\":{\"edge-proxy-1\":3,\"edge-proxy-2\":null}",
                        "\"applied\":[\"edge-proxy-1\"]",
                        "\"unreachable\":[\"edge-proxy-2\"]");
    }

    @Test
    void handsConditionsAndCursorOn() throws Exception {
        String answer = send("GET /api/v1/audit?kind=exchange&limit=7&cursor=c1", "127.0.0.1", "", false, "");
        assertThat(answer).contains("Weir-Cursor: c9").contains("{\"seq\":1}\n{\"seq\":2}\n");
        AuditQuery query = asked.poll(5, TimeUnit.SECONDS);
        assertThat(query).isNotNull();
        assertThat(query.where()).containsOnly(java.util.Map.entry("kind", "exchange"));
        assertThat(query.limit()).isEqualTo(7);
        assertThat(query.cursor()).isEqualTo("c1");
    }

    @Test
    void explainsByWhatEdgesAndTheSharedTierSay() throws Exception {
        String asked = "GET /api/v1/explain?url=http://a.test/x&method=HEAD&client=192.0.2.1&field=X-A:%20b";
        String answer = explained(asked + "&field=Cookie:c");
        assertThat(answer)
                .contains("\"no_answer\":[]")
                .contains("url=http://a.test/x, method=HEAD")
                .contains("client=192.0.2.1")
                .contains("\"shared\":{\"answered\":true,\"found\":true,\"status\":200,\"bytes\":5,\"age\":7,")
                .contains("\"lifetime\":9,\"lifetime_from\":\"max-age\"");
        assertThat(send("GET /api/v1/explain?url=http://a.test/x&listener=nowhere", "127.0.0.1", "", false, ""))
                .startsWith("HTTP/1.1 400 ")
                .contains("no such listener");
    }

    /** The answer once an edge was heard of. */
    private String explained(String request) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        String answer = "";
        while (!answer.contains("\"key\"") && System.nanoTime() < deadline) {
            answer = send(request, "127.0.0.1", "", false, "");
        }
        return answer;
    }

    @Test
    void overviewShowsTheNodesAndNoForeignMarkup() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        String page = "";
        while (!(page.contains("<dd>41</dd>") && page.contains("class=\"ready\"")) && System.nanoTime() < deadline) {
            page = send("GET /", "127.0.0.1", "", false, "");
        }
        assertThat(page)
                .contains("<dd>41</dd>", "class=\"ready\"", "Content-Security-Policy: default-src 'none'")
                .doesNotContain("<script>");
    }

    private String send(String request, String host, String origin, boolean withToken, String body) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(15_000);
            String head = request + " HTTP/1.1\r\nHost: " + host + ":" + port + "\r\n"
                    + (origin.isEmpty() ? "" : "Origin: " + origin + "\r\n")
                    + (withToken ? "Authorization: Bearer " + token + "\r\n" : "")
                    + "Content-Length: " + body.length() + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write((head + body).getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
