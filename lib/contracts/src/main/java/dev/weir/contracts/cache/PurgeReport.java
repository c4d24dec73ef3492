package dev.weir.contracts.cache;

import dev.weir.contracts.Codec;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * What became of a {@link PurgeOrder}.
 *
 * @param pair the place of its last purge; of the newest purge before it if it was a dry run
 * @param shared how many responses it met in the shared tier; {@link #UNKNOWN} if that was not counted
 * @param wholeShared whether all were counted there: else there are at least as many
 * @param edges by name
 */
public record PurgeReport(SequencePair pair, long shared, boolean wholeShared, List<Edge> edges) {
    /** Not counted. */
    public static final long UNKNOWN = -1;

    /** The wire form. */
    public static final Codec<PurgeReport> CODEC = new Codec<>() {
        @Override
        public void encode(PurgeReport message, WireWriter out) {
            out.pair(message.pair())
                    .int64(message.shared())
                    .bool(message.wholeShared())
                    .list(
                            message.edges(),
                            (w, edge) ->
                                    w.text(edge.name()).bool(edge.reached()).int64(edge.met()));
        }

        @Override
        public PurgeReport decode(WireReader in) {
            return new PurgeReport(
                    in.pair(),
                    in.int64(),
                    in.bool(),
                    in.list(each -> new Edge(each.text(), each.bool(), each.int64())));
        }
    };

    /**
     * It as clients are told: what was ordered, {@code shared} and {@code edges} (how many responses it met there; null
     * where that is not known), {@code applied} and {@code unreachable} (names of edges).
     */
    public JsonObject toJson(PurgeOrder order) {
        JsonObject json =
                order.dryRun() ? new JsonObject().put("dry-run", true) : new JsonObject().put("purge", pair.toString());
        json.put(
                        "scopes",
                        new JsonArray(
                                order.scopes().stream().map(Object::toString).toList()))
                .put("soft", order.soft())
                .put("shared", shared < 0 ? null : shared);
        if (shared >= 0 && !wholeShared) {
            json.put("shared-incomplete", true);
        }
        JsonObject met = new JsonObject();
        edges.forEach(edge -> met.put(edge.name(), edge.met() < 0 ? null : edge.met()));
        return json.put("edges", met)
                .put(order.dryRun() ? "counted" : "applied", names(true))
                .put("unreachable", names(false));
    }

    private JsonArray names(boolean reached) {
        return new JsonArray(edges.stream()
                .filter(edge -> edge.reached() == reached)
                .map(Edge::name)
                .toList());
    }

    /** Copies its collections. */
    public PurgeReport {
        edges = List.copyOf(edges);
    }

    /**
     * An edge that was heard of lately.
     *
     * @param name of the node
     * @param reached whether it said in time that it has applied the purge, or has counted
     * @param met how many responses it met there; {@link #UNKNOWN} if it did not say so in time
     */
    public record Edge(String name, boolean reached, long met) {}
}
