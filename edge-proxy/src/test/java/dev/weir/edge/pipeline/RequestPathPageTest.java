package dev.weir.edge.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/request-path.md} draws the stages as they are. */
final class RequestPathPageTest {
    private static final Path PAGE = Path.of("..", "docs", "request-path.md");
    private static final List<String> WORDS =
            Stream.of(Stage.values()).map(Stage::words).toList();

    @Test
    void lineOfStagesIsTheOneThatRuns() throws IOException {
        String drawn = Files.readAllLines(PAGE).stream()
                .filter(line -> line.contains(" → "))
                .findFirst()
                .orElseThrow();
        assertThat(drawn).isEqualTo(String.join(" → ", WORDS));
    }

    @Test
    void tableHasARowForEachStage() throws IOException {
        List<String> rows = Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| "))
                .map(line -> line.substring(2, line.indexOf('|', 2)).strip())
                .collect(Collectors.toList());
        assertThat(rows).first().isEqualTo("stage");
        assertThat(rows.subList(1, rows.size())).isEqualTo(WORDS);
    }
}
