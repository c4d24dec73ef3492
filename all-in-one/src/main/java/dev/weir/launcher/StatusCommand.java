package dev.weir.launcher;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows how a running Weir is. */
@Command(name = "status", description = "Shows how a running Weir is.", mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private AdminOptions admin = new AdminOptions();

    @Override
    public Integer call() {
        try (AdminClient client = new AdminClient(admin)) {
            JsonObject status = client.get("/api/v1/status").bodyAsJsonObject();
            PrintWriter out = spec.commandLine().getOut();
            if (admin.json()) {
                out.println(status.encode());
            } else {
                status.forEach(entry -> print(out, entry.getKey(), entry.getValue(), ""));
            }
        }
        return 0;
    }

    /** As an outline: a word and its value a line, what belongs to it below and further in. */
    private static void print(PrintWriter out, String name, Object value, String indent) {
        if (value instanceof JsonObject object) {
            out.println(indent + name);
            object.forEach(entry -> print(out, entry.getKey(), entry.getValue(), indent + "  "));
        } else if (value instanceof JsonArray array) {
            out.println(indent + name + (array.isEmpty() ? ": none" : ""));
            array.forEach(element -> print(out, "-", element, indent + "  "));
        } else {
            out.println(indent + name + ": " + value);
        }
    }
}
