package dev.weir.console;

import dev.weir.contracts.cluster.NodeStatus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** {@code GET /api/v1/status}: every process and its state, and the sums over the edges. */
final class StatusApi {
    private final NodeBoard board;

    StatusApi(NodeBoard board) {
        this.board = board;
    }

    void mount(Router router) {
        router.get("/api/v1/status").handler(this::answer);
    }

    private void answer(RoutingContext context) {
        context.response()
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(status().encode() + "\n")
                .onFailure(context::fail);
    }

    private JsonObject status() {
        JsonArray nodes = new JsonArray();
        for (NodeBoard.Node node : board.nodes()) {
            NodeStatus status = node.status();
            JsonObject each = new JsonObject()
                    .put("name", status.name())
                    .put("kind", status.kind())
                    .put("state", node.state())
                    .put("reason", status.reason())
                    .put("silent_ms", node.silentMillis())
                    .put("started_ms", status.startedMillis())
                    .put("numbers", new JsonObject(new java.util.LinkedHashMap<>(status.numbers())))
                    .put("words", new JsonObject(new java.util.LinkedHashMap<>(status.words())));
            nodes.add(each);
        }
        return new JsonObject()
                .put("requests", board.edgeSum("requests"))
                .put("hits", board.edgeSum("hits"))
                .put("lookups", board.edgeSum("lookups"))
                .put("denied", board.edgeSum("denied"))
                .put("failed", board.edgeSum("failed"))
                .put("latency_p50_us", board.edgeMax("latency-p50-us"))
                .put("latency_p99_us", board.edgeMax("latency-p99-us"))
                .put("nodes", nodes);
    }
}
