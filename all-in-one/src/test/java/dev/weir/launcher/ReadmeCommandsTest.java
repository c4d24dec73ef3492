package dev.weir.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every {@code ./weir …} that the README shows is a command line that Weir understands. */
final class ReadmeCommandsTest {
    private static final Path README = Path.of("..", "README.md");

    @Test
    void commandsOfTheReadmeAreUnderstood() throws IOException {
        List<String> commands = weirCommands(Files.readAllLines(README));
        assertThat(commands).isNotEmpty();
        for (String command : commands) {
            String[] arguments = command.isEmpty() ? new String[0] : command.split(" +");
            assertThatCode(() -> Weir.commandLine().parseArgs(arguments))
                    .as("./weir %s", command)
                    .doesNotThrowAnyException();
        }
    }

    /** What stands behind {@code ./weir} in fenced {@code sh} blocks, without comments. */
    private static List<String> weirCommands(List<String> lines) {
        List<String> commands = new ArrayList<>();
        boolean shell = false;
        for (String line : lines) {
            if (line.startsWith("```")) {
                shell = !shell && line.equals("```sh");
            } else if (shell && line.startsWith("./weir")) {
                commands.add(line.substring("./weir".length())
                        .replaceFirst("#.*$", "")
                        .strip());
            }
        }
        return commands;
    }
}
