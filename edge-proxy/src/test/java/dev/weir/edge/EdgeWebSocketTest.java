package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.edge.WebSocketCases.Case;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A WebSocket through Weir is the WebSocket that it is without: the same octets both ways, and the same end. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EdgeWebSocketTest {
    private static final long PATIENCE_SECONDS = 20;
    private static final String HANDSHAKE = """
            GET /%d HTTP/1.1
            Host: site.test
            Connection: Upgrade
            Upgrade: websocket
            Sec-WebSocket-Version: 13
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

            """.replace("\n", "\r\n");

    private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    private int talks;
    private WebSocketEcho server;
    private int port;
    private EdgeRig edge;

    /** What one connection came to. */
    private record Outcome(String atTheServer, String atTheClient) {}

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        port = EdgeRig.freePort();
        server = new WebSocketEcho(port, received::add);
        edge = EdgeRig.withTls(directory, """
                routes: [{ host: "*", path: /, upstream: site }]
                upstreams: { site: { targets: ["http://127.0.0.1:%1$d"] } }
                forward: { ports: { connect: [%1$d] }, destinations: { private: deny, allow: [127.0.0.1/32] } }
                """.formatted(port));
    }

    @AfterAll
    void stop() throws Exception {
        edge.settles();
        edge.close();
        server.close();
    }

    static List<Case> cases() {
        return WebSocketCases.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isTheSameThroughWeir(Case what) throws Exception {
        Outcome direct = talk(RawClient.to(port), what);
        assertThat(direct.atTheServer()).isEqualTo(latin1(what.octets()));
        if (!what.name().startsWith("close")) { // on a bad code this server closes without a word
            assertThat(direct.atTheClient()).isNotEmpty();
        }
        assertThat(talk(edge.client(), what)).as("reverse").isEqualTo(direct);
        assertThat(talk(RawClient.overTls(edge.tls), what)).as("reverse, TLS").isEqualTo(direct);
        assertThat(talk(tunnel(), what)).as("CONNECT").isEqualTo(direct);
    }

    private Outcome talk(RawClient client, Case what) throws Exception {
        String back;
        try (client) {
            client.sends(HANDSHAKE.formatted(++talks));
            assertThat(client.head())
                    .startsWith("HTTP/1.1 101 ")
                    .containsIgnoringCase("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
            for (byte[] piece : what.pieces()) {
                client.sends(piece);
            }
            back = client.rest();
        }
        String there = atTheServer();
        while (!there.startsWith("GET /" + talks + " ")) {
            there = atTheServer(); // that one is of a talk that failed
        }
        return new Outcome(there.substring(there.indexOf("\r\n\r\n") + 4), back);
    }

    private String atTheServer() throws InterruptedException {
        byte[] octets = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(octets).as("what reached the server").isNotNull();
        return latin1(octets);
    }

    private RawClient tunnel() throws IOException {
        RawClient client = edge.proxyClient();
        client.sends("CONNECT 127.0.0.1:" + port + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n\r\n");
        assertThat(client.head()).startsWith("HTTP/1.1 200 ");
        return client;
    }

    private static String latin1(byte[] octets) {
        return new String(octets, StandardCharsets.ISO_8859_1);
    }
}
