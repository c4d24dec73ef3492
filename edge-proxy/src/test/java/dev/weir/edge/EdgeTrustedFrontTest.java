package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a front says of host and scheme can't come back out of the cache to who asked for another. */
class EdgeTrustedFrontTest {
    @TempDir
    private Path directory;

    private final Origin origin = new Origin();

    @AfterEach
    void stop() throws IOException {
        origin.close();
    }

    private static String get(EdgeRig edge, String path, String fields) throws IOException {
        try (RawClient client = edge.client()) {
            return client.sends("GET " + path + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n")
                    .answer();
        }
    }

    /** An origin that answers by what it is told. */
    private void echoes(String path) {
        origin.on(
                path,
                peer -> peer.send(Origin.ok(
                        "Cache-Control: max-age=60\r\n",
                        peer.head
                                .lines()
                                .filter(line -> line.startsWith("X-Forwarded-P")
                                        || line.startsWith("X-Forwarded-H")
                                        || line.startsWith("Forwarded"))
                                .toList()
                                .toString())));
    }

    @Test
    void theSchemeThatATrustedHopNamesIsTheRequestsOwn() throws IOException {
        echoes("/s");
        try (EdgeRig edge = EdgeRig.withWeb(directory, origin, ", trusted-proxies: [127.0.0.1]")) {
            assertThat(get(edge, "/s", "X-Forwarded-Proto: https\r\n"))
                    .contains("X-Forwarded-Proto: https", "proto=https");
            assertThat(get(edge, "/s", "")).contains("X-Forwarded-Proto: http,", "proto=http]");
            assertThat(get(edge, "/s", "X-Forwarded-Proto: https\r\n")).contains("proto=https");
            assertThat(origin.heads("/s")).hasSize(2);
            edge.settles();
        }
    }

    @Test
    void anotherHostIsAnotherStoredAnswer() throws IOException {
        echoes("/h");
        try (EdgeRig edge = EdgeRig.withWeb(directory, origin, ", trusted-proxies: [127.0.0.1]")) {
            assertThat(get(edge, "/h", "X-Forwarded-Host: evil\r\n")).contains("X-Forwarded-Host: evil");
            assertThat(get(edge, "/h", "")).contains("X-Forwarded-Host: a").doesNotContain("evil");
            assertThat(get(edge, "/h", "X-Forwarded-Host: a\r\n")).doesNotContain("evil");
            assertThat(get(edge, "/h", "X-Forwarded-Host: evil\r\n")).contains("X-Forwarded-Host: evil");
            assertThat(get(edge, "/h", "X-Forwarded-For: 192.0.2.7\r\nForwarded: host=evil\r\n"))
                    .doesNotContain("evil");
            assertThat(origin.heads("/h")).hasSize(3);
            edge.settles();
        }
    }

    @Test
    void whoSaysItHimselfGetsNothingOfIt() throws IOException {
        echoes("/h");
        try (EdgeRig edge = EdgeRig.withWeb(directory, origin, "")) {
            assertThat(get(edge, "/h", "X-Forwarded-Host: evil\r\nX-Forwarded-Proto: https\r\n"))
                    .contains("X-Forwarded-Host: a", "proto=http]")
                    .doesNotContain("evil", "https");
            assertThat(get(edge, "/h", "")).doesNotContain("evil");
            assertThat(origin.heads("/h")).hasSize(1);
            edge.settles();
        }
    }

    @Test
    void untouchedFieldsAreKeptApart() throws IOException {
        echoes("/h");
        try (EdgeRig edge = EdgeRig.withWeb(directory, origin, ", identity: untouched")) {
            assertThat(get(edge, "/h", "X-Forwarded-Host: evil\r\n")).contains("evil");
            assertThat(get(edge, "/h", "Forwarded: host=evil\r\n")).contains("Forwarded: host=evil");
            assertThat(get(edge, "/h", "")).doesNotContain("evil");
            assertThat(origin.heads("/h")).hasSize(3);
            edge.settles();
        }
    }
}
