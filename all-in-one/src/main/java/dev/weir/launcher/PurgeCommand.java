package dev.weir.launcher;

import dev.weir.contracts.cache.PurgeOrder;
import dev.weir.http.caching.PurgeScope;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Removes stored responses from every edge and the shared tier. Ends with 1 if an edge didn't say that it has. */
@Command(
        name = "purge",
        description = "Removes stored responses everywhere: by URL, prefix, tag, group, or all.",
        mixinStandardHelpOptions = true)
final class PurgeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private AdminOptions admin = new AdminOptions();

    @Parameters(arity = "0..*", paramLabel = "URL", description = "As clients ask for it, with its query.")
    private List<String> urls = new ArrayList<>();

    @Option(names = "--prefix", paramLabel = "URL", description = "A path with every query, and all below it.")
    private List<String> prefixes = new ArrayList<>();

    @Option(
            names = "--tag",
            arity = "1..*",
            paramLabel = "TAG",
            description = "Responses with this tag (Surrogate-Key, Cache-Tag).")
    private List<String> tags = new ArrayList<>();

    @Option(
            names = "--group",
            arity = "2",
            paramLabel = "ORIGIN NAME",
            hideParamSyntax = true,
            description = "ORIGIN NAME: responses of this origin in this group (Cache-Groups).")
    private List<String> groups = new ArrayList<>();

    @Option(names = "--all", description = "Everything.")
    private boolean all;

    @Option(names = "--soft", description = "Make them stale, to be confirmed, instead of removing them.")
    private boolean soft;

    @Option(names = "--dry-run", description = "Only say how many there are.")
    private boolean dryRun;

    @Override
    public Integer call() {
        List<PurgeScope> scopes = scopes();
        int exit = 0;
        try (AdminClient client = new AdminClient(admin)) {
            for (int from = 0; from < scopes.size(); from += PurgeOrder.MOST_SCOPES) {
                List<PurgeScope> some = scopes.subList(from, Math.min(scopes.size(), from + PurgeOrder.MOST_SCOPES));
                HttpResponse<Buffer> answer =
                        client.post("/api/v1/purge", body(some).toBuffer(), "application/json");
                exit = Math.max(exit, show(answer));
            }
        }
        return exit;
    }

    private List<PurgeScope> scopes() {
        List<PurgeScope> scopes = new ArrayList<>();
        for (String url : urls) {
            scopes.add(
                    require(PurgeScope.url(url), url, "an absolute http or https URL, such as http://example.com/a"));
        }
        for (String prefix : prefixes) {
            scopes.add(require(
                    PurgeScope.prefix(prefix),
                    prefix,
                    "an absolute http or https URL without a query, 32 segments deep"));
        }
        for (String tag : tags) {
            scopes.add(require(PurgeScope.tag(tag), tag, "a tag: no blanks, no commas"));
        }
        for (int i = 0; i + 1 < groups.size(); i += 2) {
            String group = groups.get(i) + " " + groups.get(i + 1);
            scopes.add(require(
                    PurgeScope.group(groups.get(i), groups.get(i + 1)),
                    group,
                    "an origin and a group: https://host name"));
        }
        if (all == !scopes.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    all
                            ? "--all is everything: nothing else goes with it"
                            : "what is to be purged? A URL, --prefix URL, --tag TAG, --group ORIGIN NAME, or --all");
        }
        return all ? List.of(PurgeScope.ALL) : scopes;
    }

    private PurgeScope require(Optional<PurgeScope> scope, String given, String expected) {
        return scope.orElseThrow(
                () -> new ParameterException(spec.commandLine(), given + " (expected: " + expected + ")"));
    }

    private JsonObject body(List<PurgeScope> scopes) {
        JsonObject body = new JsonObject();
        for (PurgeScope scope : scopes) {
            String subject = scope.subject();
            switch (scope.kind()) {
                case ALL -> body.put("all", true);
                case GROUP -> {
                    int blank = subject.indexOf(' ');
                    list(body, "group")
                            .add(new JsonObject()
                                    .put("origin", subject.substring(0, blank))
                                    .put("name", subject.substring(blank + 1)));
                }
                default -> list(body, scope.kind().word()).add(subject);
            }
        }
        return body.put("soft", soft).put("dry-run", dryRun);
    }

    private static JsonArray list(JsonObject body, String key) {
        if (!body.containsKey(key)) {
            body.put(key, new JsonArray());
        }
        return body.getJsonArray(key);
    }

    private int show(HttpResponse<Buffer> answer) {
        PrintWriter out = spec.commandLine().getOut();
        Buffer body = answer.body() == null ? Buffer.buffer("{}") : answer.body();
        boolean refused = answer.statusCode() >= 400;
        JsonObject report = refused ? new JsonObject() : report(body);
        if (admin.json()) {
            out.println(body.toString().strip());
        } else if (refused) {
            spec.commandLine().getErr().println("weir: " + AdminClient.reason(body));
        } else {
            tell(report, out);
        }
        return refused ? 2 : report.getJsonArray("unreachable", new JsonArray()).isEmpty() ? 0 : 1;
    }

    private static JsonObject report(Buffer body) {
        try {
            return body.toJsonObject();
        } catch (DecodeException e) {
            throw CommandFailure.atRunTime("not understood: " + body.toString().strip());
        }
    }

    private void tell(JsonObject report, PrintWriter out) {
        String what =
                dryRun ? "would be purged" : (soft ? "softly purged as " : "purged as ") + report.getString("purge");
        report.getJsonArray("scopes", new JsonArray()).forEach(scope -> out.println(scope + ": " + what));
        String least = report.getBoolean("shared-incomplete", false) ? "at least " : "";
        out.println("shared tier: " + least + responses(report.getValue("shared")));
        JsonArray unreachable = report.getJsonArray("unreachable", new JsonArray());
        report.getJsonObject("edges", new JsonObject())
                .forEach(edge -> out.println(edge.getKey() + ": "
                        + (unreachable.contains(edge.getKey())
                                ? "did not answer in time"
                                : (dryRun ? "" : "applied, ") + responses(edge.getValue()))));
    }

    private static String responses(@org.jspecify.annotations.Nullable Object count) {
        return count == null ? "responses not counted" : count.equals(1) ? "1 response" : count + " responses";
    }
}
