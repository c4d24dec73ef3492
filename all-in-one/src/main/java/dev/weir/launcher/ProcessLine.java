package dev.weir.launcher;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What is told when everything is ready: one line for machines, or a table. */
record ProcessLine(List<Running> processes, Path state) {
    /** One process, by its own pid. */
    record Running(String name, long pid, Optional<String> reverse, Optional<String> forward, Optional<String> admin) {}

    ProcessLine {
        processes = List.copyOf(processes);
    }

    /** {@code {"processes":[{"name","pid","reverse","forward","admin"},…],"state":DIR}}. */
    String json() {
        JsonArray listed = new JsonArray();
        for (Running process : processes) {
            listed.add(new JsonObject()
                    .put("name", process.name())
                    .put("pid", process.pid())
                    .put("reverse", process.reverse().orElse(null))
                    .put("forward", process.forward().orElse(null))
                    .put("admin", process.admin().orElse(null)));
        }
        return new JsonObject()
                .put("processes", listed)
                .put("state", state.toString())
                .encode();
    }

    /** The same for people. */
    String table() {
        return processes.stream()
                .map(process -> String.format("  %-16s pid %-8d", process.name(), process.pid())
                        + process.reverse().map(at -> "  reverse http://" + at).orElse("")
                        + process.forward().map(at -> "  forward http://" + at).orElse("")
                        + process.admin().map(at -> "  admin http://" + at).orElse(""))
                .collect(Collectors.joining("\n", "", "\n  state " + state));
    }
}
