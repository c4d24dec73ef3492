package dev.weir.launcher;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A process of the cluster: how it is started, and where it is reached.
 *
 * @param name as it is printed
 * @param command what is started
 * @param log where its output goes
 * @param probe what tells that it is ready
 * @param reverse host:port of its reverse listener
 * @param forward host:port of its forward listener
 * @param admin host:port of its admin port
 * @param stage processes of a lower stage start earlier and end later
 */
record ProcessPlan(
        String name,
        List<String> command,
        Path log,
        Probe probe,
        Optional<String> reverse,
        Optional<String> forward,
        Optional<String> admin,
        int stage) {
    ProcessPlan {
        command = List.copyOf(command);
    }

    /** Asks a process whether it is ready; waits for a second at the most, answers false for every failure. */
    @FunctionalInterface
    interface Probe {
        boolean isReady();
    }
}
