package dev.weir.system;

import io.vertx.core.json.Json;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;

/** A running {@code ./weir run} on free ports, in front of upstreams by path. */
final class AllInOne implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);

    /** Every buffer is watched: what is not released is told in the log. */
    private static final String WATCHED = "-Dio.netty.leakDetection.level=paranoid";

    private final String javaOptions;
    private final WeirProcess process;
    private final Path directory;
    private final Address web;
    private final Address egress;
    private final Address admin;

    private AllInOne(
            String javaOptions, WeirProcess process, Path directory, Address web, Address egress, Address admin) {
        this.javaOptions = javaOptions;
        this.process = process;
        this.directory = directory;
        this.web = web;
        this.egress = egress;
        this.admin = admin;
    }

    /**
     * Starts it and waits until it is ready.
     *
     * @param upstreams what stands behind a path; {@code /} is everything else
     */
    static AllInOne start(Path directory, Map<String, Address> upstreams, String rules) throws IOException {
        return start(directory, upstreams, rules, "");
    }

    /** The same with further sections. */
    static AllInOne start(Path directory, Map<String, Address> upstreams, String rules, String more)
            throws IOException {
        return startWith(WATCHED, directory, upstreams, rules, more);
    }

    /** The same with options for the JVM in place of those that have every buffer watched, which takes memory. */
    static AllInOne startWith(
            String javaOptions, Path directory, Map<String, Address> upstreams, String rules, String more)
            throws IOException {
        Address web = Address.loopback(FreePorts.next());
        Address egress = Address.loopback(FreePorts.next());
        Address admin = Address.loopback(FreePorts.next());
        Path file = Files.writeString(directory.resolve("rules.yaml"), rules);
        var unusedPath = Files.writeString(
                directory.resolve("weir.yaml"), configuration(web, egress, admin, upstreams, file) + more);
        return launched(javaOptions, directory, web, egress, admin);
    }

    /** Ends it and starts it anew on the same ports and with the same state. */
    AllInOne restarted() throws IOException {
        process.close();
        return launched(javaOptions, directory, web, egress, admin);
    }

    private static AllInOne launched(String javaOptions, Path directory, Address web, Address egress, Address admin)
            throws IOException {
        WeirProcess process = WeirProcess.startWith(
                javaOptions,
                directory,
                "run",
                "--config",
                directory.resolve("weir.yaml").toString(),
                "--state",
                state(directory).toString());
        AllInOne weir = new AllInOne(javaOptions, process, directory, web, egress, admin);
        try {
            weir.awaitReady();
        } catch (AssertionError late) {
            late.addSuppressed(new AssertionError(process.tail()));
            weir.close();
            throw late;
        }
        return weir;
    }

    private static String configuration(
            Address web, Address egress, Address admin, Map<String, Address> upstreams, Path rules) {
        StringBuilder text = new StringBuilder("listeners:\n");
        text.append("  - { name: web, mode: reverse, address: \"" + web + "\" }\n");
        text.append("  - { name: egress, mode: forward, address: \"" + egress + "\" }\n");
        text.append("routes:\n");
        upstreams.keySet().stream()
                .sorted(java.util.Comparator.comparing(String::length).reversed())
                .forEach(path -> text.append(
                        path.equals("/")
                                ? "  - { upstream: site }\n"
                                : "  - { path: " + path + ", upstream: " + name(path) + " }\n"));
        text.append("upstreams:\n");
        upstreams.forEach(
                (path, address) -> text.append("  " + name(path) + ": { targets: [\"" + address.url("") + "\"] }\n"));
        text.append("policy: { file: " + Json.encode(rules.toString()) + " }\n");
        text.append("admin: { address: \"" + admin + "\" }\n");
        return text.toString();
    }

    private static String name(String path) {
        return path.equals("/") ? "site" : path.replace("/", "");
    }

    private static Path state(Path directory) {
        return directory.resolve("state");
    }

    private void awaitReady() {
        var unusedTime = Await.until("the all-in-one ready", START, () -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("it ended: " + process.tail());
            }
            return status(admin, "/readyz") == 200;
        });
    }

    /** The status of an answer to GET, from a port that is no proxy; 0 if there is none. */
    static int status(Address at, String path) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(at.url(path)).toURL().openConnection();
        connection.setConnectTimeout(2_000);
        connection.setReadTimeout(5_000);
        try {
            return connection.getResponseCode();
        } catch (java.net.ConnectException refused) {
            return 0;
        } finally {
            connection.disconnect();
        }
    }

    Address web() {
        return web;
    }

    Address egress() {
        return egress;
    }

    Address admin() {
        return admin;
    }

    WeirProcess process() {
        return process;
    }

    Path state() {
        return state(directory);
    }

    Path configuration() {
        return directory.resolve("weir.yaml");
    }

    AuditLog log() {
        return new AuditLog(state());
    }

    /** Replaces the rules as an editor does: a new file, renamed over the old one. */
    void publish(String text) throws IOException {
        Path fresh = Files.writeString(directory.resolve("rules.yaml.new"), text);
        var unusedPath = Files.move(
                fresh,
                directory.resolve("rules.yaml"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() {
        process.close();
    }
}
