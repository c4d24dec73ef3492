package dev.weir.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class WeirTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    # arguments                                   | exit code | says
                    version                                       | 0         | weir
                    version --json                                | 0         | "version":
                    --help                                        | 0         | cluster-demo
                    audit query --help                            | 0         | --limit
                    versoin                                       | 2         | version
                    version --jsno                                | 2         | --json
                    explain                                       | 2         | URL
                    schema                                        | 2         | schema: not built yet
                    top --json                                    | 2         | top: not built yet
                    doctor                                        | 2         | doctor: not built yet
                    policy replay rules.yaml --from yesterday     | 2         | policy replay: not built yet
                    policy rollback                               | 2         | policy rollback: not built yet
                    policy history                                | 2         | policy history: not built yet
                    audit verify                                  | 2         | audit verify: not built yet
                    policy                                        | 2         | test, publish
                    audit                                         | 2         | tail, query
                    purge                                         | 2         | URL
                    status --admin elephant                       | 2         | elephant
                    status --admin ftp://127.0.0.1/               | 2         | expected: a URL
                    audit query nonsense                          | 2         | field=value
                    audit query --limit -1                        | 2         | 0 or more
                    audit query --limit many                      | 2         | many
                    policy test /nowhere/rules.yaml               | 2         | /nowhere/rules.yaml
                    validate --config /nowhere/weir.yaml          | 2         | /nowhere/weir.yaml:1:1
                    service elephant --config weir.yaml           | 2         | elephant
                    service audit-service                         | 2         | --config
                    service audit-service --config /nowhere.yaml  | 2         | ''
                    init                                          | 2         | DIR
                    run --config /nowhere/weir.yaml               | 2         | /nowhere/weir.yaml:1:1
                    reverse-proxy --from 127.0.0.1:20080          | 2         | --to
                    reverse-proxy --from here --to http://a       | 2         | --from: here
                    reverse-proxy --from 127.0.0.1:1 --to a.b/c   | 2         | --to: a.b/c
                    --admin elephant                              | 2         | --admin: elephant
                    run --config weir.yaml --admin 127.0.0.1:1    | 2         | not both
                    forward-proxy --listen 3128                   | 2         | --listen: 3128
                    cluster-demo --edges 0                        | 2         | --edges: 0
                    cluster-demo --to gopher://a                  | 2         | --to: gopher://a
                    cluster-demo --rules /nowhere/rules.yaml      | 2         | --rules
                    purge --state /nowhere http://example.com/    | 2         | token
                    """)
    void saysWhatIsWrong(String arguments, int exitCode, String says) {
        assertThat(run(arguments.split(" "))).as("%s%s", out, err).isEqualTo(exitCode);
        assertThat(out.toString() + err).contains(says);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    # configuration                                                 | exit code | says
                    listeners: []                                                   | 0         | valid
                    cache: { memroy: 1GiB }                                         | 2         | weir.yaml:1:10: cache.memroy
                    cache: { memroy: 1GiB }                                         | 2         | memory
                    policy: { rules: [{ name: a, when: { hots: b }, then: deny }] } | 2         | host
                    policy: { file: /nowhere/rules.yaml }                           | 2         | /nowhere/rules.yaml
                    """)
    void checksAConfiguration(String text, int exitCode, String says) throws Exception {
        Path file = Files.writeString(directory.resolve("weir.yaml"), text + "\n");
        assertThat(run("validate", "--config", file.toString()))
                .as("%s%s", out, err)
                .isEqualTo(exitCode);
        assertThat(out.toString() + err).contains(says);
    }

    @Test
    void makesSecretsOnce() throws Exception {
        Path secrets = directory.resolve("secrets");
        assertThat(run("init", secrets.toString())).isZero();
        String token = Files.readString(secrets.resolve("admin-token"));
        assertThat(run("init", secrets.toString())).isZero();
        assertThat(out.toString()).contains("made " + secrets.resolve("admin-token"), "all is there");
        assertThat(secrets.resolve("admin-token")).hasContent(token);
    }

    @Test
    void failsAtRunTimeWhereNobodyAnswers() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Path token = Files.writeString(directory.resolve("token"), "t");
        assertThat(run("purge", "--admin", "http://127.0.0.1:" + port, "--token-file", token.toString(), "http://a/"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("no Weir answers at http://127.0.0.1:" + port);
    }

    private int run(String... arguments) {
        CommandLine commandLine = Weir.commandLine();
        return commandLine
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
