package dev.weir.launcher;

import dev.weir.runtime.Service;
import dev.weir.runtime.ServiceMain;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs one service of a cluster, as its own jar would. */
@Command(name = "service", description = "Runs one service of a cluster.", mixinStandardHelpOptions = true)
final class ServiceCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "NAME",
            description = "edge-proxy, cache-service, policy-service, audit-service or console.")
    private String name = "";

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The weir.yaml of the cluster.")
    private Path config = Path.of("weir.yaml");

    @Option(names = "--state", paramLabel = "DIR", description = "Where it keeps what it must find again.")
    private @Nullable Path state;

    @Option(names = "--name", paramLabel = "NODE", description = "The node's name among others of its kind.")
    private @Nullable String node;

    @Override
    public Integer call() {
        Service service = Services.named(name)
                .orElseThrow(() -> CommandFailure.usage(
                        "service: " + name + " (expected: " + String.join(", ", Services.names()) + ")"));
        List<String> arguments = new ArrayList<>(List.of("--config", config.toString()));
        if (state != null) {
            arguments.addAll(List.of("--state", state.toString()));
        }
        if (node != null) {
            arguments.addAll(List.of("--name", node));
        }
        return ServiceMain.run(service, arguments.toArray(String[]::new));
    }
}
