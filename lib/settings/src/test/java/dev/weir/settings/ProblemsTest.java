package dev.weir.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ProblemsTest {
    private static Problem at(int line) {
        return new Problem(new Position("weir.yaml", line, 1), "a.b", "unknown key");
    }

    @Test
    void areToldOnceEachInTheOrderOfTheFile() {
        Problems problems = new Problems();
        assertThat(problems.isEmpty()).isTrue();
        IntStream.of(3, 1, 3, 2, 1).forEach(line -> problems.add(at(line)));
        assertThat(problems.list()).containsExactly(at(1), at(2), at(3));
    }

    /** A file can hold as many as it has lines: comparing each to each would take hours. */
    @Test
    @Timeout(60)
    void mayBeVeryMany() {
        Problems problems = new Problems();
        IntStream.rangeClosed(1, 500_000).forEach(line -> problems.add(at(line)));
        assertThat(problems.list()).hasSize(500_000);
    }
}
