package dev.weir.launcher;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every way of running everything in one JVM understands. */
final class EverythingOptions {
    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "Where all is kept (default: .weir, or as the configuration says).")
    private @Nullable Path state;

    @Option(names = "--json", description = "One line for machines when ready.")
    private boolean json;

    Optional<Path> state() {
        return Optional.ofNullable(state);
    }

    boolean json() {
        return json;
    }
}
