package dev.weir.launcher;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What passed: the log, searched and followed. */
@Command(
        name = "audit",
        description = "Searches or follows the log of what passed.",
        mixinStandardHelpOptions = true,
        subcommands = {AuditCommand.Tail.class, AuditCommand.Query.class, LaterCommand.Verify.class})
final class AuditCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "audit: which of tail, query?");
    }

    @Command(name = "tail", description = "Shows the newest records.", mixinStandardHelpOptions = true)
    static final class Tail implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private AdminOptions admin = new AdminOptions();

        @Option(names = "--follow", description = "And those that come, until interrupted.")
        private boolean follow;

        @Option(names = "--limit", paramLabel = "N", description = "Records at the most (default: 10).")
        private int limit = 10;

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            try (AdminClient client = new AdminClient(admin)) {
                if (follow) {
                    client.stream("/api/v1/audit/tail", record -> out.println(shown(record.encode(), admin.json())));
                    throw CommandFailure.atRunTime("the Weir at " + admin.admin() + " ended the stream");
                }
                Deque<String> newest = new ArrayDeque<>();
                pages(client, "", 0, line -> {
                    newest.addLast(line);
                    if (newest.size() > Math.max(limit, 0)) {
                        newest.removeFirst();
                    }
                });
                newest.forEach(line -> out.println(shown(line, admin.json())));
            }
            return 0;
        }
    }

    @Command(name = "query", description = "Finds records, oldest first.", mixinStandardHelpOptions = true)
    static final class Query implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private AdminOptions admin = new AdminOptions();

        @Option(names = "--limit", paramLabel = "N", description = "Records at the most; 0: all (default: 100).")
        private int limit = 100;

        @Option(names = "--from", paramLabel = "TIME", description = "Not before, like 2026-01-31T12:00:00Z.")
        private @Nullable String from;

        @Option(names = "--to", paramLabel = "TIME", description = "Before that time.")
        private @Nullable String to;

        @Parameters(
                arity = "0..*",
                paramLabel = "field=value",
                description = "A field and the value it must have; a trailing * matches any ending.")
        private List<String> conditions = new ArrayList<>();

        @Override
        public Integer call() {
            if (limit < 0) {
                throw CommandFailure.usage("--limit: " + limit + " (expected: 0 or more)");
            }
            List<Map.Entry<String, String>> query = new ArrayList<>();
            if (from != null) {
                query.add(Map.entry("from", from));
            }
            if (to != null) {
                query.add(Map.entry("to", to));
            }
            for (String condition : conditions) {
                int equals = condition.indexOf('=');
                if (equals < 1) {
                    throw CommandFailure.usage(condition + " (expected: field=value)");
                }
                query.add(Map.entry(condition.substring(0, equals), condition.substring(equals + 1)));
            }
            String asked = query.stream()
                    .map(entry -> "&" + encoded(entry.getKey()) + "=" + encoded(entry.getValue()))
                    .collect(Collectors.joining());
            PrintWriter out = spec.commandLine().getOut();
            try (AdminClient client = new AdminClient(admin)) {
                pages(client, asked, limit, line -> out.println(shown(line, admin.json())));
            }
            return 0;
        }
    }

    /** Asks for page after page until the end, or until there are enough; 0 is all. */
    private static void pages(AdminClient client, String query, int limit, Consumer<String> record) {
        int pageLimit = 500;
        int remaining = limit == 0 ? Integer.MAX_VALUE : limit;
        String cursor = "";
        while (remaining > 0) {
            HttpResponse<Buffer> page = client.get("/api/v1/audit?limit=" + Math.min(remaining, pageLimit) + query
                    + (cursor.isEmpty() ? "" : "&cursor=" + encoded(cursor)));
            if (page.statusCode() >= 400) {
                throw CommandFailure.usage(page.body() == null ? "refused" : AdminClient.reason(page.body()));
            }
            String body = page.body() == null ? "" : page.bodyAsString();
            List<String> lines = body.lines()
                    .filter(line -> !line.isBlank())
                    .limit(remaining)
                    .toList();
            lines.forEach(record);
            remaining -= lines.size();
            String next = page.getHeader("Weir-Cursor");
            if (!"false".equals(page.getHeader("Weir-End")) || next == null || next.equals(cursor)) {
                return;
            }
            cursor = next;
        }
    }

    private static String shown(String line, boolean json) {
        if (json) {
            return line;
        }
        return new JsonObject(line)
                .stream().map(entry -> entry.getKey() + "=" + entry.getValue()).collect(Collectors.joining("  "));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
