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

    @Option(
            names = "--admin",
            paramLabel = "ADDR:PORT",
            description = "Where the admin port listens (default: 127.0.0.1:9400, or as the configuration says).")
    private @Nullable String admin;

    Optional<String> admin() {
        return Optional.ofNullable(admin).map(address -> ListenAddress.checked("--admin", address));
    }

    Optional<Path> state() {
        return Optional.ofNullable(state);
    }

    boolean json() {
        return json;
    }
}
