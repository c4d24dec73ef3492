package dev.weir.launcher;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says what a running Weir would make of a request, and what it has stored for it. */
@Command(
        name = "explain",
        description = "Says what would become of a request: listener, rules, route, and what is stored for it and why"
                + " not. Asks no origin and changes nothing.",
        mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private AdminOptions admin = new AdminOptions();

    @Option(names = "--method", paramLabel = "METHOD", description = "Of the request (default: GET).")
    private String method = "GET";

    @Option(names = "--field", paramLabel = "'NAME: VALUE'", description = "A field of the request; any number.")
    private List<String> fields = new ArrayList<>();

    @Option(
            names = "--listener",
            paramLabel = "NAME",
            description = "Where it comes in (default: the listener that the URL leads to).")
    private String listener = "";

    @Option(
            names = "--client",
            paramLabel = "ADDRESS",
            description = "Who asks (default: nobody in particular; rules for networks don't match then).")
    private String client = "";

    @Parameters(arity = "1", paramLabel = "URL", description = "As clients ask for it.")
    private String url = "";

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (AdminClient weir = new AdminClient(admin)) {
            HttpResponse<Buffer> answer = weir.get(path());
            Buffer body = answer.body() == null ? Buffer.buffer("{}") : answer.body();
            if (answer.statusCode() >= 400) {
                throw CommandFailure.usage(AdminClient.reason(body));
            }
            if (admin.json()) {
                out.println(body.toString().strip());
            } else {
                new ExplainText(out).print(new JsonObject(body));
            }
        }
        return 0;
    }

    private String path() {
        StringBuilder path = new StringBuilder("/api/v1/explain?url=").append(encoded(url));
        path.append("&method=").append(encoded(method));
        fields.forEach(field -> path.append("&field=").append(encoded(field)));
        if (!listener.isEmpty()) {
            path.append("&listener=").append(encoded(listener));
        }
        if (!client.isEmpty()) {
            path.append("&client=").append(encoded(client));
        }
        return path.toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
