package dev.weir.launcher;

import io.vertx.core.json.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A cluster on this machine, written down: which processes, on which ports, each with its own weir.yaml in the state
 * directory.
 */
final class ClusterPlan {
    private static final List<String> DATA_MEMBERS = List.of("policy-service", "cache-service", "audit-service");

    private final StateDirectory state;
    private final Ports ports;
    private final List<String> java;
    private final String origin;
    private final Optional<Path> rules;

    /**
     * Takes what all processes share.
     *
     * @param java the command that starts Weir's command line, without arguments
     * @param origin URL of what the reverse listeners stand in front of
     * @param rules the policy file
     */
    ClusterPlan(StateDirectory state, Ports ports, List<String> java, String origin, Optional<Path> rules) {
        this.state = state;
        this.ports = ports;
        this.java = List.copyOf(java);
        this.origin = origin;
        this.rules = rules;
    }

    /** Redis first, then the services, then edges and console. */
    List<ProcessPlan> processes(int edges, String redisPassword) {
        List<ProcessPlan> plans = new ArrayList<>();
        int redisPort = ports.of("redis");
        plans.add(new ProcessPlan(
                "redis",
                RedisServer.command(state, redisPort, redisPassword),
                state.resolve("redis.log"),
                () -> Probes.redisAnswers(redisPort),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0));
        DATA_MEMBERS.forEach(name -> plans.add(service(name, name, 1)));
        for (int i = 1; i <= edges; i++) {
            plans.add(service("edge-proxy", "edge-proxy-" + i, 2));
        }
        plans.add(service("console", "console", 2));
        ports.save();
        return List.copyOf(plans);
    }

    private ProcessPlan service(String kind, String name, int stage) {
        Path configuration = state.write("weir-" + name + ".yaml", configuration(kind, name));
        List<String> command = new ArrayList<>(java);
        command.addAll(List.of("service", kind, "--name", name, "--config", configuration.toString()));
        int health = ports.of(name + ".health");
        boolean edge = kind.equals("edge-proxy");
        return new ProcessPlan(
                name,
                command,
                state.resolve(name + ".log"),
                () -> Probes.httpReady(health),
                edge ? Optional.of(ports.loopback(name + ".reverse")) : Optional.empty(),
                edge ? Optional.of(ports.loopback(name + ".forward")) : Optional.empty(),
                kind.equals("console") ? Optional.of(ports.loopback("console.admin")) : Optional.empty(),
                stage);
    }

    private String configuration(String kind, String name) {
        StringBuilder text = new StringBuilder("# Written by weir cluster-demo at each start.\n");
        text.append("state: ").append(quoted(state.resolve(name))).append('\n');
        text.append("secrets: ").append(quoted(state.resolve("secrets"))).append('\n');
        text.append("drain: 3s\n");
        switch (kind) {
            case "edge-proxy" ->
                text.append("""
                    listeners:
                      - { name: reverse, mode: reverse, address: "%s" }
                      - { name: forward, mode: forward, address: "%s" }
                    routes:
                      - { upstream: origin }
                    upstreams:
                      origin: { targets: [%s] }
                    """.formatted(
                        ports.loopback(name + ".reverse"), ports.loopback(name + ".forward"), Json.encode(origin)));
            case "cache-service" ->
                text.append("""
                    redis: { endpoints: ["redis://%s"], password: "${file:%s}" }
                    """.formatted(ports.loopback("redis"), state.resolve("secrets/redis-password")));
            case "policy-service" ->
                rules.ifPresent(file ->
                        text.append("policy: { file: ").append(quoted(file)).append(" }\n"));
            case "console" ->
                text.append("admin: { address: \"")
                        .append(ports.loopback("console.admin"))
                        .append("\" }\n");
            default -> text.append("");
        }
        text.append("""
                cluster:
                  address: 127.0.0.1
                  ports: { bus: %d, body: %d, hazelcast: %d }
                  members: [%s]
                health: { address: "%s" }
                """.formatted(
                        ports.of(name + ".bus"),
                        ports.of(name + ".body"),
                        ports.of(name + ".hazelcast"),
                        DATA_MEMBERS.stream()
                                .map(member -> '"' + ports.loopback(member + ".hazelcast") + '"')
                                .collect(Collectors.joining(", ")),
                        ports.loopback(name + ".health")));
        return text.toString();
    }

    private static String quoted(Path path) {
        return Json.encode(path.toString());
    }
}
