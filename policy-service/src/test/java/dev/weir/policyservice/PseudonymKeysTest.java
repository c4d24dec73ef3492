package dev.weir.policyservice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PseudonymKeysTest {
    private static final Instant NOON = Instant.parse("2026-05-04T12:00:00Z");
    private static final long TODAY = NOON.getEpochSecond() / 86_400;

    @TempDir
    private Path directory;

    @Test
    void areTheSameForADayAlsoAfterARestart() throws IOException {
        byte[] key = keys(1).key(TODAY, NOON).orElseThrow();
        assertThat(key).hasSize(32);
        assertThat(keys(2).key(TODAY, NOON)).hasValue(key);
        assertThat(keys(3).key(TODAY + 1, NOON).orElseThrow()).hasSize(32).isNotEqualTo(key);
    }

    @Test
    void areNotGivenForDaysThatAreOverOrFarAhead() throws IOException {
        assertThat(keys(1).key(TODAY - 1, NOON)).isEmpty();
        assertThat(keys(1).key(TODAY + 2, NOON)).isEmpty();
    }

    @Test
    void areErasedTwoDaysLater() throws IOException {
        assertThat(keys(1).key(TODAY, NOON)).isPresent();
        keys(2).eraseBefore(TODAY);
        assertThat(names()).containsExactly(Long.toString(TODAY));
        assertThat(keys(2).key(TODAY + 2, NOON.plus(Duration.ofDays(2)))).isPresent();
        assertThat(names()).containsExactly(Long.toString(TODAY + 2));
    }

    @Test
    void areForTheirOwnerOnly() throws IOException {
        assertThat(keys(1).key(TODAY, NOON)).isPresent();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("keys/" + TODAY))))
                .isEqualTo("rw-------");
    }

    private PseudonymKeys keys(int seed) {
        return new PseudonymKeys(directory.resolve("keys"), new Random(seed));
    }

    private Stream<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("keys"))) {
            return files.map(file -> file.getFileName().toString()).toList().stream();
        }
    }
}
