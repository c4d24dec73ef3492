package dev.weir.console;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;

/** The overview: one page, drawn here, that reloads itself; no script, nothing from elsewhere. */
final class OverviewPage {
    private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

    private final NodeBoard board;

    OverviewPage(NodeBoard board) {
        this.board = board;
    }

    void mount(Router router) {
        router.get("/").handler(this::answer);
    }

    private void answer(RoutingContext context) {
        context.response()
                .putHeader("Content-Type", "text/html; charset=utf-8")
                .putHeader("Cache-Control", "no-store")
                .putHeader("Content-Security-Policy", POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Refresh", "2")
                .end(page())
                .onFailure(context::fail);
    }

    private String page() {
        long requests = board.edgeSum("requests");
        long lookups = board.edgeSum("lookups");
        long hits = board.edgeSum("hits");
        StringBuilder page = new StringBuilder(4096);
        page.append("""
                <!doctype html>
                <html lang="en"><head><meta charset="utf-8"><title>Weir</title>
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <style>
                body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem; color: #1c2430; background: #fbfbfa }
                h1 { font-size: 1.3rem } h2 { font-size: 1rem; margin-top: 2rem }
                dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: 1rem; margin: 0 }
                dl div { background: #fff; border: 1px solid #dfe3e8; border-radius: .5rem; padding: .7rem 1rem }
                dt { color: #5b6675; font-size: .85rem } dd { margin: 0; font-size: 1.5rem; font-variant-numeric: tabular-nums }
                table { border-collapse: collapse; width: 100%; background: #fff } th, td { text-align: left; padding: .4rem .7rem; border-bottom: 1px solid #e5e8ec }
                th { font-weight: 600; color: #5b6675; font-size: .85rem }
                .ready { color: #14713d } .degraded { color: #8a5a00 } .not-ready, .silent { color: #a3201d }
                </style></head><body><h1>Weir</h1><dl>
                """);
        figure(page, "Requests", Long.toString(requests));
        figure(page, "Hit ratio", lookups == 0 ? "–" : String.format(Locale.ROOT, "%.1f %%", 100.0 * hits / lookups));
        figure(page, "Denied", Long.toString(board.edgeSum("denied")));
        figure(page, "Failed", Long.toString(board.edgeSum("failed")));
        figure(page, "Latency p50", millis(board.edgeMax("latency-p50-us")));
        figure(page, "Latency p99", millis(board.edgeMax("latency-p99-us")));
        page.append("</dl><h2>Services</h2><table><thead><tr><th>Node</th><th>Kind</th><th>State</th><th>Since</th>"
                + "<th>Why</th></tr></thead><tbody>");
        for (NodeBoard.Node node : board.nodes()) {
            page.append("<tr><td>")
                    .append(escaped(node.status().name()))
                    .append("</td><td>")
                    .append(escaped(node.status().kind()))
                    .append("</td><td class=\"")
                    .append(escaped(node.state()))
                    .append("\">")
                    .append(escaped(node.state()))
                    .append("</td><td>")
                    .append(java.time.Instant.ofEpochMilli(node.status().startedMillis())
                            .truncatedTo(java.time.temporal.ChronoUnit.SECONDS))
                    .append("</td><td>")
                    .append(escaped(
                            node.isThere()
                                    ? node.status().reason()
                                    : "not heard of since " + node.silentMillis() / 1000 + " s"))
                    .append("</td></tr>");
        }
        return page.append("</tbody></table></body></html>\n").toString();
    }

    private static void figure(StringBuilder page, String name, String value) {
        page.append("<div><dt>").append(name).append("</dt><dd>").append(value).append("</dd></div>\n");
    }

    private static String millis(long micros) {
        return micros == 0 ? "–" : String.format(Locale.ROOT, "%.1f ms", micros / 1000.0);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
