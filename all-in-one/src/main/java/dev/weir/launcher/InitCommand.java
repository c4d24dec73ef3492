package dev.weir.launcher;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.weir.runtime.secrets.SecretsMaker;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes the secrets that a cluster starts with: token, signing keys, the bus's certificates. Overwrites nothing. */
@Command(
        name = "init",
        description = "Makes the secrets of a cluster that are missing; overwrites nothing.",
        mixinStandardHelpOptions = true)
final class InitCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "DIR", description = "Where they go; made if missing, for its owner only.")
    private Path directory = Path.of("");

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        List<String> made = fill(directory);
        made.forEach(file -> out.println("made " + directory.resolve(file)));
        if (made.isEmpty()) {
            out.println("all is there in " + directory);
        }
        return 0;
    }

    /** Makes what is missing in that directory; tells what it made. */
    @CanIgnoreReturnValue
    static List<String> fill(Path directory) {
        try {
            return SecretsMaker.fill(directory.toAbsolutePath().normalize(), new SecureRandom(), Instant.now());
        } catch (IOException failure) {
            throw CommandFailure.atRunTime("cannot write the secrets in " + directory + ": " + failure);
        }
    }
}
