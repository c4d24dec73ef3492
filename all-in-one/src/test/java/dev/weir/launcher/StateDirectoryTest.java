package dev.weir.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDirectoryTest {
    @TempDir
    Path directory;

    @Test
    void isMadeForItsOwnerOnly() throws Exception {
        Path missing = directory.resolve("a/b");
        try (StateDirectory state = StateDirectory.open(missing)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state.path())))
                    .isEqualTo("rwx------");
            Path file = state.write("word", "secret");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(state.write("word", "other")).hasContent("other");
        }
    }

    @Test
    void admitsOneWeirAtATime() throws Exception {
        try (StateDirectory first = StateDirectory.open(directory)) {
            assertThatThrownBy(() -> StateDirectory.open(first.path()))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageContaining("another Weir")
                    .extracting(failure -> ((CommandFailure) failure).exitCode())
                    .isEqualTo(2);
        }
        try (StateDirectory second = StateDirectory.open(directory)) {
            assertThat(second.path()).isEqualTo(directory);
        }
    }

    @Test
    void refusesAFileInItsPlace() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "");
        assertThatThrownBy(() -> StateDirectory.open(file))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("state directory");
    }
}
