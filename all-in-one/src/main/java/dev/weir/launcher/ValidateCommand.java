package dev.weir.launcher;

import dev.weir.policyservice.PolicyCheck;
import dev.weir.runtime.config.WeirConfig;
import dev.weir.runtime.config.WeirConfigReader;
import dev.weir.settings.Problem;
import dev.weir.settings.SettingsException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Reads a configuration as the services would, policy included, and says all that is wrong with it. */
@Command(name = "validate", description = "Checks a configuration.", mixinStandardHelpOptions = true)
final class ValidateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--config", paramLabel = "FILE", description = "What is checked (default: weir.yaml).")
    private Path config = Path.of("weir.yaml");

    @Override
    public Integer call() {
        WeirConfig read = WeirConfigReader.ofProcess().read(config);
        List<Problem> wrong = PolicyCheck.problems(read);
        if (!wrong.isEmpty()) {
            throw new SettingsException(wrong);
        }
        spec.commandLine()
                .getOut()
                .println(config + ": valid, " + read.listeners().size() + " listeners, "
                        + read.upstreams().size() + " upstreams");
        return 0;
    }
}
