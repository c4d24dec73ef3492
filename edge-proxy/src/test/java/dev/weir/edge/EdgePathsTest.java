package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of odd paths on their way to an origin. */
class EdgePathsTest {
    @TempDir
    Path directory;

    private Origin origin;
    private EdgeRig edge;

    @BeforeEach
    void start() throws IOException {
        origin = new Origin();
        edge = EdgeRig.with(directory, """
                routes:
                  - { host: strict.test, path: /, upstream: site, normalise: strict }
                  - { host: two.test, path: /static/, upstream: site }
                  - { host: two.test, path: /, upstream: other }
                  - { host: "*", path: /, upstream: site }
                upstreams:
                  site: { targets: ["http://127.0.0.1:%d"] }
                  other: { targets: ["http://127.0.0.1:9"] }
                """.formatted(origin.port()));
        edge.enforce("""
                rules: [{ name: admin, when: { path: /admin/ }, then: deny }]
                default: allow
                """);
    }

    @AfterEach
    void stop() throws IOException {
        edge.close();
        origin.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # host      | target                       | status
            any.test    | /a%2Fb;c=1//d/../e?f=/admin/ | 200
            any.test    | /a\\b%5cc/%252e/[x]{y}       | 200
            any.test    | /%c0%af%ff/.                 | 200
            any.test    | *                            | 200
            any.test    | /x/..;/admin/y               | 403
            any.test    | /%61DMIN/                    | 403
            any.test    | /x%252F..%252Fadmin%252F     | 403
            any.test    | /a%00b                       | 400
            any.test    | /a%0Ab                       | 400
            any.test    | /a%zz                        | 400
            strict.test | *                            | 200
            strict.test | /a%20b/%C3%A9?c=//           | 200
            strict.test | /a%2fb                       | 400
            strict.test | /a;b                         | 400
            two.test.   | /static/a%2Fb                | 200
            two.test    | /static/..;/b                | 404
            """)
    void isDecidedByAllReadingsAndSentAsItCame(String host, String target, int status) throws IOException {
        String written = target.replace("\\\\", "\\");
        origin.answers(written, Origin.ok("", "here"));
        try (RawClient client = edge.client()) {
            String method = written.equals("*") ? "OPTIONS" : "GET";
            String answer = client.sends(method + " " + written + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                    .answer();
            assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
        }
        if (status == 200) {
            assertThat(origin.heads(written)).singleElement().asString().contains(" " + written + " HTTP/1.1\r\n");
        } else {
            assertThat(origin.heads(written)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # rule                              | target          | status
            { when: { path: / }, then: deny }   | *               | 403
            { when: { path: / }, then: deny }   | http://any.test | 403
            { when: { path: /x/ }, then: deny } | *               | 200
            { when: { path: / }, then: allow }  | *               | 403
            { then: allow }                     | *               | 200
            """)
    void optionsForTheServerAsAWholeIsForItsRootToo(String rule, String target, int status) throws IOException {
        edge.enforce("""
                rules: [{ name: r, %s ]
                default: %s
                """.formatted(rule.substring(1), rule.contains("deny") ? "allow" : "deny"));
        origin.answers("*", Origin.ok("", "here"));
        try (RawClient client = edge.client()) {
            assertThat(client.sends("OPTIONS " + target + " HTTP/1.1\r\nHost: any.test\r\n\r\n")
                            .answer())
                    .startsWith("HTTP/1.1 " + status + " ");
        }
        assertThat(origin.heads("*")).hasSize(status == 200 ? 1 : 0);
    }

    @Test
    void whatAStrictRouteRefusesIsNoReasonToEndTheConnection() throws IOException {
        origin.answers("/b", Origin.ok("", "here"));
        try (RawClient client = edge.client()) {
            assertThat(client.sends("GET /a//b HTTP/1.1\r\nHost: strict.test\r\n\r\n")
                            .answer())
                    .startsWith("HTTP/1.1 400 ");
            assertThat(client.sends("GET /b HTTP/1.1\r\nHost: strict.test\r\n\r\n")
                            .answer())
                    .endsWith("here");
        }
    }
}
