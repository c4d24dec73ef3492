package dev.weir.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import redis.embedded.core.ExecutableProvider;

/** The Redis of a cluster on this machine: the redis-server on the PATH, else the one that embedded-redis carries. */
final class RedisServer {
    private static final Pattern VERSION = Pattern.compile("v=(\\d+)\\.(\\d+)");
    private static final int OLDEST_MAJOR = 6;
    private static final int OLDEST_MINOR = 2;

    private RedisServer() {}

    /** How to start it, with a password, on loopback, as a cache: bounded, and with nothing written to disk. */
    static List<String> command(StateDirectory state, int port, String password) {
        Path executable = onPath().orElseGet(() -> embedded(state));
        Path configuration = state.write("redis.conf", """
                bind 127.0.0.1
                port %d
                requirepass %s
                maxmemory 256mb
                maxmemory-policy volatile-lfu
                save ""
                appendonly no
                daemonize no
                dir "%s"
                """.formatted(port, password, state.path()));
        return List.of(executable.toString(), configuration.toString());
    }

    private static Optional<Path> onPath() {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.of(path.split(":"))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, "redis-server"))
                .filter(Files::isExecutable)
                .filter(RedisServer::isNewEnough)
                .findFirst();
    }

    private static boolean isNewEnough(Path executable) {
        try {
            Process process = new ProcessBuilder(executable.toString(), "--version")
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readNBytes(1_000), StandardCharsets.UTF_8);
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return false;
            }
            return isNewEnough(said);
        } catch (IOException notRunnable) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** From what {@code redis-server --version} says. */
    static boolean isNewEnough(String said) {
        Matcher version = VERSION.matcher(said);
        if (!version.find()) {
            return false;
        }
        int major = Integer.parseInt(version.group(1));
        int minor = Integer.parseInt(version.group(2));
        return major > OLDEST_MAJOR || (major == OLDEST_MAJOR && minor >= OLDEST_MINOR);
    }

    private static Path embedded(StateDirectory state) {
        try {
            Path directory = Files.createDirectories(state.resolve("redis"));
            return ExecutableProvider.newJarResourceProvider(directory.toFile())
                    .get()
                    .toPath();
        } catch (IOException | RuntimeException failure) {
            throw CommandFailure.atRunTime("no redis-server 6.2 or newer on the PATH, and the one carried along does"
                    + " not run on this machine: " + failure);
        }
    }
}
