package dev.weir.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Loopback ports by name: free when chosen, kept in the state directory, so that a cluster comes back on the same ones.
 *
 * <p>Below 32768, or an outgoing connection may take one first.
 */
final class Ports {
    private static final String FILE = "ports.properties";
    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 32_000;
    private static final int TRIES = 1_000;
    private static final Pattern PORT = Pattern.compile("[1-9][0-9]{3,4}");

    private final StateDirectory state;
    private final RandomGenerator random;
    private final Map<String, Integer> kept;
    private final Map<String, Integer> chosen = new TreeMap<>();

    Ports(StateDirectory state, RandomGenerator random) {
        this.state = state;
        this.random = random;
        this.kept = read(state);
    }

    /** The port of that name; a kept one that somebody else has taken meanwhile is replaced. */
    int of(String name) {
        return chosen.computeIfAbsent(name, this::choose);
    }

    /** {@code 127.0.0.1:port}. */
    String loopback(String name) {
        return "127.0.0.1:" + of(name);
    }

    /** Keeps all that were asked for. */
    void save() {
        Map<String, Integer> all = new TreeMap<>(kept);
        all.putAll(chosen);
        state.write(
                FILE,
                all.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
                        .collect(Collectors.joining()));
    }

    private int choose(String name) {
        Integer before = kept.get(name);
        if (before != null && before < HIGHEST && isFree(before)) {
            return before;
        }
        Set<Integer> taken = new HashSet<>(kept.values());
        taken.addAll(chosen.values());
        return anyFree(random, taken);
    }

    /** Any free one. */
    static int anyFree(RandomGenerator random) {
        return anyFree(random, Set.of());
    }

    private static int anyFree(RandomGenerator random, Set<Integer> taken) {
        for (int i = 0; i < TRIES; i++) {
            int port = random.nextInt(LOWEST, HIGHEST);
            if (!taken.contains(port) && isFree(port)) {
                return port;
            }
        }
        throw CommandFailure.atRunTime("no free port between " + LOWEST + " and " + HIGHEST);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
            return true;
        } catch (IOException inUse) {
            return false;
        }
    }

    private static Map<String, Integer> read(StateDirectory state) {
        Properties lines = new Properties();
        if (Files.exists(state.resolve(FILE))) {
            try (var in = Files.newBufferedReader(state.resolve(FILE))) {
                lines.load(in);
            } catch (IOException failure) {
                throw CommandFailure.atRunTime("cannot read " + state.resolve(FILE) + ": " + failure);
            }
        }
        Map<String, Integer> ports = new TreeMap<>();
        for (String name : lines.stringPropertyNames()) {
            String text = lines.getProperty(name).strip();
            if (PORT.matcher(text).matches()) { // a damaged one is chosen anew
                ports.put(name, Integer.valueOf(text));
            }
        }
        return ports;
    }
}
