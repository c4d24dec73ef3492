package dev.weir.launcher;

import io.vertx.core.json.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Stands in front of one origin, with cache, policy and log at their defaults. */
@Command(
        name = "reverse-proxy",
        description = "Stands in front of one origin; everything else at its default.",
        mixinStandardHelpOptions = true)
final class ReverseProxyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private EverythingOptions options = new EverythingOptions();

    @Option(names = "--from", required = true, paramLabel = "ADDR:PORT", description = "Where it listens.")
    private String from = "";

    @Option(names = "--to", required = true, paramLabel = "URL", description = "The origin.")
    private String to = "";

    @Override
    public Integer call() {
        String address = ListenAddress.checked("--from", from);
        return Everything.run(spec, options, """
                listeners:
                  - { name: reverse, mode: reverse, address: %s }
                routes:
                  - { upstream: origin }
                upstreams:
                  origin: { targets: [%s] }
                """.formatted(Json.encode(address), Json.encode(OriginUrl.checked(to))));
    }
}
