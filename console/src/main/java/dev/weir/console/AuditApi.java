package dev.weir.console;

import dev.weir.contracts.Addresses;
import dev.weir.contracts.audit.AuditPage;
import dev.weir.contracts.audit.AuditQuery;
import dev.weir.runtime.cluster.Bus;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Reads the audit log: a page at {@code /api/v1/audit}, what comes at {@code /api/v1/audit/tail}. JSON lines; the cursor
 * of the next page in {@code Weir-Cursor}. Lives on one event loop.
 */
final class AuditApi {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final long TAIL_MILLIS = 250;
    private static final int LARGEST_PAGE = 1_000;
    private static final int MOST_TAILS = 32;
    private static final int MOST_CONDITIONS = 32;
    private static final Set<String> WORDS = Set.of("limit", "cursor", "from", "to");

    private final Vertx vertx;
    private final Bus bus;
    private int tails;
    private boolean closed;

    AuditApi(Vertx vertx, Bus bus) {
        this.vertx = vertx;
        this.bus = bus;
    }

    void mount(Router router) {
        router.get("/api/v1/audit").handler(this::page);
        router.get("/api/v1/audit/tail").handler(this::tail);
    }

    /** Ends the tails. */
    void close() {
        closed = true;
    }

    private void page(RoutingContext context) {
        AuditQuery query;
        try {
            query = query(context.queryParams(), false);
        } catch (IllegalArgumentException e) {
            Problems.answer(context, 400, String.valueOf(e.getMessage()));
            return;
        }
        bus.request(Addresses.AUDIT_QUERY, query, TIMEOUT)
                .onSuccess(found -> answer(context, found))
                .onFailure(failure -> Problems.unanswered(context, "audit-service", failure));
    }

    private static void answer(RoutingContext context, AuditPage page) {
        context.response()
                .putHeader("Content-Type", "application/x-ndjson")
                .putHeader("Cache-Control", "no-store")
                .putHeader("Weir-Cursor", page.cursor())
                .putHeader("Weir-End", Boolean.toString(page.end()))
                .end(lines(page))
                .onFailure(context::fail);
    }

    private void tail(RoutingContext context) {
        if (tails >= MOST_TAILS) {
            Problems.answer(context, 503, "too many tails are open (at most " + MOST_TAILS + ")");
            return;
        }
        AuditQuery query;
        try {
            query = query(context.queryParams(), true);
        } catch (IllegalArgumentException e) {
            Problems.answer(context, 400, String.valueOf(e.getMessage()));
            return;
        }
        tails++;
        HttpServerResponse response = context.response()
                .setChunked(true)
                .putHeader("Content-Type", "application/x-ndjson")
                .putHeader("Cache-Control", "no-store");
        response.closeHandler(left -> tails--);
        response.writeHead().onFailure(gone -> {});
        follow(response, query);
    }

    private void follow(HttpServerResponse response, AuditQuery query) {
        if (response.closed()) {
            return;
        }
        if (closed) {
            response.end().onFailure(gone -> {});
            return;
        }
        bus.request(Addresses.AUDIT_QUERY, query, TIMEOUT)
                .onSuccess(page -> follow(response, query, page))
                .onFailure(failure -> later(response, query));
    }

    private void follow(HttpServerResponse response, AuditQuery query, AuditPage page) {
        AuditQuery next = new AuditQuery(
                query.where(), query.fromMillis(), query.toMillis(), page.cursor(), false, query.limit());
        if (page.lines().isEmpty()) {
            later(response, next);
            return;
        }
        response.write(lines(page)).onSuccess(written -> {
            if (page.end()) {
                later(response, next);
            } else {
                follow(response, next);
            }
        });
    }

    private void later(HttpServerResponse response, AuditQuery query) {
        vertx.setTimer(TAIL_MILLIS, due -> follow(response, query));
    }

    static AuditQuery query(MultiMap parameters, boolean newest) {
        Map<String, String> where = new LinkedHashMap<>();
        for (Map.Entry<String, String> parameter : parameters) {
            if (!WORDS.contains(parameter.getKey())) {
                where.put(parameter.getKey(), parameter.getValue());
            }
        }
        if (where.size() > MOST_CONDITIONS) {
            throw new IllegalArgumentException(
                    "conditions: " + where.size() + " (expected: at most " + MOST_CONDITIONS + ")");
        }
        String cursor = parameters.get("cursor") == null ? "" : parameters.get("cursor");
        return new AuditQuery(
                where,
                millis(parameters.get("from")),
                millis(parameters.get("to")),
                cursor,
                newest && cursor.isEmpty(),
                limit(parameters.get("limit")));
    }

    private static int limit(@org.jspecify.annotations.Nullable String text) {
        if (text == null) {
            return 100;
        }
        try {
            int limit = Integer.parseInt(text);
            if (limit > 0) {
                return Math.min(limit, LARGEST_PAGE);
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new IllegalArgumentException("limit: " + text + " (expected: a number above 0)");
    }

    private static long millis(@org.jspecify.annotations.Nullable String text) {
        if (text == null || text.isEmpty()) {
            return 0;
        }
        try {
            return Instant.parse(text).toEpochMilli();
        } catch (DateTimeParseException | ArithmeticException e) {
            throw new IllegalArgumentException("time: " + text + " (expected: such as 2026-01-31T12:00:00Z)", e);
        }
    }

    private static String lines(AuditPage page) {
        return page.lines().isEmpty() ? "" : String.join("\n", page.lines()) + "\n";
    }
}
