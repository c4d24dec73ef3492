package dev.weir.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The reference page of {@code weir.yaml} is made from the Javadoc of the configuration's records, so that it can't fall
 * behind. To write it anew: {@code ./mvnw -pl lib/runtime -am test -Dtest=ConfigurationPageTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dweir.write-page=true}.
 */
class ConfigurationPageTest {
    private static final Path SOURCES = Path.of("src/main/java/dev/weir/runtime/config");
    private static final Path PAGE = Path.of("../../docs/configuration.md");
    private static final Pattern SENTENCE =
            Pattern.compile("/\\*\\*(.*?)(?=\\n \\*(?: @param|/)|\\*/)", Pattern.DOTALL);
    private static final Pattern PARAMETER =
            Pattern.compile("@param (\\w+) (.*?)(?=\\n \\* *@param|\\n \\* *@|\\n *\\*/)", Pattern.DOTALL);

    private record Part(String heading, String file) {}

    private static final List<Part> PARTS = List.of(
            new Part("At the top", "WeirConfig"),
            new Part("`listeners:` each", "ListenerConfig"),
            new Part("`listeners:` each, `tls:`", "TlsConfig"),
            new Part("`listeners:` each, `timeouts:`", "ListenerTimeouts"),
            new Part("`listeners:` each, `limits:`", "ListenerLimits"),
            new Part("`routes:` each", "RouteConfig"),
            new Part("`upstreams:` by name", "UpstreamConfig"),
            new Part("`timeouts:` of routes, upstreams and `forward:`", "ExchangeTimeouts"),
            new Part("`limits:` of upstreams and `forward:`", "ExchangeLimits"),
            new Part("`forward:`", "ForwardConfig"),
            new Part("`cache:`", "CacheConfig"),
            new Part("`cache:`, `purge:`", "PurgeConfig"),
            new Part("`cache:`, `rules:` each", "CacheRuleConfig"),
            new Part("`ttl:` and `errors:` of a cache's rule", "CacheLifetimeConfig"),
            new Part("`query:` of a cache's rule", "CacheQueryConfig"),
            new Part("`redis:`", "RedisConfig"),
            new Part("`redis:`, `sentinel:`", "SentinelConfig"),
            new Part("`policy:`", "PolicyConfig"),
            new Part("`log:`", "LogConfig"),
            new Part("`cluster:`", "ClusterConfig"),
            new Part("`health:`", "HealthConfig"),
            new Part("`diagnostics:`", "DiagnosticsConfig"),
            new Part("`admin:`", "AdminConfig"));

    /** Where the key isn't the component's name. */
    private static final Map<String, String> KEYS = Map.ofEntries(
            Map.entry("ForwardConfig.connectPorts", "ports.connect"),
            Map.entry("ForwardConfig.plainPorts", "ports.plain"),
            Map.entry("ForwardConfig.privateAllowed", "destinations.private: deny \\| allow"),
            Map.entry("ForwardConfig.allowed", "destinations.allow"),
            Map.entry("CacheLifetimeConfig.absent", "default"),
            Map.entry("RouteConfig.hostField", "origin-host: client \\| target"),
            Map.entry("LogConfig.retentionAge", "retention.age"),
            Map.entry("LogConfig.retentionSize", "retention.size"),
            Map.entry("LogConfig.rotateSize", "rotation.size"),
            Map.entry("LogConfig.rotateAge", "rotation.age"),
            Map.entry("ClusterConfig.busPort", "ports.bus"),
            Map.entry("ClusterConfig.bodyPort", "ports.body"),
            Map.entry("ClusterConfig.hazelcastPort", "ports.hazelcast"),
            Map.entry("ExchangeTimeouts.poolWait", "wait"),
            Map.entry("PolicyConfig.inline", "(rules)"));

    @Test
    void pageSaysWhatTheRecordsSay() throws IOException {
        String page = page();
        if (Boolean.getBoolean("weir.write-page")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE))
                .as("docs/configuration.md; this test's Javadoc says how to write it anew")
                .isEqualTo(page);
    }

    private static String page() throws IOException {
        StringBuilder page = new StringBuilder("""
                # weir.yaml

                Made from the source by `ConfigurationPageTest`; don't edit.

                One strict file for all services; each reads its part. Unknown keys are errors, told as `file:line:column` with the key that was likely meant; so are words that are known but not built yet. Sizes have units (`512B`, `64KiB`, `1GiB`), and so have durations (`250ms`, `10s`, `5m`, `24h`, `90d`). `${NAME}` and `${NAME:-default}` stand for an environment variable, `${file:/run/secrets/x}` for a file's content (`${file:/run/secrets/x:-default}` where it may be missing), `$$` for a dollar sign. `./weir validate --config weir.yaml` checks a file. A [whole file for a cluster](../deploy/compose/weir.yaml) stands in the repository; the rules have [a page of their own](policy.md).
                """);
        for (Part part : PARTS) {
            String source = Files.readString(SOURCES.resolve(part.file + ".java"));
            int declared = source.indexOf("public record " + part.file);
            String javadoc = source.substring(source.lastIndexOf("\n/**", declared), declared);
            page.append("\n## ").append(part.heading).append('\n');
            Matcher sentence = SENTENCE.matcher(javadoc);
            assertThat(sentence.find()).as("sentence of " + part.file).isTrue();
            page.append(text(sentence.group(1))).append("\n\n| key | meaning |\n|---|---|\n");
            for (String[] row : rows(part.file, javadoc)) {
                page.append("| `").append(row[0]).append("` | ").append(row[1]).append(" |\n");
            }
        }
        return page.toString();
    }

    private static List<String[]> rows(String record, String javadoc) {
        List<String[]> rows = new ArrayList<>();
        Matcher parameter = PARAMETER.matcher(javadoc);
        while (parameter.find()) {
            String component = parameter.group(1);
            String key = KEYS.getOrDefault(record + "." + component, kebab(component));
            rows.add(new String[] {key, text(parameter.group(2))});
        }
        assertThat(rows).as("components of " + record).isNotEmpty();
        return rows;
    }

    private static String kebab(String component) {
        return component.replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
    }

    private static String text(String javadoc) {
        return javadoc.replaceAll("\\n \\*", " ")
                .replaceAll("\\{@code (\\{[^}]*}|[^}]*)}", "`$1`")
                .replaceAll("\\{@link #?([\\w.]+)}", "`$1`")
                .replaceAll("\\s+", " ")
                .replace("|", "\\|")
                .strip();
    }
}
