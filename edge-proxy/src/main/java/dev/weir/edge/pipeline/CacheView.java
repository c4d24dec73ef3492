package dev.weir.edge.pipeline;

import dev.weir.edge.cache.Inspection;
import dev.weir.http.CanonicalRequest;
import dev.weir.http.caching.CacheDirectives;
import dev.weir.http.caching.CacheRule;
import dev.weir.http.caching.Freshness;
import dev.weir.http.caching.Reuse;
import dev.weir.http.caching.Revalidation;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** What the cache would do with a request, and what it has for it, as JSON for whoever asks. */
final class CacheView {
    /** More responses of one key are counted and not told; of more selecting fields of one the last aren't told. */
    private static final int MOST_TOLD = 32;

    private static final int LONGEST = 200;

    /** What was in these fields of one client's request is not for others. */
    private static final Set<String> SECRET = Set.of("authorization", "cookie", "proxy-authorization");

    private CacheView() {}

    /** The cache has nothing to do with it. */
    static JsonObject passedBy(String why) {
        return new JsonObject().put("would", "bypass").put("why", why);
    }

    /** What there is to say of a request with a key. */
    static JsonObject of(CanonicalRequest request, Inspection inspection, CacheRule rule, Instant now) {
        JsonObject said = would(request, inspection, rule, now);
        JsonArray stored = new JsonArray();
        List<Inspection.Kept> kept = inspection.kept();
        for (Inspection.Kept each : kept.subList(0, Math.min(kept.size(), MOST_TOLD))) {
            stored.add(of(each, rule, now));
        }
        said.put("stored", stored);
        if (kept.size() > MOST_TOLD) {
            said.put("untold", kept.size() - MOST_TOLD);
        }
        inspection
                .refused()
                .ifPresent(last -> said.put(
                        "last_not_stored",
                        new JsonObject().put("why", last.why()).put("seconds_ago", last.secondsAgo())));
        return said;
    }

    /** As {@link LookUp} decides. */
    private static JsonObject would(CanonicalRequest request, Inspection inspection, CacheRule rule, Instant now) {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return passedBy(request.method().equals("POST") && rule.cachesPost() ? "post" : "method");
        }
        if (request.framing().hasContent()) {
            return passedBy("content");
        }
        if (Revalidation.needsOrigin(request.fields())
                || ForwardRequest.upgrade(request).isPresent()) {
            return passedBy("request");
        }
        if (inspection.isBehind()) {
            return miss("purges-missing");
        }
        for (Inspection.Kept each : inspection.kept()) {
            if (each.selected()) {
                return each.enough()
                        ? reuse(rule.requestDirectives(request.fields()), each, now)
                        : miss("octets-missing");
            }
        }
        return miss(inspection.kept().isEmpty() ? "nothing-stored" : "vary-miss");
    }

    private static JsonObject reuse(CacheDirectives directives, Inspection.Kept kept, Instant now) {
        Reuse byAge = Reuse.of(directives, kept.freshness(), now);
        if (byAge instanceof Reuse.Unusable unusable) {
            return miss(unusable.reason().token());
        }
        if (byAge instanceof Reuse.Revalidate revalidate) {
            return validate(revalidate.reason().token());
        }
        Reuse reuse = Reuse.of(directives, kept.freshness(), kept.staleSince(), now);
        if (!(reuse instanceof Reuse.Fresh || reuse instanceof Reuse.StaleWhileRevalidate)) {
            return validate("to-confirm");
        }
        return new JsonObject()
                .put("would", reuse instanceof Reuse.Fresh ? "hit" : "stale")
                .put("why", reuse instanceof Reuse.Fresh ? "fresh" : "stale-while-revalidate");
    }

    private static JsonObject miss(String why) {
        return new JsonObject().put("would", "miss").put("why", why);
    }

    private static JsonObject validate(String why) {
        return new JsonObject().put("would", "validate").put("why", why);
    }

    private static JsonObject of(Inspection.Kept kept, CacheRule rule, Instant now) {
        Freshness freshness = kept.freshness();
        JsonObject said = new JsonObject()
                .put("status", kept.head().status())
                .put("bytes", kept.bytes())
                .put("selected", kept.selected())
                .put("age", freshness.ageSeconds(now))
                .put("ttl", freshness.remainingSeconds(now))
                .put("lifetime", freshness.lifetimeSeconds())
                .put("lifetime_from", freshness.basis().token())
                .put("to_confirm", kept.toConfirm());
        if (!kept.octets().isEmpty()) {
            said.put("octets", kept.octets());
        }
        rule.targets().counting(kept.head().fields()).ifPresent(field -> said.put("directives_from", field));
        JsonArray selecting = new JsonArray();
        kept.variant().lines().limit(MOST_TOLD).forEach(line -> selecting.add(shown(line)));
        return said.put("selecting", selecting);
    }

    /** {@code name=value}, or the name alone where the request didn't have the field. */
    private static String shown(String line) {
        int equals = line.indexOf('=');
        if (equals >= 0 && SECRET.contains(line.substring(0, equals))) {
            return line.substring(0, equals) + "=(not shown)";
        }
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…+" + (line.length() - LONGEST);
    }
}
