package dev.weir.system;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A running {@code ./weir cluster-demo}: which processes there are now, by its own line. */
final class ClusterDemo implements AutoCloseable {
    /** The services behind the edges. */
    static final List<String> SERVICES = List.of("cache-service", "policy-service", "audit-service");

    private static final Duration START = Duration.ofMinutes(2);

    private final WeirProcess process;
    private final Path rules;
    private final Path state;

    private ClusterDemo(WeirProcess process, Path rules, Path state) {
        this.process = process;
        this.rules = rules;
        this.state = state;
    }

    /** One process of the cluster; an address that it does not listen on is absent. */
    record Member(
            String name, long pid, Optional<Address> reverse, Optional<Address> forward, Optional<Address> admin) {
        static Member of(JsonObject json) {
            return new Member(
                    json.getString("name"),
                    json.getLong("pid"),
                    Address.of(json.getString("reverse")),
                    Address.of(json.getString("forward")),
                    Address.of(json.getString("admin")));
        }
    }

    /** Starts it below a directory, and waits for its line. */
    static ClusterDemo start(Path directory, String origin, String rules) throws IOException {
        Path file = Files.writeString(directory.resolve("rules.yaml"), rules);
        Path state = directory.resolve("state");
        WeirProcess process = WeirProcess.start(
                directory,
                "cluster-demo",
                "--edges",
                "2",
                "--to",
                origin,
                "--rules",
                file.toString(),
                "--state",
                state.toString(),
                "--json");
        ClusterDemo demo = new ClusterDemo(process, file, state);
        try {
            var unusedLine = process.awaitLine("the line of processes", START, ClusterDemo::isProcesses);
        } catch (AssertionError late) {
            late.addSuppressed(new AssertionError(demo.evidence()));
            demo.close();
            throw late;
        }
        return demo;
    }

    Path state() {
        return state;
    }

    WeirProcess process() {
        return process;
    }

    /** As the newest line says. */
    List<Member> members() {
        JsonObject line =
                new JsonObject(process.lastLine(ClusterDemo::isProcesses).orElseThrow());
        return line.getJsonArray("processes").stream()
                .map(each -> Member.of((JsonObject) each))
                .toList();
    }

    Member member(String name) {
        return members().stream()
                .filter(member -> member.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " among " + members()));
    }

    List<Address> edges() {
        return members().stream()
                .filter(member -> member.name().startsWith("edge-proxy"))
                .flatMap(member -> member.reverse().stream())
                .toList();
    }

    /** Waits until the supervisor has told of a new process of that name. */
    Duration awaitRestart(String name, long oldPid) {
        return Await.until(
                name + " started again",
                Duration.ofSeconds(60),
                () -> member(name).pid() != oldPid);
    }

    /** Replaces the rules as an editor does: a new file, renamed over the old one. */
    void publish(String text) throws IOException {
        Path fresh = Files.writeString(rules.resolveSibling("rules.yaml.new"), text);
        Path moved = Files.move(fresh, rules, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        if (!moved.equals(rules)) {
            throw new AssertionError("moved to " + moved);
        }
    }

    /** What there is to see when a test has failed: the ends of all logs. */
    String evidence() {
        List<String> parts = new ArrayList<>();
        parts.add(LocalTime.now(ZoneId.systemDefault()) + " " + process.tail());
        try (Stream<Path> logs = Files.exists(state) ? Files.list(state) : Stream.empty()) {
            for (Path log : logs.filter(file -> file.toString().endsWith(".log"))
                    .sorted()
                    .toList()) {
                List<String> lines = Files.readAllLines(log).stream()
                        .filter(line -> !line.startsWith("\tat "))
                        .toList();
                parts.add("--- " + log.getFileName() + " (" + lines.size() + " lines)");
                parts.addAll(lines.subList(Math.max(0, lines.size() - 40), lines.size()));
            }
        } catch (IOException | java.io.UncheckedIOException unreadable) {
            parts.add("(logs: " + unreadable + ")");
        }
        return String.join("\n", parts);
    }

    private static boolean isProcesses(String line) {
        return line.startsWith("{\"processes\":");
    }

    @Override
    public void close() {
        process.close();
    }
}
