package dev.weir.launcher;

import dev.weir.settings.SettingsException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line. Without a command it runs a proxy to try, as {@link RunCommand} does. */
@Command(
        name = "weir",
        description = "A clustered HTTP proxy: forward, reverse, caching, filtering, logging.",
        mixinStandardHelpOptions = true,
        versionProvider = WeirVersion.class,
        subcommands = {
            RunCommand.class,
            ReverseProxyCommand.class,
            ForwardProxyCommand.class,
            ServiceCommand.class,
            ClusterDemoCommand.class,
            SampleOriginCommand.class,
            InitCommand.class,
            ValidateCommand.class,
            VersionCommand.class,
            StatusCommand.class,
            PurgeCommand.class,
            PolicyCommand.class,
            AuditCommand.class,
            RehearseCommand.class,
            ExplainCommand.class,
            LaterCommand.Schema.class,
            LaterCommand.Top.class,
            LaterCommand.Doctor.class,
        })
public final class Weir implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private EverythingOptions options = new EverythingOptions();

    /** Runs a command and ends with its exit code: 0 done, 1 failed at run time, 2 usage or configuration. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    @Override
    public Integer call() {
        return Everything.runSample(spec, options);
    }

    /** The commands, with what turns failures into exit codes. */
    static CommandLine commandLine() {
        return new CommandLine(new Weir())
                .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Weir::wronglyAsked)
                .setExecutionExceptionHandler((failure, commandLine, parsed) -> failed(failure, commandLine));
    }

    private static int wronglyAsked(ParameterException failure, String[] arguments) {
        CommandLine commandLine = failure.getCommandLine();
        PrintWriter err = commandLine.getErr();
        err.println("weir: " + failure.getMessage());
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(failure, err)) {
            err.println("Try: " + commandLine.getCommandSpec().qualifiedName() + " --help");
        }
        return CommandLine.ExitCode.USAGE;
    }

    private static int failed(Exception failure, CommandLine commandLine) {
        PrintWriter err = commandLine.getErr();
        if (failure instanceof CommandFailure said) {
            err.println("weir: " + said.getMessage());
            return said.exitCode();
        }
        if (failure instanceof SettingsException wrong) {
            err.println(wrong.getMessage());
            return CommandLine.ExitCode.USAGE;
        }
        failure.printStackTrace(err);
        return CommandLine.ExitCode.SOFTWARE;
    }
}
