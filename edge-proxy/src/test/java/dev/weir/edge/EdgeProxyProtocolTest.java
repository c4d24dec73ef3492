package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom a PROXY header names is the client to rules, log and origin. */
class EdgeProxyProtocolTest {
    private static final String STRANGER = "PROXY TCP4 192.0.2.7 127.0.0.1 8080 443\r\n";
    private static final String FRONT = "PROXY TCP4 10.0.0.9 127.0.0.1 8080 443\r\n";

    @TempDir
    private Path directory;

    private final Origin origin = new Origin();
    private EdgeRig edge;

    @BeforeEach
    void start() throws IOException {
        edge = EdgeRig.withWeb(directory, origin, ", proxy-protocol: true, trusted-proxies: [127.0.0.1, 10.0.0.0/8]");
    }

    @AfterEach
    void stop() throws IOException {
        edge.settles();
        edge.close();
        origin.close();
    }

    private String originsHead(String header, String path, String more) throws IOException {
        origin.serves(path, "", "ok");
        try (RawClient client = edge.client()) {
            client.sends(header + "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + more + "\r\n");
            assertThat(client.answer()).startsWith("HTTP/1.1 200 ");
        }
        return origin.heads(path).get(0);
    }

    private String loggedClient(String path) {
        return edge.record(path).getString("client.address");
    }

    @Test
    void aStrangersFieldsDontCount() throws IOException {
        assertThat(originsHead(STRANGER, "/s", "X-Forwarded-For: 198.51.100.1\r\n"))
                .contains("X-Forwarded-For: 192.0.2.7\r\n")
                .doesNotContain("198.51.100.1", "127.0.0.1");
        assertThat(loggedClient("/s")).isEqualTo("192.0.2.7");
    }

    @Test
    void fromATrustedFrontTheWalkGoesOn() throws IOException {
        assertThat(originsHead(FRONT, "/f", "X-Forwarded-For: 192.0.2.1, 198.51.100.1\r\n"))
                .contains("X-Forwarded-For: 192.0.2.1, 198.51.100.1, 10.0.0.9\r\n");
        assertThat(loggedClient("/f")).isEqualTo("198.51.100.1");
    }

    @Test
    void aBalancerThatDoesntKnowVouchesForNobody() throws IOException {
        assertThat(originsHead("PROXY UNKNOWN\r\n", "/u", "X-Forwarded-For: 198.51.100.1\r\n"))
                .contains("X-Forwarded-For: 127.0.0.1\r\n")
                .doesNotContain("198.51.100.1");
        assertThat(loggedClient("/u")).isEqualTo("127.0.0.1");
    }

    @Test
    void rulesSeeTheClientThatTheHeaderNames() throws IOException {
        edge.enforce("rules: [{ name: no, when: { client: [192.0.2.0/24] }, then: deny }]\ndefault: allow\n");
        try (RawClient client = edge.client()) {
            client.sends(STRANGER + "GET /no HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.answer()).startsWith("HTTP/1.1 403 ");
        }
        assertThat(originsHead(FRONT, "/yes", "")).isNotEmpty();
    }

    @Test
    void theLogOfWhatIsMalformedNamesTheClientToo() throws IOException {
        origin.serves("/first", "", "ok");
        try (RawClient client = edge.client()) {
            client.sends(STRANGER + "GET /first HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.answer()).startsWith("HTTP/1.1 200 ");
            assertThat(client.sends("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
                            .rest())
                    .startsWith("HTTP/1.1 400 ");
        }
        assertThat(edge.records(2))
                .allSatisfy(
                        record -> assertThat(record.getString("client.address")).isEqualTo("192.0.2.7"));
    }
}
