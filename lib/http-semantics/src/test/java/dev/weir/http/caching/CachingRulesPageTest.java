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

/** Every rule of {@code docs/caching-rules.md} names a test that exists. */
class CachingRulesPageTest {
    private static final Path PAGE = Path.of("../../docs/caching-rules.md");
    private static final List<Path> TESTS = List.of(
            Path.of("src/test/java/dev/weir/http/caching"),
            Path.of("src/test/java/dev/weir/http"),
            Path.of("../../edge-proxy/src/test/java/dev/weir/edge"),
            Path.of("../../edge-proxy/src/test/java/dev/weir/edge/cache"));
    private static final Pattern ROW = Pattern.compile("\\| (\\d{4} §?.*?) \\| .* \\| `(\\w+)\\.(\\w+)` \\|");

    @Test
    void everyRuleHasItsTest() throws IOException {
        List<String> rows = Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| section"))
                .toList();
        assertThat(rows).hasSizeGreaterThan(40);
        for (String row : rows) {
            var parts = ROW.matcher(row);
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
