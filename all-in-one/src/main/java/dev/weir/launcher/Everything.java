package dev.weir.launcher;

import dev.weir.runtime.ProcessArguments;
import dev.weir.runtime.Service;
import dev.weir.runtime.ServiceProcess;
import dev.weir.runtime.config.ListenerConfig;
import dev.weir.runtime.config.Mode;
import dev.weir.runtime.config.WeirConfig;
import dev.weir.runtime.config.WeirConfigReader;
import io.vertx.core.json.Json;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/** All services in this JVM, over a bus that stays at home. Runs until a signal ends the process. */
final class Everything {
    private static final String SAMPLE = """
            listeners:
              - { name: forward, mode: forward, address: 127.0.0.1:3128 }
              - { name: reverse, mode: reverse, address: 127.0.0.1:8080 }
            routes:
              - { upstream: sample }
            upstreams:
              sample: { targets: ["http://127.0.0.1:%d"] }
            """;

    private final CommandSpec spec;
    private final EverythingOptions options;
    private final WeirConfig config;

    private Everything(CommandSpec spec, EverythingOptions options, WeirConfig config) {
        this.spec = spec;
        this.options = options;
        this.config = config;
    }

    /** A proxy to try: both kinds of listeners, and an origin to go with them. */
    static int runSample(CommandSpec spec, EverythingOptions options) {
        int port = Ports.anyFree(new SecureRandom());
        WeirConfig config = made(options, "(built in)", SAMPLE.formatted(port));
        return new Everything(spec, options, config).run(List.of(new SampleOriginService(port)));
    }

    /** What a text says that a one-line command made. */
    static int run(CommandSpec spec, EverythingOptions options, String text) {
        WeirConfig config = made(options, "(command line)", text);
        return new Everything(spec, options, config).run(List.of());
    }

    private static WeirConfig made(EverythingOptions options, String name, String text) {
        String admin = options.admin()
                .map(address -> "admin: { address: " + Json.encode(address) + " }\n")
                .orElse("");
        return reader(options).read(name, text + admin);
    }

    /** What a configuration says. */
    static int run(CommandSpec spec, EverythingOptions options, Path file) {
        if (options.admin().isPresent()) {
            throw CommandFailure.usage("--admin: the configuration says where the admin port is (expected: not both)");
        }
        WeirConfig config = reader(options).read(file);
        return new Everything(spec, options, config).run(List.of());
    }

    private static WeirConfigReader reader(EverythingOptions options) {
        WeirConfigReader reader = WeirConfigReader.ofProcess();
        return options.state().map(reader::withState).orElse(reader);
    }

    private int run(List<Service> before) {
        List<Service> services = new ArrayList<>(before);
        services.addAll(Services.all());
        return ServiceProcess.run(services, ProcessArguments.ofAllInOne(config), () -> tell(!before.isEmpty()));
    }

    private void tell(boolean sample) {
        StateDirectory.tellAdmin(config.state(), config.admin().address());
        PrintWriter out = spec.commandLine().getOut();
        out.println(options.json() ? line().json() : greeting(sample));
    }

    private ProcessLine line() {
        ProcessLine.Running self = new ProcessLine.Running(
                "weir",
                ProcessHandle.current().pid(),
                first(Mode.REVERSE).map(listener -> listener.address().toString()),
                first(Mode.FORWARD).map(listener -> listener.address().toString()),
                Optional.of(config.admin().address().toString()));
        return new ProcessLine(List.of(self), config.state().toAbsolutePath().normalize());
    }

    private String greeting(boolean sample) {
        List<String> lines = new ArrayList<>(List.of("Weir " + WeirVersion.number() + " is ready"));
        config.listeners()
                .forEach(listener ->
                        lines.add(String.format("  %-8s %s", listener.mode().word(), url(listener))));
        lines.add("  admin    http://" + config.admin().address() + "   (state in " + config.state() + ")");
        lines.add("Try:");
        first(Mode.REVERSE).map(Everything::url).ifPresent(url -> {
            lines.add("  curl -i " + url + "/        (twice: Cache-Status says when the cache answers)");
            if (sample) {
                lines.add("  curl -i " + url + "/echo");
            }
        });
        first(Mode.FORWARD)
                .map(Everything::url)
                .ifPresent(url -> lines.add("  curl -i -x " + url + " http://example.com/"));
        boolean usual = config.state().equals(Path.of(".weir"));
        lines.add("  ./weir audit tail" + (usual ? "" : " --state " + config.state()));
        return String.join("\n", lines);
    }

    private static String url(ListenerConfig listener) {
        return (listener.tls().isPresent() ? "https://" : "http://") + listener.address();
    }

    private Optional<ListenerConfig> first(Mode mode) {
        return config.listeners().stream()
                .filter(listener -> listener.mode() == mode)
                .findFirst();
    }
}
