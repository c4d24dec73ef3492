package dev.weir.launcher;

import io.vertx.core.json.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Serves clients who name the origin themselves, with cache, policy and log at their defaults. */
@Command(
        name = "forward-proxy",
        description = "Serves clients who name the origin themselves; everything else at its default.",
        mixinStandardHelpOptions = true)
final class ForwardProxyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private EverythingOptions options = new EverythingOptions();

    @Option(names = "--listen", required = true, paramLabel = "ADDR:PORT", description = "Where it listens.")
    private String listen = "";

    @Override
    public Integer call() {
        return Everything.run(spec, options, """
                listeners:
                  - { name: forward, mode: forward, address: %s }
                """.formatted(Json.encode(ListenAddress.checked("--listen", listen))));
    }
}
