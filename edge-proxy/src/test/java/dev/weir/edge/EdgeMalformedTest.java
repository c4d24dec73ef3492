package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a refusal leaves behind: a status for the client, one record and one count for the operator, nothing at the origin. */
class EdgeMalformedTest {
    @TempDir
    private Path directory;

    private final Origin origin = new Origin();
    private EdgeRig edge;

    /** Octets, the status and the reason that they come to. */
    record Case(String bytes, int status, String reason) {}

    @BeforeEach
    void start() throws IOException {
        edge = EdgeRig.before(directory, origin);
    }

    @AfterEach
    void stop() throws IOException {
        edge.close();
        origin.close();
    }

    private static Case get(String target, String host, String reason) {
        return new Case("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n", 400, reason);
    }

    private static Stream<Case> targetsAndHosts() {
        return Stream.of(
                get("*", "a", "target-form"),
                get("a:443", "a", "target-form"),
                get("http:/x", "a", "target-form"),
                get("http:", "a", "target-form"),
                get("//", "a b", "host-invalid"),
                get("http:///", "a", "target-authority"),
                get("http://", "a", "target-authority"),
                get("http://user@a/", "a", "target-authority"),
                get("http://user:pw@a/", "a", "target-authority"),
                get("http://@a/", "a", "target-authority"),
                get("http://a:0/", "a", "target-authority"),
                get("http://a:65536/", "a", "target-authority"),
                get("http://a:x/", "a", "target-authority"),
                get("http://[::1/", "a", "target-authority"),
                get("http://[fe80::1%25eth0]/", "a", "target-authority"),
                get("http://[::1]x/", "a", "target-authority"),
                get("ftp://a/", "a", "scheme"),
                get("/%00", "a", "target-percent"),
                get("/%0a", "a", "target-percent"),
                get("/%7F", "a", "target-percent"),
                get("/%zz", "a", "target-percent"),
                get("/%", "a", "target-percent"),
                get("/?%4", "a", "target-percent"),
                get("/#f", "a", "target-characters"),
                get("/caf\u00e9", "a", "target-characters"),
                get("/", "a:0", "host-invalid"),
                get("/", "a:65536", "host-invalid"),
                get("/", "a:80:80", "host-invalid"),
                get("/", "a:-1", "host-invalid"),
                get("/", "[::1", "host-invalid"),
                get("/", "::1", "host-invalid"),
                get("/", "[fe80::1%eth0]", "host-invalid"),
                get("/", "127.1", "host-invalid"),
                get("/", "0x7f.1", "host-invalid"),
                get("/", ".", "host-invalid"),
                get("/", "a%2eb", "host-invalid"));
    }

    private static Stream<Case> hostileOctets() {
        return Stream.of(
                get("/\u001b[2J", "a", "target-characters"),
                get("/\u00e2\u0080\u00a8", "a", "target-characters"),
                get("/\u00c0\u00af\u00ff", "a", "target-characters"),
                new Case("GET / HTTP/1.1\r\nHost: a\r\n\u00e2\u0080\u00a8: v\r\n\r\n", 400, "field-name"),
                new Case("GET / HTTP/1.1\r\nHost: a\r\nX: \u001b]0;owned\u0007\r\n\r\n", 400, "field-value"),
                new Case("GET /\",\"kind\":\"exchange HTTP/9.9\r\nHost: a\r\n\r\n", 505, "version"),
                new Case("\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003", 400, "method"),
                new Case("GET / HTTP/1.1\r\nHost: a\r\nX: \\u0022\\x0a\0\r\n\r\n", 400, "field-value"));
    }

    private void refuses(Case each, boolean reverse) throws IOException {
        try (RawClient client = reverse ? edge.client() : edge.proxyClient()) {
            String answer = client.sends(each.bytes() + "GET /second HTTP/1.1\r\nHost: a\r\n\r\n")
                    .rest();
            assertThat(answer).as(each.toString()).startsWith("HTTP/1.1 " + each.status() + " ");
            assertThat(answer)
                    .as(each.toString())
                    .containsIgnoringCase("\r\nconnection: close\r\n")
                    .doesNotContain(each.reason());
            assertThat(answer.indexOf("HTTP/1.1", 1)).as(each.toString()).isNegative();
        }
    }

    private long counted(String reason) {
        Matcher line = Pattern.compile(
                        "^weir_malformed_requests_total\\{[^}]*reason=\"" + reason + "\"[^}]*} (\\d+)",
                        Pattern.MULTILINE)
                .matcher(edge.metrics.scrape());
        long sum = 0;
        while (line.find()) {
            sum += Long.parseLong(line.group(1));
        }
        return sum;
    }

    @Test
    void eachRefusalIsRecordedOnceAndCountedOnce() throws IOException {
        List<Case> cases = Stream.concat(targetsAndHosts(), hostileOctets()).toList();
        for (Case each : cases) {
            refuses(each, true);
            refuses(each, false);
        }
        assertThat(origin.heads).isEmpty();
        List<JsonObject> records = edge.records(2 * cases.size());
        for (int i = 0; i < records.size(); i++) {
            JsonObject record = records.get(i);
            Case each = cases.get(i / 2);
            assertThat(record.getString("kind")).as(each.toString()).isEqualTo("malformed");
            assertThat(record.getString("termination.reason")).isEqualTo(each.reason());
            assertThat(record.getString("url.path"))
                    .as(each.toString())
                    .isNotEmpty()
                    .matches("[ -~]*");
            assertThat(record.getString("client.address")).startsWith("127.0.0.");
        }
        cases.stream()
                .map(Case::reason)
                .distinct()
                .forEach(reason -> assertThat(counted(reason))
                        .as(reason)
                        .isEqualTo(2
                                * cases.stream()
                                        .filter(each -> each.reason().equals(reason))
                                        .count()));
        assertThat(edge.number("open")).isZero();
    }

    @Test
    void contentThatTurnsOutMalformedIsRecordedAsSuchOnce() throws IOException {
        origin.on("/", Origin.Peer::untilGone);
        try (RawClient client = edge.client()) {
            client.sends("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
            EdgeRig.until(() -> origin.heads.size() == 1);
            assertThat(client.sends("zz\r\n0\r\n\r\nGET /second HTTP/1.1\r\nHost: a\r\n\r\n")
                            .rest())
                    .startsWith("HTTP/1.1 400 ");
        }
        EdgeRig.until(() -> origin.gone.get() == 1);
        edge.settles();
        List<JsonObject> records = edge.records(2);
        assertThat(records).extracting(record -> record.getString("kind")).containsExactly("malformed", "exchange");
        assertThat(records.get(0).getString("termination.reason")).isEqualTo("chunk");
        assertThat(records.get(1).getString("termination")).isNotEqualTo("complete");
        assertThat(counted("chunk")).isEqualTo(1);
    }

    @Test
    void trailersThatDecideNothingPassAndOthersDoNot() throws IOException {
        StringBuilder seen = new StringBuilder();
        origin.on("/", peer -> {
            String body = peer.body();
            seen.append(body);
            while (!seen.toString().endsWith("\r\n\r\n")) {
                seen.append(peer.until("\r\n"));
            }
            peer.send("HTTP/1.1 204 No Content\r\n\r\n");
        });
        try (RawClient client = edge.client()) {
            String trailers = String.join(
                    "\r\n",
                    "X-Sum: 42",
                    "Authorization: Basic eA==",
                    "Cookie: a=b",
                    "X-Forwarded-For: 1.2.3.4",
                    "Forwarded: for=1.2.3.4",
                    "Content-Type: x/y",
                    "If-Match: x",
                    "X_Forwarded_For: 1.2.3.4",
                    "Proxy-Authorization: x",
                    "TE: trailers",
                    "X-HTTP-Method-Override: DELETE",
                    "Digest: d");
            client.sends("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"
                    + trailers + "\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 204 ");
        }
        assertThat(seen.toString()).endsWith("0\r\nX-Sum: 42\r\nDigest: d\r\n\r\n");
    }

    @Test
    void whatConnectionNamesCannotTakeAwayWhatOthersDecideBy() throws IOException {
        origin.serves("/", "", "ok");
        try (RawClient client = edge.client()) {
            client.sends(
                    "POST / HTTP/1.1\r\nHost: a\r\nConnection: Content-Length, Host, Transfer-Encoding, Authorization,"
                            + " X-Forwarded-For, Via, X-Mine\r\nAuthorization: Basic eA==\r\nX-Mine: gone\r\nContent-Length: 5\r\n\r\nhello");
            assertThat(client.answer()).startsWith("HTTP/1.1 200 ");
        }
        assertThat(origin.heads)
                .singleElement()
                .asString()
                .contains("\r\nHost: a\r\n", "\r\nContent-Length: 5\r\n", "\r\nAuthorization: Basic eA==\r\n")
                .containsIgnoringCase("\r\nX-Forwarded-For: 127.0.0.1\r\n")
                .doesNotContain("X-Mine", "Connection");
    }

    @Test
    void manyAndLongFieldsAreRefusedByTheirBoundAndNotRead() throws IOException {
        try (RawClient client = edge.client()) {
            assertThat(client.sends("GET / HTTP/1.1\r\nHost: a\r\n" + "X: y\r\n".repeat(300))
                            .rest())
                    .startsWith("HTTP/1.1 431 ");
        }
        try (RawClient client = edge.client()) {
            assertThat(client.sends("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: " + "1.2.3.4, ".repeat(8_000))
                            .rest())
                    .startsWith("HTTP/1.1 431 ");
        }
        assertThat(edge.records(2))
                .extracting(record -> record.getString("termination.reason"))
                .containsExactly("fields-too-many", "fields-too-large");
        assertThat(edge.records)
                .allSatisfy(record -> assertThat(record.encode()).hasSizeLessThan(1500));
        assertThat(origin.heads).isEmpty();
    }

    @Test
    void fieldNamesThatCollideCostNoMoreThanOthers() throws IOException {
        // "Aa" and "BB" have the same String hash; so have all words made of them.
        StringBuilder fields = new StringBuilder();
        for (int i = 0; i < 190; i++) {
            fields.append("x");
            for (int bit = 0; bit < 8; bit++) {
                fields.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            fields.append(": ").append(i).append("\r\n");
        }
        origin.serves("/", "", "ok");
        try (RawClient client = edge.client()) {
            assertThat(client.sends("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n")
                            .answer())
                    .startsWith("HTTP/1.1 200 ");
        }
        assertThat(origin.heads.get(0).split("\r\nx[AaB]+: ", -1)).hasSize(191);
    }
}
