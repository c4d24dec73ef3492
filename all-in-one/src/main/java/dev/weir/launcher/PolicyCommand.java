package dev.weir.launcher;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What may pass: tried and put in force. */
@Command(
        name = "policy",
        description = "Tries a policy, or puts it in force.",
        mixinStandardHelpOptions = true,
        subcommands = {
            PolicyCommand.Test.class,
            PolicyCommand.Publish.class,
            LaterCommand.Rollback.class,
            LaterCommand.History.class,
            LaterCommand.Replay.class,
        })
final class PolicyCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "policy: which of test, publish?");
    }

    @Command(name = "test", description = "Says whether a policy would be accepted.", mixinStandardHelpOptions = true)
    static final class Test extends Sending {
        Test() {
            super("/api/v1/policy?dry-run=true", "would be accepted");
        }
    }

    @Command(name = "publish", description = "Puts a policy in force.", mixinStandardHelpOptions = true)
    static final class Publish extends Sending {
        Publish() {
            super("/api/v1/policy", "in force");
        }
    }

    /** Sends a file to the running Weir and shows what it says of it. */
    abstract static class Sending implements Callable<Integer> {
        private final String path;
        private final String done;

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private AdminOptions admin = new AdminOptions();

        @Parameters(paramLabel = "FILE", description = "What stands under \"policy:\", without that key.")
        private Path file = Path.of("policy.yaml");

        private Sending(String path, String done) {
            this.path = path;
            this.done = done;
        }

        @Override
        public final Integer call() {
            Buffer text = read();
            try (AdminClient client = new AdminClient(admin)) {
                HttpResponse<Buffer> answer = client.post(path, text, "application/yaml");
                JsonObject reply = answer.bodyAsJsonObject();
                boolean accepted = reply.getBoolean("accepted", false);
                if (admin.json()) {
                    spec.commandLine().getOut().println(reply.encode());
                } else if (accepted) {
                    spec.commandLine().getOut().println(file + ": " + done + revision(reply));
                } else {
                    refused(reply, spec.commandLine().getErr());
                }
                return accepted ? CommandLine.ExitCode.OK : CommandLine.ExitCode.USAGE;
            }
        }

        private Buffer read() {
            try {
                return Buffer.buffer(Files.readAllBytes(file));
            } catch (IOException unreadable) {
                throw CommandFailure.usage("cannot read " + file + ": " + unreadable);
            }
        }

        private static String revision(JsonObject reply) {
            Object revision = reply.getValue("revision");
            return revision == null ? "" : ", revision " + revision;
        }

        private void refused(JsonObject reply, PrintWriter err) {
            JsonArray problems = reply.getJsonArray("problems", new JsonArray());
            problems.stream()
                    .map(problem -> problem.toString().replace("published policy:", file + ":"))
                    .forEach(err::println);
            if (problems.isEmpty()) {
                err.println("weir: " + file + ": refused: " + reply.encode());
            }
        }
    }
}
