package dev.weir.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InterpolationTest {
    private static final Map<String, String> ENVIRONMENT = Map.of("PORT", "8080", "HOST", "a.example", "EMPTY", "");
    private static final Map<String, String> FILES = Map.of("/run/token", "s3cret\n", "/run/two", "a\n\n");

    private final Interpolation interpolation =
            new Interpolation(name -> Optional.ofNullable(ENVIRONMENT.get(name)), InterpolationTest::file);

    private static String file(Path path) {
        String text = FILES.get(path.toString());
        if (text == null) {
            throw new UncheckedIOException(new NoSuchFileException(path.toString()));
        }
        return text;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ${PORT}                  | 8080
            "${PORT}"                | 8080
            "${HOST}:${PORT}"        | "a.example:8080"
            "${EMPTY:-d}"            | "d"
            "${NONE:-}"              | ""
            "${NONE:-true}"          | true
            "$$PORT ${HOST} $x $"    | "$PORT a.example $x $"
            "$$5"                    | "$5"
            "${file:/run/token}"     | "s3cret"
            "${file:/run/two}"       | "a\\n"
            "${file:/run/token:-x}"  | "s3cret"
            "${file:/none:-x}"       | "x"
            "${file:/none:-}"        | ""
            """)
    void fillsIn(String value, String json) {
        Problems problems = new Problems();
        Node node = interpolation.apply(YamlReader.read("f", "a: " + value), problems);
        assertThat(problems.list()).isEmpty();
        assertThat(node.toJson()).isEqualTo("{\"a\":" + json + "}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a: ${NONE}               | f:1:4: a: the environment has no NONE
            a: [b: "x${EMPTY}"]      | f:1:8: a[0].b: the environment has no EMPTY
            a: "${PORT"              | f:1:4: a: "${" without "}" (write "$$" for a dollar)
            a: "${1X}"               | f:1:4: a: "${1X}" (expected: ${NAME}, ${NAME:-default} or ${file:/path})
            a: "${file:/none}"       | f:1:4: a: cannot read /none: there is no such file
            """)
    void reportsWhatCannotBeFilledIn(String yaml, String problem) {
        Problems problems = new Problems();
        assertThat(interpolation.apply(YamlReader.read("f", yaml), problems)).isNotNull();
        assertThat(problems.list()).extracting(Problem::toString).containsExactly(problem);
    }

    @Test
    void leavesKeysAlone() {
        Node node = interpolation.apply(YamlReader.read("f", "$PORT: 1"), new Problems());
        assertThat(node.toJson()).isEqualTo("{\"$PORT\":1}");
    }
}
