package dev.weir.launcher;

import io.vertx.core.json.JsonObject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Tells which Weir and which Java this is. */
@Command(name = "version", description = "Tells the version.", mixinStandardHelpOptions = true)
final class VersionCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--json", description = "For machines.")
    private boolean json;

    @Override
    public Integer call() {
        String line = json
                ? new JsonObject()
                        .put("version", WeirVersion.number())
                        .put("java", WeirVersion.java())
                        .encode()
                : new WeirVersion().getVersion()[0];
        spec.commandLine().getOut().println(line);
        return 0;
    }
}
