package dev.weir.edge.pipeline;

import dev.weir.edge.cache.EdgeCache;
import dev.weir.edge.cache.Fill;
import dev.weir.edge.cache.Recording;
import dev.weir.http.CanonicalRequest;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.CacheKey;
import dev.weir.http.caching.CacheProfile;
import dev.weir.http.caching.Invalidation;
import dev.weir.http.caching.PurgeScope;
import dev.weir.http.caching.Storability;
import dev.weir.http.caching.StoredHead;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Keeps the origin's representation, before anything is changed for this client; and lets go what an unsafe request has
 * made invalid (RFC 9111 §3, §4.4).
 */
final class StoreAnswer implements Phase.Now {
    /** Reasons that hold for whoever asks. */
    private static final Set<Storability.Reason> OF_THE_RESPONSE = EnumSet.of(
            Storability.Reason.NO_STORE,
            Storability.Reason.PRIVATE,
            Storability.Reason.VARY,
            Storability.Reason.NO_FRESHNESS);

    private final EdgeCache cache;
    private final CacheProfile profile;

    StoreAnswer(EdgeCache cache, CacheProfile profile) {
        this.cache = cache;
        this.profile = profile;
    }

    @Override
    public Stage stage() {
        return Stage.STORE;
    }

    @Override
    public Verdict run(Exchange exchange) {
        exchange.cache().release();
        if (exchange.isFromCache()) {
            return Verdict.PROCEED;
        }
        CanonicalRequest request = exchange.canonical();
        Answer answer = exchange.answer();
        String zone = exchange.zone();
        if (!zone.isEmpty() && exchange.route().cache()) {
            List<CacheKey> invalid = Invalidation.keys(zone, request, answer.status(), answer.fields());
            if (!invalid.isEmpty()) {
                cache.invalidate(invalid);
                List<PurgeScope> groups = Invalidation.groups(request, answer.status(), answer.fields());
                if (!groups.isEmpty()) {
                    cache.invalidateGroups(groups);
                }
            }
        }
        CacheKey key = exchange.cache().key();
        Fill fill = exchange.cache().fill();
        if (key != null && fill != null) {
            store(exchange, request.fields(), answer, key, fill);
        }
        return Verdict.PROCEED;
    }

    private void store(Exchange exchange, HeaderFields request, Answer answer, CacheKey key, Fill fill) {
        StoredHead head =
                StoredHead.received(answer.status(), answer.fields(), exchange.originSent(), exchange.originAnswered());
        Storability storable = Storability.of(exchange.canonical().method(), request, head, profile, cache.targets());
        if (storable instanceof Storability.Refuse refused) {
            exchange.cache().stored(false, refused.reason().token());
            if (OF_THE_RESPONSE.contains(refused.reason())) {
                cache.refused(key);
            }
            return;
        }
        Recording recording = cache.begin(key, request, head, fill);
        exchange.cache().stored(true, "");
        if (answer.body() instanceof Answer.Body.None) {
            recording.complete(HeaderFields.empty());
        } else {
            exchange.recording(recording);
        }
    }
}
