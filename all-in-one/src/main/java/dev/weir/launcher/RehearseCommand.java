package dev.weir.launcher;

import dev.weir.runtime.ProcessArguments;
import dev.weir.runtime.Service;
import dev.weir.runtime.ServiceProcess;
import dev.weir.runtime.config.WeirConfig;
import dev.weir.runtime.config.WeirConfigReader;
import io.vertx.core.Vertx;
import io.vertx.core.net.ProxyOptions;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/**
 * Starts everything once as a cluster of one, asks it a few things and ends: so that the JVM can archive the classes
 * that this needs, and the next start is quicker. For the {@code weir} script.
 */
@Command(name = "rehearse", hidden = true, description = "Loads what a start loads, and ends.")
final class RehearseCommand implements Callable<Integer> {
    private static final Duration JOINING = Duration.ofSeconds(20);
    private static final String CONFIGURATION = """
            listeners:
              - { name: forward, mode: forward, address: "127.0.0.1:%1$d" }
              - { name: reverse, mode: reverse, address: "127.0.0.1:%2$d" }
            routes: [{ upstream: sample }]
            upstreams: { sample: { targets: ["http://127.0.0.1:%3$d"] } }
            admin: { address: "127.0.0.1:%4$d" }
            health: { address: "127.0.0.1:%5$d" }
            cluster: { address: 127.0.0.1, ports: { bus: %6$d, hazelcast: %7$d, body: %8$d }, members: ["127.0.0.1:%7$d"] }
            drain: 1s
            """;

    @Override
    public Integer call() throws Exception {
        Path directory = Files.createTempDirectory("weir-rehearsal");
        try {
            rehearse(directory);
        } finally {
            remove(directory);
        }
        return 0;
    }

    private static void rehearse(Path directory) throws Exception {
        SecureRandom random = new SecureRandom();
        Object[] ports =
                Stream.generate(() -> Ports.anyFree(random)).distinct().limit(8).toArray();
        WeirConfig config = WeirConfigReader.ofProcess()
                .withState(directory.resolve("state"))
                .read("(rehearsal)", CONFIGURATION.formatted(ports));
        List<Service> services = new ArrayList<>(List.of(new SampleOriginService((int) ports[2])));
        services.addAll(Services.all());
        ServiceProcess process =
                ServiceProcess.start(services, new ProcessArguments("all-in-one", "weir", config, true, true, true));
        try {
            ask((int) ports[0], (int) ports[1], (int) ports[3], (int) ports[4]);
        } finally {
            process.end();
        }
    }

    private static void ask(int forward, int reverse, int admin, int health) throws Exception {
        long deadline = System.nanoTime() + JOINING.toNanos();
        while (!Probes.httpReady(health) && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        Vertx vertx = Vertx.vertx();
        try {
            WebClient client = WebClient.create(vertx, new WebClientOptions().setDefaultHost("127.0.0.1"));
            for (String path : List.of("/", "/", "/echo", "/large?bytes=100000")) {
                var unused = client.get(reverse, "127.0.0.1", path).send().await(5, TimeUnit.SECONDS);
            }
            var unusedStatus =
                    client.get(admin, "127.0.0.1", "/api/v1/status").send().await(5, TimeUnit.SECONDS);
            WebClient through = WebClient.create(
                    vertx,
                    new WebClientOptions()
                            .setProxyOptions(
                                    new ProxyOptions().setHost("127.0.0.1").setPort(forward)));
            var unusedRefusal = through.get(reverse, "127.0.0.1", "/").send().await(5, TimeUnit.SECONDS);
        } finally {
            vertx.close().await(5, TimeUnit.SECONDS);
        }
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
