package dev.weir.edge.pipeline;

import dev.weir.edge.cache.EdgeCache;
import dev.weir.edge.cache.Fill;
import dev.weir.edge.cache.L1Entry;
import dev.weir.edge.cache.Recording;
import dev.weir.edge.cache.Seat;
import dev.weir.http.CanonicalRequest;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.CacheKey;
import dev.weir.http.caching.Invalidation;
import dev.weir.http.caching.PurgeScope;
import dev.weir.http.caching.Revalidation;
import dev.weir.http.caching.StoredHead;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the origin's representation, before anything is changed for this client; and lets go what an unsafe request has
 * made invalid (RFC 9111 §3, §4.4).
 */
final class StoreAnswer implements Phase.Now {
    private final EdgeCache cache;
    private final Keeping keeping;
    private final Vertx vertx;

    StoreAnswer(EdgeCache cache, Keeping keeping, Vertx vertx) {
        this.cache = cache;
        this.keeping = keeping;
        this.vertx = vertx;
    }

    @Override
    public Stage stage() {
        return Stage.STORE;
    }

    @Override
    public Verdict run(Exchange exchange) {
        heed(exchange);
        if (exchange.isFromCache()) {
            exchange.cache().release();
            exchange.cache().answersAlone();
            return Verdict.PROCEED;
        }
        CanonicalRequest request = exchange.canonical();
        Answer answer = exchange.answer();
        String zone = exchange.zone();
        if (!zone.isEmpty() && exchange.route().cache()) {
            invalidate(zone, exchange, answer);
        }
        CacheKey key = exchange.cache().key();
        Fill fill = exchange.cache().fill();
        if (key != null && fill != null) {
            store(exchange, request.fields(), answer, key, fill);
        }
        exchange.cache().release();
        exchange.cache().answersAlone();
        return Verdict.PROCEED;
    }

    private void invalidate(String zone, Exchange exchange, Answer answer) {
        CanonicalRequest request = exchange.canonical();
        if (Invalidation.isSafe(request.method())) {
            return;
        }
        // By the operator's word such a POST only asks; of groups its origin has spoken itself.
        boolean asks =
                request.method().equals("POST") && exchange.cache().rule().cachesPost();
        List<CacheKey> invalid = asks ? List.of() : Invalidation.keys(zone, request, answer.status(), answer.fields());
        if (!invalid.isEmpty()) {
            cache.invalidate(invalid);
        }
        List<PurgeScope> groups = Invalidation.groups(request, answer.status(), answer.fields());
        if (!groups.isEmpty()) {
            cache.invalidateGroups(groups);
        }
    }

    /** The 200 to a HEAD tells of the response that would have been chosen for it (RFC 9111 §4.3.5). */
    private void heed(Exchange exchange) {
        CacheOutcome outcome = exchange.cache();
        L1Entry stored = outcome.entry();
        CacheKey key = outcome.key();
        Fill fill = outcome.fill();
        CanonicalRequest request = exchange.canonical();
        boolean tells = request.method().equals("HEAD")
                && !exchange.isFromCache()
                && exchange.answer().status() == 200;
        if (!tells || stored == null || key == null || fill == null) {
            return;
        }
        Optional<StoredHead> merged = Revalidation.freshenByHead(
                stored.head(),
                stored.bodyLength(),
                exchange.answer().fields(),
                exchange.originSent(),
                exchange.originAnswered());
        if (merged.isEmpty()) {
            cache.contradicted(stored);
        } else if (!UnseenSelection.isIn(exchange, merged.get().fields())
                && keeping.mayStay(request.fields(), merged.get(), outcome.rule())) {
            cache.refresh(key, request.fields(), stored, merged.get(), fill);
        }
    }

    private void store(Exchange exchange, HeaderFields request, Answer answer, CacheKey key, Fill fill) {
        StoredHead head =
                StoredHead.received(answer.status(), answer.fields(), exchange.originSent(), exchange.originAnswered());
        CacheOutcome outcome = exchange.cache();
        Seat seat = outcome.seat();
        Seat leader = seat == null ? cache.alone(key, vertx.getOrCreateContext()) : seat;
        outcome.seat(leader);
        if (UnseenSelection.isIn(exchange, head.fields())) {
            outcome.stored(false, keeping.unseen(key, leader));
            return;
        }
        Keeping.Kept kept = keeping.of(exchange.canonical().method(), request, head, key, outcome.rule(), fill, leader);
        if (kept instanceof Keeping.Kept.Whole whole) {
            outcome.stored(true, "");
            take(exchange, answer, whole.recording(), leader);
        } else {
            outcome.stored(false, ((Keeping.Kept.Not) kept).reason());
            keeping.outdate(exchange.canonical().method(), request, head, key, outcome.entry());
        }
    }

    /** From here on the leader reads what all read. */
    private static void take(Exchange exchange, Answer answer, Recording recording, Seat leader) {
        if (answer.body() instanceof Answer.Body.Streamed streamed) {
            exchange.answer(new Answer(answer.status(), answer.fields(), new Answer.Body.Followed(leader)));
            exchange.onClientGone(leader::leave);
            Intake.start(streamed.origin(), recording);
        } else {
            recording.complete(HeaderFields.empty());
        }
    }
}
