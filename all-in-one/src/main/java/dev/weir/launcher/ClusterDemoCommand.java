package dev.weir.launcher;

import dev.weir.settings.HostPort;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts a whole cluster on this machine, every part a process of its own, and keeps it running. */
@Command(
        name = "cluster-demo",
        description = "Starts a cluster of processes on this machine.",
        mixinStandardHelpOptions = true)
final class ClusterDemoCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--edges", paramLabel = "N", description = "How many edges (default: 2).")
    private int edges = 2;

    @Option(names = "--to", paramLabel = "URL", description = "The origin behind them (default: a sample origin).")
    private @Nullable String to;

    @Option(names = "--rules", paramLabel = "FILE", description = "A policy file; reloaded when it changes.")
    private @Nullable Path rules;

    @Option(names = "--state", paramLabel = "DIR", description = "Where all is kept (default: .weir).")
    private Path state = Path.of(".weir");

    @Option(names = "--json", description = "One line for machines when ready.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (edges < 1 || edges > 32) {
            throw CommandFailure.usage("--edges: " + edges + " (expected: 1 to 32)");
        }
        Optional<String> origin = Optional.ofNullable(to).map(OriginUrl::checked);
        Optional<Path> policy = Optional.ofNullable(rules).map(ClusterDemoCommand::readable);
        StateDirectory directory = StateDirectory.open(state);
        Guard guard = Guard.start(directory);
        Ports ports = new Ports(directory, new SecureRandom());
        String url = origin.orElseGet(() -> "http://127.0.0.1:" + startSampleOrigin(ports.of("sample-origin")));
        ClusterPlan plan = new ClusterPlan(directory, ports, javaCommand(), url, policy);
        InitCommand.fill(directory.resolve("secrets"));
        List<ProcessPlan> processes = plan.processes(edges, redisPassword(directory));
        StateDirectory.tellAdmin(directory.path(), new HostPort("127.0.0.1", ports.of("console.admin")));
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Supervisor supervisor = new Supervisor(
                processes,
                guard,
                Supervisor.Times.USUAL,
                running -> tell(out, new ProcessLine(running, directory.path())),
                line -> err.println("weir: " + line));
        return run(supervisor, guard);
    }

    private static int run(Supervisor supervisor, Guard guard) throws InterruptedException, IOException {
        Thread ending = new Thread(() -> end(supervisor, guard), "ending");
        Runtime.getRuntime().addShutdownHook(ending);
        supervisor.start();
        Thread.currentThread().join(); // until a signal ends this process
        return 0;
    }

    private static void end(Supervisor supervisor, Guard guard) {
        try {
            supervisor.stop();
            guard.close();
        } catch (IOException | InterruptedException hurried) {
            Thread.currentThread().interrupt(); // the guard ends what is left
        }
        Runtime.getRuntime().halt(0); // after a signal, the only way to an exit code that says: done
    }

    private void tell(PrintWriter out, ProcessLine line) {
        out.println(json ? line.json() : "ready\n" + line.table());
    }

    private static int startSampleOrigin(int port) {
        try {
            HttpServer server = SampleOrigin.start(Vertx.vertx(), port).await(10, TimeUnit.SECONDS);
            return server.actualPort();
        } catch (Exception failure) {
            throw CommandFailure.atRunTime("the sample origin cannot listen on port " + port + ": " + failure);
        }
    }

    private static String redisPassword(StateDirectory directory) throws IOException {
        Path file = directory.resolve("secrets/redis-password");
        if (!Files.exists(file)) {
            byte[] random = new byte[24];
            new SecureRandom().nextBytes(random);
            file = directory.write("secrets/redis-password", HexFormat.of().formatHex(random));
        }
        return Files.readString(file).strip();
    }

    /** This JVM again, with the options it was started with; a smaller heap, for there are many. */
    private static List<String> javaCommand() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> !option.startsWith("-agentlib") && !option.startsWith("-javaagent"))
                .forEach(command::add);
        command.add("-Xmx256m");
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Weir.class.getName()));
        return command;
    }

    private static Path readable(Path file) {
        if (!Files.isReadable(file)) {
            throw CommandFailure.usage("--rules: cannot read " + file);
        }
        return file.toAbsolutePath().normalize();
    }
}
