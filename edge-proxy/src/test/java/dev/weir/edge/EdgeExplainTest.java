package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.HeaderFields;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an edge says that it would make of a request, after real ones. */
class EdgeExplainTest {
    private static final String A = "http://site.test/a";

    @TempDir
    private Path directory;

    private final Origin origin = new Origin();
    private EdgeRig edge;

    @BeforeEach
    void start() throws IOException {
        edge = EdgeRig.with(directory, """
                routes:
                  - { host: "*", path: /uncached/, upstream: site, cache: off }
                  - { host: site.test, path: /, upstream: site }
                upstreams: { site: { targets: ["http://127.0.0.1:%d"] } }
                """.formatted(origin.port()));
    }

    @AfterEach
    void stop() throws IOException {
        edge.settles();
        edge.close();
        origin.close();
    }

    private String get(String path, String fields) throws IOException {
        try (RawClient client = edge.client()) {
            return client.sends("GET " + path + " HTTP/1.1\r\nHost: site.test\r\n" + fields + "\r\n")
                    .answer();
        }
    }

    private JsonObject explains(String url, String... fields) {
        return edge.explains(url, "GET", HeaderFields.of(fields), "", "");
    }

    private static JsonObject cache(JsonObject said) {
        return said.getJsonObject("cache");
    }

    @Test
    void tellsOfWhatIsStored() throws IOException {
        origin.serves("/a", "CDN-Cache-Control: max-age=60\r\nVary: Accept-Language, Cookie\r\n", "hello");
        assertThat(get("/a", "Accept-Language: de\r\nCookie: secret\r\n")).endsWith("hello");
        edge.passes(Duration.ofSeconds(7));

        JsonObject said = explains(A, "Accept-Language", "de", "Cookie", "secret");

        assertThat(said.getString("edge")).isEqualTo("edge-proxy-1");
        assertThat(said.getString("client")).isEqualTo("unknown");
        assertThat(said.getJsonObject("listener").getString("name")).isEqualTo("web");
        assertThat(said.getJsonObject("rules").getString("verdict")).isEqualTo("allow");
        assertThat(said.getJsonObject("rules").getString("revision")).isEqualTo("7.1");
        assertThat(said.getJsonObject("route")).isEqualTo(new JsonObject("{\"upstream\":\"site\",\"cache\":true}"));
        assertThat(said.getString("zone")).isEqualTo("upstream/site");
        assertThat(said.getString("key")).isEqualTo("upstream/site " + A);
        assertThat(cache(said)).isEqualTo(new JsonObject("""
                {"would":"hit","why":"fresh","stored":[{"status":200,"bytes":5,"selected":true,"age":7,"ttl":53,
                 "lifetime":60,"lifetime_from":"max-age","to_confirm":false,"directives_from":"CDN-Cache-Control",
                 "selecting":["accept-language=de","cookie=(not shown)"]}]}
                """));
        assertThat(cache(explains(A, "Accept-Language", "fr")).getString("why")).isEqualTo("vary-miss");
        assertThat(origin.heads("/a")).hasSize(1);
        assertThat(edge.records(1)).hasSize(1);
        assertThat(edge.number("hits")).isZero();
        assertThat(edge.number("lookups")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        # the request's field           | seconds later | would    | why
        X-Any: 1                        | 0             | hit      | fresh
        X-Any: 1                        | 61            | validate | stale
        Cache-Control: no-cache         | 0             | validate | request-no-cache
        Cache-Control: max-age=5        | 7             | validate | request-max-age
        Cache-Control: min-fresh=59     | 7             | validate | request-min-fresh
        Cache-Control: only-if-cached   | 61            | miss     | only-if-cached
        If-Match: x                     | 0             | bypass   | request
        """)
    void saysWhatWouldBecomeOfARequest(String field, long later, String would, String why) throws IOException {
        origin.serves("/a", "Cache-Control: max-age=60\r\nETag: \"1\"\r\n", "hello");
        assertThat(get("/a", "")).endsWith("hello");
        edge.passes(Duration.ofSeconds(later));
        JsonObject cache =
                cache(explains(A, field.substring(0, field.indexOf(':')), field.substring(field.indexOf(':') + 2)));
        assertThat(cache.getString("would")).isEqualTo(would);
        assertThat(cache.getString("why")).isEqualTo(why);
    }

    /** The bus of a test refuses what a cluster's would. */
    @Test
    void saysNoMoreThanOneMessageHolds() throws IOException {
        String names = IntStream.range(0, 12).mapToObj(i -> "X-" + i).collect(Collectors.joining(", "));
        origin.serves("/a", "Cache-Control: max-age=60\r\nVary: " + names + "\r\n", "hello");
        for (int i = 0; i < 30; i++) {
            String value = "\"".repeat(190) + i;
            String fields = IntStream.range(0, 12)
                    .mapToObj(each -> "X-" + each + ": " + value + "\r\n")
                    .collect(Collectors.joining());
            assertThat(get("/a", fields)).endsWith("hello");
        }
        JsonObject cache = cache(explains(A));
        assertThat(cache.getJsonArray("stored")).isNotEmpty();
        assertThat(cache.getInteger("untold"))
                .isEqualTo(30 - cache.getJsonArray("stored").size());
    }

    @Test
    void remembersWhyTheLastAnswerWasntStored() throws IOException {
        origin.serves("/a", "Cache-Control: no-store\r\n", "hello");
        assertThat(cache(explains(A)).containsKey("last_not_stored")).isFalse();
        assertThat(get("/a", "")).endsWith("hello");
        assertThat(cache(explains(A)).getString("why")).isEqualTo("nothing-stored");
        assertThat(cache(explains(A)).getJsonObject("last_not_stored").getString("why"))
                .isEqualTo("no-store");
        origin.serves("/a", "Cache-Control: max-age=60\r\n", "hello");
        assertThat(get("/a", "")).endsWith("hello");
        assertThat(cache(explains(A)).containsKey("last_not_stored")).isFalse();
        assertThat(cache(explains(A)).getString("would")).isEqualTo("hit");
    }

    @Test
    void remembersWhatTheEndOfABodyTold() throws IOException {
        origin.serves("/a", "Cache-Control: max-age=60\r\n", "hello");
        assertThat(get("/a", "")).endsWith("hello");
        edge.passes(Duration.ofSeconds(59));
        origin.answers("/a", "HTTP/1.1 500 Oops\r\nCache-Control: max-age=60\r\nContent-Length: 5\r\n\r\nsorry");
        assertThat(get("/a", "Cache-Control: no-cache\r\n")).endsWith("sorry");
        assertThat(cache(explains(A)).getString("would")).isEqualTo("hit");
        assertThat(cache(explains(A)).getJsonObject("last_not_stored").getString("why"))
                .isEqualTo("outranked");
    }

    @Test
    void tellsWhatTheRulesSayOfAClient() {
        edge.enforce("""
                default: allow
                rules:
                  - { name: no-lab, when: { client: 198.51.100.0/24, path: /a }, then: deny }
                """);
        assertThat(explains(A).getJsonObject("rules").getString("verdict")).isEqualTo("allow");
        JsonObject rules = edge.explains(A, "GET", HeaderFields.empty(), "", "198.51.100.7")
                .getJsonObject("rules");
        assertThat(rules.getString("verdict")).isEqualTo("deny");
        assertThat(rules.getString("rule")).isEqualTo("no-lab");
        assertThat(rules.getInteger("status")).isEqualTo(403);
    }

    @Test
    void tellsOfRoutes() {
        assertThat(cache(explains("http://site.test/uncached/a")).getString("why"))
                .isEqualTo("route");
        JsonObject unrouted = edge.explains("http://other.test/a", "GET", HeaderFields.empty(), "web", "");
        assertThat(unrouted.getJsonObject("route").getString("none")).isEqualTo("no-route");
        assertThat(unrouted.containsKey("cache")).isFalse();
        JsonObject forward = explains("http://other.test/a");
        assertThat(forward.getJsonObject("listener").getString("name")).isEqualTo("egress");
        assertThat(forward.getString("key")).isEqualTo("origin http://other.test/a");
        JsonObject post = edge.explains(A, "POST", HeaderFields.empty(), "", "");
        assertThat(cache(post).getString("would") + cache(post).getString("why"))
                .isEqualTo("bypassmethod");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        # url                 | method  | listener | client | what is wrong
        ftp://a.test/         | GET     | ''       | ''     | url: 'ftp://a.test/'
        http:///a             | GET     | ''       | ''     | url: 'http:///a'
        http://site.test/a b  | GET     | ''       | ''     | such a request is refused with 400
        http://site.test/a    | G T     | ''       | ''     | such a request is refused with 400
        http://site.test/a    | CONNECT | ''       | ''     | such a request is refused with 400
        http://site.test/a    | GET     | nowhere  | ''     | listener: 'nowhere' (expected: one of web, egress)
        http://site.test/a    | GET     | ''       | me     | client: 'me' (expected: an IP address)
        """)
    void saysWhatIsWrongWithTheQuestion(String url, String method, String listener, String client, String wrong) {
        JsonObject said = edge.explains(url, method, HeaderFields.empty(), listener, client);
        assertThat(said.getString("problem")).startsWith(wrong);
        assertThat(said.fieldNames()).containsExactlyInAnyOrder("edge", "problem");
    }
}
