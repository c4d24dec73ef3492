package dev.weir.http.caching;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every row of {@code docs/caching-rules.md} and {@code docs/cache-hardening.md} names a test that exists. */
class CachingRulesPageTest {
    private static final Path DOCS = Path.of("../../docs");
    private static final List<Path> TESTS = List.of(
            Path.of("src/test/java/dev/weir/http/caching"),
            Path.of("src/test/java/dev/weir/http"),
            Path.of("../../edge-proxy/src/test/java/dev/weir/edge"),
            Path.of("../../edge-proxy/src/test/java/dev/weir/edge/cache"),
            Path.of("../../edge-proxy/src/test/java/dev/weir/edge/upstream"));
    private static final String TEST = " \\| .* \\| `(\\w+)\\.(\\w+)` \\|";
    private static final Pattern RULE = Pattern.compile("\\| (\\d{4} §?.*?)" + TEST);
    private static final Pattern TRICK = Pattern.compile("\\| ([RS]\\d{2}) \\| .*" + TEST);

    @Test
    void everyRuleHasItsTest() throws IOException {
        holds("caching-rules.md", "| section", RULE);
    }

    @Test
    void everyTrickHasItsTest() throws IOException {
        holds("cache-hardening.md", "| row", TRICK);
    }

    private static void holds(String page, String heading, Pattern shape) throws IOException {
        List<String> rows = Files.readAllLines(DOCS.resolve(page)).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith(heading))
                .toList();
        assertThat(rows).hasSizeGreaterThan(40);
        for (String row : rows) {
            var parts = shape.matcher(row);
            assertThat(parts.matches()).as(row).isTrue();
            Optional<Path> source = source(parts.group(2));
            assertThat(source).as(row).isPresent();
            assertThat(Files.readString(source.orElseThrow())).as(row).contains("void " + parts.group(3) + '(');
        }
    }

    private static Optional<Path> source(String test) {
        return Stream.of(test + ".java")
                .flatMap(name -> TESTS.stream().map(folder -> folder.resolve(name)))
                .filter(Files::exists)
                .findFirst();
    }
}
