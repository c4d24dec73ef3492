package dev.weir.edge.pipeline;

import dev.weir.http.caching.CacheDebugField;
import dev.weir.http.caching.CacheKey;
import dev.weir.http.caching.Freshness;
import dev.weir.http.caching.StoredHead;
import dev.weir.http.caching.Vary;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Tells a client who may know and has asked how the cache handled its request. */
final class CacheDebug {
    private final InstantSource clock;
    private final String node;

    /**
     * Of one edge.
     *
     * @param node its name
     */
    CacheDebug(InstantSource clock, String node) {
        this.clock = clock;
        this.node = node;
    }

    /** What there is to tell of an answer as it is stored or was received, before any change for this client. */
    String of(Exchange exchange) {
        CacheOutcome outcome = exchange.cache();
        CacheDebugField field = new CacheDebugField()
                .text("zone", zone(exchange))
                .text("key", uri(outcome.key()))
                .text("variant", variant(exchange))
                .word("rule", outcome.ruleName())
                .word("found", outcome.found())
                .flag("stored", outcome.isStored())
                .word("why", outcome.key() == null && outcome.reason().isEmpty() ? "bypass" : outcome.reason());
        if (exchange.answer().body() instanceof Answer.Body.Stored stored) {
            field = field.text("octets", stored.entry().octets());
        }
        if (outcome.key() != null) {
            Freshness freshness = freshness(exchange);
            field = field.word("lifetime", freshness.basis().token())
                    .number(
                            "ttl",
                            exchange.isFromCache()
                                    ? outcome.ttlSeconds()
                                    : freshness.remainingSeconds(clock.instant()));
        }
        return field.text("node", node).toString();
    }

    private static String zone(Exchange exchange) {
        CacheKey key = exchange.cache().key();
        return key != null ? key.zone() : exchange.route().cache() ? exchange.zone() : "";
    }

    private static String uri(@Nullable CacheKey key) {
        return key == null ? "" : key.uri();
    }

    private Freshness freshness(Exchange exchange) {
        Answer answer = exchange.answer();
        return Freshness.of(
                exchange.isFromCache()
                        ? new StoredHead(answer.status(), answer.fields(), exchange.storedAt(), exchange.storedAt())
                        : StoredHead.received(
                                answer.status(), answer.fields(), exchange.originSent(), exchange.originAnswered()),
                exchange.cache().rule());
    }

    /** The selecting fields as the cache compares them; empty if nothing selects. */
    private static String variant(Exchange exchange) {
        Vary vary = exchange.cache().rule().vary(exchange.answer().fields());
        if (vary.isAny()) {
            return "*";
        }
        return vary.variant(exchange.canonical().fields()).strip().replace("\n", "; ");
    }
}
