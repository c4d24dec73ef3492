package dev.weir.console;

import dev.weir.contracts.Addresses;
import dev.weir.contracts.cache.CacheLookup;
import dev.weir.contracts.cache.CacheLookupReply;
import dev.weir.contracts.cache.ExplainRequest;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.CacheKey;
import dev.weir.http.caching.CacheRule;
import dev.weir.http.caching.CacheRules;
import dev.weir.http.caching.Freshness;
import dev.weir.http.caching.StoredHead;
import dev.weir.runtime.cluster.Bus;
import dev.weir.runtime.cluster.FrameTooLargeException;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * {@code GET /api/v1/explain?url=…}: what every edge would make of a request, and what is stored for it, there and in the
 * shared tier. With {@code method}, {@code field} ("Name: value", any number), {@code listener} and {@code client}. It
 * changes nothing. Lives on one event loop.
 */
final class ExplainApi {
    private static final Duration EDGE_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration SHARED_TIMEOUT = Duration.ofSeconds(1);
    private static final int MOST_AT_ONCE = 8;
    private static final int MOST_FIELDS = 64;
    private static final int MOST_EDGES = 100;
    private static final Set<String> PARAMETERS = Set.of("url", "method", "field", "listener", "client");
    private static final Set<String> PRIVATE_FIELDS = Set.of("authorization", "cookie", "proxy-authorization");

    private final Bus bus;
    private final NodeBoard board;
    private final CacheRules rules;
    private final InstantSource clock;
    private int underWay;

    ExplainApi(Bus bus, NodeBoard board, CacheRules rules, InstantSource clock) {
        this.bus = bus;
        this.board = board;
        this.rules = rules;
        this.clock = clock;
    }

    void mount(Router router) {
        router.get("/api/v1/explain").handler(this::explain);
    }

    private void explain(RoutingContext context) {
        ExplainRequest asked;
        try {
            asked = read(context.queryParams());
        } catch (IllegalArgumentException e) {
            Problems.answer(context, 400, String.valueOf(e.getMessage()));
            return;
        }
        if (underWay >= MOST_AT_ONCE) {
            Problems.answer(context, 503, "too many are asking (at most " + MOST_AT_ONCE + " at once)");
            return;
        }
        underWay++;
        JsonArray silent = new JsonArray();
        List<Future<JsonObject>> answers = new ArrayList<>();
        for (NodeBoard.Node node : board.edges()) {
            String name = node.status().name();
            if (node.isThere() && answers.size() < MOST_EDGES) {
                answers.add(ask(name, asked).onFailure(failure -> silent.add(name)));
            } else {
                silent.add(name);
            }
        }
        Future.join(answers)
                .transform(any -> withShared(answers, silent, asked))
                .onComplete(said -> underWay--)
                .onSuccess(said -> answer(context, said))
                .onFailure(context::fail);
    }

    private Future<JsonObject> ask(String edge, ExplainRequest asked) {
        try {
            return bus.request(Addresses.explain(edge), asked, EDGE_TIMEOUT)
                    .map(explanation -> new JsonObject(explanation.json()));
        } catch (FrameTooLargeException e) {
            return Future.failedFuture(e);
        }
    }

    private Future<JsonObject> withShared(List<Future<JsonObject>> answers, JsonArray silent, ExplainRequest asked) {
        JsonArray edges = new JsonArray();
        String key = "";
        for (Future<JsonObject> answer : answers) {
            if (answer.succeeded()) {
                edges.add(answer.result());
                key = key.isEmpty() ? answer.result().getString("key", "") : key;
            }
        }
        JsonObject said = new JsonObject()
                .put("url", asked.url())
                .put("method", asked.method())
                .put("edges", edges)
                .put("no_answer", silent);
        if (key.isEmpty()) {
            return Future.succeededFuture(said);
        }
        CacheRule rule = CacheKey.parse(key).map(rules::of).orElse(CacheRule.NONE);
        HeaderFields shareable = asked.fields().without(ExplainApi::isPrivate);
        try {
            return bus.request(Addresses.CACHE_PEEK, new CacheLookup(key, shareable), SHARED_TIMEOUT)
                    .map(reply -> shared(reply, rule))
                    .otherwise(failure -> new JsonObject().put("answered", false))
                    .map(shared -> said.put("shared", shared));
        } catch (FrameTooLargeException e) {
            return Future.succeededFuture(said.put("shared", new JsonObject().put("answered", false)));
        }
    }

    private JsonObject shared(CacheLookupReply reply, CacheRule rule) {
        JsonObject said = new JsonObject().put("answered", true);
        if (!(reply instanceof CacheLookupReply.Hit hit)) {
            return said.put("found", false);
        }
        Instant now = clock.instant();
        Instant received = now.minusMillis(Math.max(0, hit.residentMillis()));
        StoredHead head = new StoredHead(
                hit.status(), hit.fields(), received.minusMillis(Math.max(0, hit.responseDelayMillis())), received);
        Freshness freshness = Freshness.of(head, rule);
        said.put("found", true)
                .put("status", hit.status())
                .put("bytes", hit.body().length())
                .put("age", freshness.ageSeconds(now))
                .put("ttl", freshness.remainingSeconds(now))
                .put("lifetime", freshness.lifetimeSeconds())
                .put("lifetime_from", freshness.basis().token())
                .put("to_confirm", hit.stale());
        rule.targets().counting(hit.fields()).ifPresent(field -> said.put("directives_from", field));
        return said;
    }

    /** If no edge could answer for the same reason, the question was wrong. */
    private static void answer(RoutingContext context, JsonObject said) {
        JsonArray edges = said.getJsonArray("edges");
        Optional<String> problem = edges.stream()
                .map(each -> ((JsonObject) each).getString("problem", ""))
                .filter(each -> !each.isEmpty())
                .findFirst();
        boolean all = edges.stream().allMatch(each -> ((JsonObject) each).containsKey("problem"));
        if (problem.isPresent() && all) {
            Problems.answer(context, 400, problem.get());
            return;
        }
        context.response()
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(said.encode() + "\n")
                .onFailure(context::fail);
    }

    static ExplainRequest read(MultiMap parameters) {
        for (String name : parameters.names()) {
            check(
                    PARAMETERS.contains(name),
                    "parameter: '" + name + "' (expected: one of url, method, field, listener," + " client)");
        }
        String url = one(parameters, "url");
        check(
                (url.startsWith("http://") || url.startsWith("https://")) && url.indexOf('#') < 0,
                "url: '" + url + "' (expected: http://host/… or https://host/…, without a fragment)");
        List<String> lines = parameters.getAll("field");
        check(lines.size() <= MOST_FIELDS, "field: " + lines.size() + " lines (expected: at most " + MOST_FIELDS + ")");
        HeaderFields.Builder fields = HeaderFields.builder();
        for (String line : lines) {
            int colon = line.indexOf(':');
            check(colon > 0, "field: '" + line + "' (expected: Name: value)");
            String name = line.substring(0, colon);
            check(!name.equalsIgnoreCase("host"), "field: 'Host' (expected: the host in the URL)");
            fields.add(name, line.substring(colon + 1).strip());
        }
        String method = one(parameters, "method");
        return new ExplainRequest(
                url,
                method.isEmpty() ? "GET" : method,
                fields.build(),
                one(parameters, "listener"),
                one(parameters, "client"));
    }

    private static String one(MultiMap parameters, String name) {
        List<String> values = parameters.getAll(name);
        check(values.size() <= 1, name + ": " + values.size() + " times (expected: once)");
        return values.isEmpty() ? "" : values.get(0);
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    private static boolean isPrivate(String name) {
        return PRIVATE_FIELDS.contains(name.toLowerCase(Locale.ROOT));
    }
}
