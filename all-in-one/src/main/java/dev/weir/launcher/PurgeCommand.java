package dev.weir.launcher;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Removes stored responses from every edge and the shared tier. */
@Command(name = "purge", description = "Removes stored responses everywhere.", mixinStandardHelpOptions = true)
final class PurgeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private AdminOptions admin = new AdminOptions();

    @Option(names = "--soft", description = "Revalidate before the next use, instead of removing.")
    private boolean soft;

    @Parameters(arity = "1..*", paramLabel = "URL", description = "As clients ask for it.")
    private List<String> urls = new ArrayList<>();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        boolean refused = false;
        try (AdminClient client = new AdminClient(admin)) {
            for (String url : urls) {
                JsonObject asked = new JsonObject().put("url", url).put("soft", soft);
                HttpResponse<Buffer> answer = client.post("/api/v1/purge", asked.toBuffer(), "application/json");
                refused |= answer.statusCode() >= 400;
                Buffer body = answer.body() == null ? Buffer.buffer("{}") : answer.body();
                if (admin.json()) {
                    out.println(body.toString().strip());
                } else {
                    out.println(url + ": " + AdminClient.reason(body));
                }
            }
        }
        return refused ? 2 : 0;
    }
}
