package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * HTTP/2 requests as raw frames, on every listener (RFC 9113 §8): the origin sees nothing of a malformed one, or exactly
 * the one request that a sound one is; and the connection goes on.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EdgeHttp2FieldsTest {
    private final Origin origin = new Origin();
    private final List<String> contents = Collections.synchronizedList(new ArrayList<>());
    private final List<String> wholeThoughBroken = Collections.synchronizedList(new ArrayList<>());
    private EdgeRig edge;
    private String site;

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        edge = EdgeRig.everywhere(directory, origin);
        site = "127.0.0.1:" + origin.port();
        origin.on("/broken", peer -> {
            String content = content(peer);
            if (!content.isEmpty()) {
                wholeThoughBroken.add(peer.head + content);
            }
        });
    }

    @AfterAll
    void stop() throws IOException {
        edge.close();
        origin.close();
    }

    @BeforeEach
    void recorded() {
        origin.heads.clear();
        contents.clear();
        for (String path : List.of("/x", "/x?y=1", "/", "*", "/a%2Fb", "/a|b", "/a//b/../c", "/good")) {
            origin.on(path, peer -> {
                contents.add(content(peer));
                peer.send(Origin.ok("", "ok"));
            });
        }
    }

    /** Chunks and trailers as they came; "" if they broke off. */
    private static String chunks(Origin.Peer peer) throws IOException {
        StringBuilder all = new StringBuilder();
        String size;
        do {
            size = peer.until("\r\n");
            int octets = size.isEmpty() ? 0 : Integer.parseInt(size.strip(), 16);
            all.append(size).append(new String(peer.in().readNBytes(octets), StandardCharsets.ISO_8859_1));
            if (octets > 0) {
                all.append(peer.until("\r\n"));
            }
        } while (!size.isEmpty() && !size.equals("0\r\n"));
        String line;
        do {
            line = peer.until("\r\n");
            all.append(line);
        } while (!line.isEmpty() && !line.equals("\r\n"));
        return line.isEmpty() ? "" : all.toString();
    }

    /** The content, if it came whole; else "". */
    private static String content(Origin.Peer peer) throws IOException {
        if (peer.head.contains("\r\nTransfer-Encoding: chunked\r\n")) {
            return chunks(peer);
        }
        String content = peer.body();
        return isWhole(peer.head, content) ? content : "";
    }

    private static boolean isWhole(String head, String content) {
        return !head.contains("Content-Length: ") || head.contains("Content-Length: " + content.length() + "\r\n");
    }

    static Stream<Arguments> cases() {
        List<Http2Case> all = new ArrayList<>(MalformedHttp2.all());
        all.addAll(SoundHttp2.all());
        return Stream.concat(
                Stream.of("reverse", "tls", "forward")
                        .flatMap(listener -> all.stream().map(row -> Arguments.of(listener, row))),
                SoundHttp2.all().stream().map(row -> Arguments.of("forward-tls", row)));
    }

    private RawHttp2 client(String listener) throws IOException {
        return switch (listener) {
            case "reverse" -> RawHttp2.clear(edge.reverse);
            case "tls" -> RawHttp2.tls(edge.tls);
            case "forward" -> RawHttp2.clear(edge.forward);
            default -> RawHttp2.tls(edge.forwardTls);
        };
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("cases")
    void theOriginSeesNothingOrTheOneRequest(String listener, Http2Case row) throws IOException {
        try (RawHttp2 client = client(listener)) {
            int before = edge.malformed();
            int stream = row.sends().on(client, site);
            assertThat(client.outcome(stream)).isEqualTo(row.outcome());
            int next = client.request(Http2Case.pathOf("GET", site, "/good"));
            assertThat(client.outcome(next)).as("the next stream").isEqualTo("200");
            List<String> seen = origin.heads.stream()
                    .filter(head -> !head.startsWith("GET /good ") && !head.startsWith("POST /broken "))
                    .toList();
            boolean refused = row.outcome().equals(Http2Case.RESET);
            assertThat(edge.malformed() - before).as("counted").isEqualTo(refused ? 1 : 0);
            if (row.line().equals(Http2Case.NOTHING_WHOLE)) {
                assertThat(wholeThoughBroken).isEmpty();
            } else if (refused) {
                assertThat(seen).isEmpty();
            } else {
                assertThat(seen).hasSize(1);
                assertThat(seen.get(0)).startsWith(row.line() + "\r\n").containsOnlyOnce("\r\nHost: " + site + "\r\n");
                assertThat(row.holds()).allMatch((seen.get(0) + contents.get(0))::contains);
                assertThat(seen.get(0).toLowerCase(Locale.ROOT)).doesNotContain("\r\nte:");
            }
        }
    }
}
