package dev.weir.launcher;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs everything in one JVM: what a configuration says, or, without one, a proxy to try. */
@Command(
        name = "run",
        description = "Runs everything in one JVM; without a configuration, a proxy to try.",
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private EverythingOptions options = new EverythingOptions();

    @Option(names = "--config", paramLabel = "FILE", description = "What it runs (default: a proxy to try).")
    private @Nullable Path config;

    @Override
    public Integer call() {
        return config == null ? Everything.runSample(spec, options) : Everything.run(spec, options, config);
    }
}
