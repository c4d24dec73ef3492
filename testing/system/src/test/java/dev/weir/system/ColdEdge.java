package dev.weir.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** An edge with nothing on its disk that joins a running cluster: configured as its first edge, on ports of its own. */
record ColdEdge(Path directory, Address reverse, Address health) {
    private static final Pattern PORT = Pattern.compile("(127\\.0\\.0\\.1:)(\\d+)");

    static ColdEdge beside(Path clusterState) throws IOException {
        Path directory = Files.createDirectories(clusterState.resolveSibling("cold"));
        Address reverse = Address.loopback(FreePorts.next());
        Address health = Address.loopback(FreePorts.next());
        StringBuilder text = new StringBuilder();
        for (String line : Files.readAllLines(clusterState.resolve("weir-edge-proxy-1.yaml"))) {
            text.append(line(line, directory, reverse, health)).append('\n');
        }
        var unusedPath = Files.writeString(directory.resolve("weir.yaml"), text);
        return new ColdEdge(directory, reverse, health);
    }

    private static String line(String line, Path directory, Address reverse, Address health) {
        if (line.startsWith("state:")) {
            return "state: \"" + directory.resolve("state") + "\"";
        }
        if (line.contains("mode: reverse")) {
            return replacePort(line, reverse.port());
        }
        if (line.contains("mode: forward")) {
            return replacePort(line, FreePorts.next());
        }
        if (line.startsWith("health:")) {
            return replacePort(line, health.port());
        }
        if (line.strip().startsWith("ports:")) {
            return Pattern.compile("\\d+")
                    .matcher(line)
                    .replaceAll((MatchResult any) -> String.valueOf(FreePorts.next()));
        }
        return line;
    }

    private static String replacePort(String line, int port) {
        return PORT.matcher(line).replaceAll("$1" + port);
    }

    WeirProcess start() throws IOException {
        return WeirProcess.start(
                directory,
                "service",
                "edge-proxy",
                "--name",
                "edge-proxy-cold",
                "--config",
                directory.resolve("weir.yaml").toString());
    }
}
