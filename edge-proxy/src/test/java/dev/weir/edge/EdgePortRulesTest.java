package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules on ports: what Host says of one is a claim where it leads nowhere. */
class EdgePortRulesTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # ports, OWN: the listener's | then  | Host       | status
            [OWN]                        | deny  | a.test:81  | 403
            [OWN]                        | deny  | a.test     | 403
            [80]                         | deny  | a.test     | 403
            [80]                         | deny  | a.test:81  | 200
            [OWN]                        | allow | a.test:OWN | 200
            [OWN]                        | allow | a.test:81  | 403
            [80]                         | allow | a.test     | 403
            [80, OWN]                    | allow | a.test     | 200
            [80, OWN]                    | allow | a.test:OWN | 200
            [80, OWN]                    | allow | a.test:81  | 403
            """)
    void hostCannotTalkAReverseListenerOutOfItsPort(String ports, String then, String host, int status)
            throws IOException {
        try (Origin origin = new Origin();
                EdgeRig edge = EdgeRig.before(directory, origin);
                RawClient client = edge.client()) {
            String own = Integer.toString(edge.reverse);
            edge.enforce("""
                    rules: [{ name: r, when: { port: %s }, then: %s }]
                    default: %s
                    """.formatted(ports.replace("OWN", own), then, then.equals("deny") ? "allow" : "deny"));
            origin.answers("/", Origin.ok("", "here"));
            String answer = client.sends("GET / HTTP/1.1\r\nHost: " + host.replace("OWN", own) + "\r\n\r\n")
                    .answer();
            assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
        }
    }
}
