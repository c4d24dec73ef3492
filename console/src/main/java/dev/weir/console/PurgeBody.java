package dev.weir.console;

import dev.weir.contracts.cache.PurgeOrder;
import dev.weir.http.caching.PurgeScope;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a client of the admin port says is to be purged: {@code url}, {@code prefix}, {@code tag}, each one text or a
 * list; {@code group}, one object with {@code origin} and {@code name} or a list; or {@code all}. With them {@code soft}
 * and {@code dry-run}.
 */
final class PurgeBody {
    private static final String EXPECTED =
            "expected: {\"url\": \"http://…\"}, or \"prefix\", \"tag\", \"group\": {\"origin\": …, \"name\": …},"
                    + " \"all\": true; with \"soft\" and \"dry-run\" as you like";
    private static final Set<String> KEYS = Set.of("url", "prefix", "tag", "group", "all", "soft", "dry-run");

    private PurgeBody() {}

    /**
     * Reads it.
     *
     * @throws IllegalArgumentException that says what is wrong with it
     */
    static PurgeOrder read(@Nullable Buffer body) {
        JsonObject asked = object(body);
        for (String key : asked.fieldNames()) {
            check(KEYS.contains(key), "\"" + key + "\": unknown; " + EXPECTED);
        }
        List<PurgeScope> scopes = new ArrayList<>();
        each(asked, "url", scopes, value -> value instanceof String url ? PurgeScope.url(url) : Optional.empty());
        each(asked, "prefix", scopes, value -> value instanceof String url ? PurgeScope.prefix(url) : Optional.empty());
        each(asked, "tag", scopes, value -> value instanceof String tag ? PurgeScope.tag(tag) : Optional.empty());
        each(asked, "group", scopes, PurgeBody::group);
        if (flag(asked, "all")) {
            check(scopes.isEmpty(), "\"all\" is everything: nothing else goes with it");
            scopes.add(PurgeScope.ALL);
        }
        check(!scopes.isEmpty(), EXPECTED);
        check(scopes.size() <= PurgeOrder.MOST_SCOPES, scopes.size() + " at once: at most " + PurgeOrder.MOST_SCOPES);
        return new PurgeOrder(scopes, flag(asked, "soft"), flag(asked, "dry-run"));
    }

    private static JsonObject object(@Nullable Buffer body) {
        try {
            return body == null ? new JsonObject() : new JsonObject(body);
        } catch (DecodeException e) {
            throw new IllegalArgumentException(EXPECTED, e);
        }
    }

    private static void each(
            JsonObject asked, String key, List<PurgeScope> into, Function<Object, Optional<PurgeScope>> reading) {
        Object value = asked.getValue(key);
        if (value == null) {
            check(!asked.containsKey(key), "\"" + key + "\": null; " + EXPECTED);
            return;
        }
        for (Object each : value instanceof JsonArray list ? list : List.of(value)) {
            into.add(reading.apply(each)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "\"" + key + "\": " + shown(each) + " is none; " + expected(key))));
        }
    }

    private static String expected(String key) {
        return switch (key) {
            case "url" -> "expected an absolute http or https URL of at most 8 KiB, without a fragment";
            case "prefix" -> "expected an absolute http or https URL without query, its path at most 32 segments deep";
            case "tag" -> "expected a text without blanks and commas, of at most 1,024 characters";
            default -> "expected {\"origin\": \"https://host\", \"name\": \"group\"}";
        };
    }

    private static String shown(@Nullable Object value) {
        String text = String.valueOf(value);
        return text.length() > 100 ? text.substring(0, 100) + "…" : text;
    }

    private static Optional<PurgeScope> group(@Nullable Object value) {
        return value instanceof JsonObject group
                        && group.getValue("origin") instanceof String origin
                        && group.getValue("name") instanceof String name
                ? PurgeScope.group(origin, name)
                : Optional.empty();
    }

    private static boolean flag(JsonObject asked, String key) {
        Object value = asked.getValue(key);
        check(value == null || value instanceof Boolean, "\"" + key + "\": expected true or false");
        return Boolean.TRUE.equals(value);
    }

    private static void check(boolean sound, String otherwise) {
        if (!sound) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
