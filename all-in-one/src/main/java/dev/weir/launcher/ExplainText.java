package dev.weir.launcher;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;

/** An explanation in words, for people. What others may have written comes without controls. */
final class ExplainText {
    private static final int COLUMN = 12;

    private final PrintWriter out;

    ExplainText(PrintWriter out) {
        this.out = out;
    }

    void print(JsonObject said) {
        out.println(plain(said.getString("method", "GET") + " " + said.getString("url", "")));
        JsonArray edges = said.getJsonArray("edges", new JsonArray());
        for (int i = 0; i < edges.size(); i++) {
            edge(edges.getJsonObject(i));
        }
        JsonObject shared = said.getJsonObject("shared");
        if (shared != null) {
            out.println();
            out.println("shared tier");
            shared(shared);
        }
        JsonArray silent = said.getJsonArray("no_answer", new JsonArray());
        if (!silent.isEmpty()) {
            out.println();
            out.println(plain("no answer from: "
                    + String.join(", ", silent.stream().map(String::valueOf).toList())));
        } else if (edges.isEmpty()) {
            out.println();
            out.println("no edge was heard of yet");
        }
    }

    private void edge(JsonObject edge) {
        out.println();
        out.println(plain(edge.getString("edge", "?")));
        if (edge.containsKey("problem")) {
            line("problem", edge.getString("problem"));
            return;
        }
        JsonObject listener = edge.getJsonObject("listener", new JsonObject());
        line(
                "listener",
                listener.getString("name", "?") + ", " + listener.getString("mode", "?") + " ("
                        + listener.getString("chosen", "?") + ")");
        String client = edge.getString("client", "unknown");
        line("client", client.equals("unknown") ? "unknown: rules for a client's network don't match" : client);
        line("rules", rules(edge.getJsonObject("rules", new JsonObject())));
        JsonObject route = edge.getJsonObject("route", new JsonObject());
        if (route.containsKey("none")) {
            line(
                    "route",
                    "none: " + CacheWords.meaning(route.getString("none")) + " (" + route.getString("none") + ")");
            return;
        }
        line(
                "route",
                "to " + route.getString("upstream", "?") + (route.getBoolean("cache", true) ? "" : ", cache: off"));
        if (edge.containsKey("key")) {
            line("zone", edge.getString("zone", ""));
            line("key", edge.getString("key"));
            if (edge.containsKey("cache_rule")) {
                line("rule", edge.getString("cache_rule", "") + " of cache.rules");
            }
        }
        cache(edge.getJsonObject("cache", new JsonObject()));
    }

    private static String rules(JsonObject rules) {
        String verdict = rules.getString("verdict", "unknown");
        String by = ", by rule " + rules.getString("rule", "?")
                + (rules.containsKey("list")
                        ? " (" + rules.getString("entry") + " in list " + rules.getString("list") + ")"
                        : "")
                + ", revision " + rules.getString("revision", "?");
        return switch (verdict) {
            case "allow" -> "allowed" + by;
            case "deny" -> "denied with " + rules.getInteger("status") + by;
            case "redirect" -> "sent to " + rules.getString("to") + " with " + rules.getInteger("status") + by;
            case "depends-on-answer" -> "asked of the origin, then judged again by its answer" + by;
            default -> "no revision is in force on this edge: policy-service would be asked";
        };
    }

    private void cache(JsonObject cache) {
        String why = cache.getString("why", "");
        String because = CacheWords.meaning(why) + (why.isEmpty() ? "" : " (" + why + ")");
        line(
                "cache",
                switch (cache.getString("would", "")) {
                    case "hit" -> "answers: " + because;
                    case "stale" -> "answers stale: " + because;
                    case "validate" -> "asks the origin whether what is stored is still good: " + because;
                    case "miss" -> "asks the origin, beyond the shared tier: " + because;
                    default -> "passed by: " + because;
                });
        JsonArray stored = cache.getJsonArray("stored", new JsonArray());
        for (int i = 0; i < stored.size(); i++) {
            JsonObject each = stored.getJsonObject(i);
            line("stored", response(each) + (each.getBoolean("selected", false) ? "; this request's" : ""));
            JsonArray selecting = each.getJsonArray("selecting", new JsonArray());
            if (!selecting.isEmpty()) {
                line(
                        "",
                        "for "
                                + String.join(
                                        "; ",
                                        selecting.stream().map(String::valueOf).toList()));
            }
        }
        int untold = cache.getInteger("untold", 0);
        if (untold > 0) {
            line("", "and " + untold + " more");
        }
        JsonObject last = cache.getJsonObject("last_not_stored");
        if (last != null) {
            String reason = last.getString("why", "?");
            line(
                    "not stored",
                    "the last answer, " + last.getLong("seconds_ago") + " s ago: " + CacheWords.meaning(reason) + " ("
                            + reason + ")");
        }
    }

    private void shared(JsonObject shared) {
        if (!shared.getBoolean("answered", false)) {
            line("stored", "not known: cache-service gave no answer");
        } else if (!shared.getBoolean("found", false)) {
            line("stored", "nothing for this request");
        } else {
            line("stored", response(shared));
        }
    }

    private static String response(JsonObject response) {
        long ttl = response.getLong("ttl", 0L);
        String basis = response.getString("lifetime_from", "none");
        String from = basis.equals("none")
                ? "nothing says how long it is fresh"
                : "lifetime " + response.getLong("lifetime") + " s by " + basis
                        + (response.containsKey("directives_from")
                                ? " of " + response.getString("directives_from")
                                : "");
        return response.getInteger("status") + ", " + response.getLong("bytes") + " bytes"
                + (response.containsKey("octets") ? " (stored: octets " + response.getString("octets") + ")" : "")
                + ", age "
                + response.getLong("age") + " s, "
                + (ttl > 0 ? "fresh for " + ttl + " s more" : "stale for " + -ttl + " s")
                + " (" + from + ")" + (response.getBoolean("to_confirm", false) ? ", to be confirmed first" : "");
    }

    private void line(String name, String text) {
        out.println(plain("  " + name + " ".repeat(Math.max(1, COLUMN - name.length())) + text));
    }

    private static String plain(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        text.codePoints().forEach(c -> plain.appendCodePoint(isPlain(c) ? c : '?'));
        return plain.toString();
    }

    private static boolean isPlain(int c) {
        int type = Character.getType(c);
        return type != Character.CONTROL && type != Character.FORMAT && type != Character.SURROGATE;
    }
}
