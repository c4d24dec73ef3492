package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that would run in circles where nothing is added to them that could tell. */
class EdgeLoopsTest {
    private static final String REQUEST = "GET /a HTTP/1.1\r\nHost: site.test\r\n";

    @TempDir
    private Path directory;

    private static String answered(EdgeRig edge, String fields) throws IOException {
        try (RawClient client = edge.client()) {
            return client.sends(REQUEST + fields + "\r\n").answer();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http1", "http2"})
    void aTargetWhoseNameLeadsToAListenerOfOursIsALoop(String protocol) throws IOException {
        String upstream = "{ protocol: " + protocol + ", targets: [\"http://circle.test:REVERSE\"] }";
        try (EdgeRig edge = EdgeRig.untouched(directory, upstream)) {
            assertThat(answered(edge, "")).startsWith("HTTP/1.1 508 Loop Detected\r\n");
            assertThat(edge.record("/a").getString("termination.reason")).isEqualTo("proxy_loop_detected");
            edge.settles();
            assertThat(edge.records).hasSize(1);
            assertThat(edge.malformed()).isZero();
        }
    }

    @Test
    void anotherTargetOfTheUpstreamServes() throws IOException {
        try (Origin origin = new Origin();
                EdgeRig edge = EdgeRig.untouched(
                        directory,
                        "{ targets: [\"http://circle.test:REVERSE\", \"http://127.0.0.1:" + origin.port() + "\"] }")) {
            origin.serves("/a", "", "here");
            for (int i = 1; i <= 4; i++) {
                assertThat(answered(edge, "")).startsWith("HTTP/1.1 200 ").endsWith("here");
                assertThat(origin.heads("/a")).hasSize(i);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # CDN-Loop                            | forwarded with
            ''                                    | cdn.test:80
            other                                 | other, cdn.test:80
            other;a="cdn.test:80"                 | other;a="cdn.test:80", cdn.test:80
            cdn.test                              | cdn.test, cdn.test:80
            cdn.test:80                           | -
            other, CDN.test:80 ; a=b              | -
            """)
    void aListenerOfANetworkTellsOfItAndKnowsItAgain(String came, String forwarded) throws IOException {
        for (String identity : new String[] {"untouched", "anonymous", "disclose"}) {
            String settings = ", cdn-loop: \"cdn.test:80\", identity: " + identity;
            try (Origin origin = new Origin();
                    EdgeRig edge = EdgeRig.withWeb(directory, origin, settings)) {
                origin.serves("/a", "", "here");
                String answer = answered(edge, came.isEmpty() ? "" : "CDN-Loop: " + came + "\r\n");
                if (forwarded.equals("-")) {
                    assertThat(answer).startsWith("HTTP/1.1 508 ");
                    assertThat(origin.heads).isEmpty();
                } else {
                    assertThat(answer).startsWith("HTTP/1.1 200 ");
                    assertThat(lines(origin.heads("/a").get(0))).isEqualTo(forwarded);
                }
            }
        }
    }

    /** The lines of CDN-Loop as one list. */
    private static String lines(String head) {
        return String.join(
                ", ",
                head.lines()
                        .filter(line -> line.startsWith("CDN-Loop: "))
                        .map(line -> line.substring(10))
                        .toList());
    }
}
