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
            # rule on OWN, the listener's port, and 80 | Host        | status
            port: [OWN], then: deny                    | a.test:81   | 403
            port: [OWN], then: deny                    | a.test      | 403
            port: [OWN], then: deny                    | a.test:OWN  | 403
            port: [80],  then: deny                    | a.test      | 403
            port: [80],  then: deny                    | a.test:81   | 200
            port: [OWN], then: allow                   | a.test:OWN  | 200
            port: [OWN], then: allow                   | a.test:81   | 403
            port: [80],  then: allow                   | a.test      | 403
            port: [80, OWN], then: allow               | a.test      | 200
            """)
    void hostCannotTalkAReverseListenerOutOfItsPort(String rule, String host, int status) throws IOException {
        try (Origin origin = new Origin();
                EdgeRig edge = EdgeRig.before(directory, origin);
                RawClient client = edge.client()) {
            String own = Integer.toString(edge.reverse);
            String[] parts = rule.replace("OWN", own).split(",\\s*then: ");
            edge.enforce("rules: [{ name: r, when: { " + parts[0] + " }, then: " + parts[1] + " }]\ndefault: "
                    + (parts[1].equals("deny") ? "allow" : "deny") + "\n");
            origin.answers("/", Origin.ok("", "here"));
            String answer = client.sends("GET / HTTP/1.1\r\nHost: " + host.replace("OWN", own) + "\r\n\r\n")
                    .answer();
            assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
        }
    }
}
