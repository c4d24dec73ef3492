package dev.weir.edge.pipeline;

import dev.weir.edge.cache.EdgeCache;
import dev.weir.edge.cache.Found;
import dev.weir.edge.cache.L1Entry;
import dev.weir.edge.cache.Seat;
import dev.weir.edge.cache.Shared;
import dev.weir.edge.pipeline.CacheOutcome.Word;
import dev.weir.http.CanonicalRequest;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.CacheDirectives;
import dev.weir.http.caching.CacheKey;
import dev.weir.http.caching.CacheRule;
import dev.weir.http.caching.Directive;
import dev.weir.http.caching.ForwardReason;
import dev.weir.http.caching.Reuse;
import dev.weir.http.caching.Revalidation;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Looks for a stored response: in the memory of this edge, then in the shared tier, which has its budget. A request that
 * can't be answered from a cache goes on without waiting.
 */
final class LookUp implements Phase.Later {
    private static final Verdict NOT_CACHED =
            new Verdict.Reply(LocalAnswer.error(504, "only-if-cached", "proxy_internal_response"));

    static final Future<Verdict> NOT_CACHED_DUE = Future.succeededFuture(NOT_CACHED);

    private final EdgeCache cache;
    private final InstantSource clock;
    private final JoinFetch join;
    private final PostLookUp posts;
    private final Renewals renewals;

    LookUp(EdgeCache cache, InstantSource clock, JoinFetch join, PostLookUp posts, Renewals renewals) {
        this.cache = cache;
        this.clock = clock;
        this.join = join;
        this.posts = posts;
        this.renewals = renewals;
    }

    @Override
    public Stage stage() {
        return Stage.LOOK_UP;
    }

    @Override
    public Future<Verdict> run(Exchange exchange) {
        CanonicalRequest request = exchange.canonical();
        CacheOutcome outcome = exchange.cache();
        if (!exchange.route().cache() || exchange.zone().isEmpty()) {
            return Verdict.PROCEEDED;
        }
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            if (posts.isFor(exchange)) {
                return posts.run(exchange);
            }
            outcome.forward(Word.BYPASS, ForwardReason.METHOD);
            return Verdict.PROCEEDED;
        }
        if (request.framing().hasContent()) {
            return Verdict.PROCEEDED;
        }
        CacheRule rule =
                cache.rules().of(request.authority().host(), exchange.facts().path());
        CacheDirectives directives = rule.requestDirectives(request.fields());
        if (Revalidation.needsOrigin(request.fields())
                || ForwardRequest.upgrade(request).isPresent()) {
            outcome.forward(Word.BYPASS, ForwardReason.REQUEST);
            return directives.has(Directive.ONLY_IF_CACHED) ? NOT_CACHED_DUE : Verdict.PROCEEDED;
        }
        CacheKey key = rule.key(exchange.zone(), request);
        outcome.key(key);
        outcome.rule(rule);
        Instant now = clock.instant();
        Optional<L1Entry> mine = cache.peek(key, request.fields());
        boolean enough = false;
        if (mine.isPresent()) {
            L1Entry entry = mine.get();
            enough = entry.answers(request.method(), request.fields(), entry.head(), now);
            if (enough) {
                Reuse reuse = entry.reuse(directives, now);
                if (reuse instanceof Reuse.Fresh fresh) {
                    StoredAnswer.serve(exchange, entry, entry.head(), Word.HIT, fresh.ageSeconds(), fresh.ttlSeconds());
                    return Verdict.PROCEEDED;
                }
                if (reuse instanceof Reuse.StaleWhileRevalidate stale) {
                    serveAndRenew(exchange, key, entry, stale);
                    return Verdict.PROCEEDED;
                }
            }
            entry.release();
        }
        if (!JoinFetch.isFor(request, directives, enough)) {
            return ask(exchange, directives, key, false);
        }
        boolean part = isOfPart(mine, enough);
        boolean forAll = JoinFetch.isForAll(exchange, part);
        return join.run(exchange, directives, key, part, () -> ask(exchange, directives, key, forAll));
    }

    /** @param forAll whether other edges may have what comes, too, if they may join the fetch that this leads */
    private Future<Verdict> ask(Exchange exchange, CacheDirectives directives, CacheKey key, boolean forAll) {
        HeaderFields fields = exchange.canonical().fields();
        Seat seat = exchange.cache().seat();
        Future<Found> found = forAll && seat != null ? cache.lookup(key, fields, seat) : cache.lookup(key, fields);
        return found.map(what -> judge(exchange, directives, what));
    }

    private Verdict judge(Exchange exchange, CacheDirectives directives, Found told) {
        CacheOutcome outcome = exchange.cache();
        // Who is sent to another edge goes by itself, as long as none can be followed.
        Found found = told instanceof Found.Elsewhere elsewhere ? elsewhere.otherwise() : told;
        L1Entry entry = found.stored().orElse(null);
        if (found instanceof Found.InL2) {
            outcome.fromSharedTier();
        }
        if (entry == null) {
            outcome.forward(Word.MISS, JoinFetch.missed(cache, outcome.key()));
            outcome.toConfirm(null, found.fill());
            return directives.has(Directive.ONLY_IF_CACHED) ? NOT_CACHED : Verdict.PROCEED;
        }
        CanonicalRequest request = exchange.canonical();
        Instant now = clock.instant();
        if (!entry.answers(request.method(), request.fields(), entry.head(), now)) {
            entry.release();
            outcome.forward(Word.MISS, ForwardReason.PARTIAL);
            outcome.toConfirm(null, found.fill());
            return directives.has(Directive.ONLY_IF_CACHED) ? NOT_CACHED : Verdict.PROCEED;
        }
        Reuse reuse = entry.reuse(directives, now);
        if (reuse instanceof Reuse.Fresh fresh) {
            outcome.resolve(Shared.AGAIN);
            StoredAnswer.serve(exchange, entry, entry.head(), Word.HIT, fresh.ageSeconds(), fresh.ttlSeconds());
            return Verdict.PROCEED;
        }
        var key = outcome.key();
        if (reuse instanceof Reuse.StaleWhileRevalidate stale && key != null) {
            outcome.resolve(Shared.AGAIN);
            serveAndRenew(exchange, key, entry, stale);
            return Verdict.PROCEED;
        }
        if (directives.has(Directive.ONLY_IF_CACHED)) {
            entry.release();
            return NOT_CACHED;
        }
        if (reuse instanceof Reuse.Unusable unusable) {
            outcome.forward(Word.MISS, unusable.reason().forwardReason());
        } else {
            outcome.forward(
                    Word.MISS,
                    reuse instanceof Reuse.Revalidate revalidate
                            ? revalidate.reason().forwardReason()
                            : ForwardReason.STALE);
        }
        outcome.toConfirm(entry, found.fill());
        return Verdict.PROCEED;
    }

    /** Whether the origin will be asked for no more than the range that the client asks for. */
    private static boolean isOfPart(Optional<L1Entry> mine, boolean enough) {
        return !enough || !mine.map(L1Entry::isWhole).orElse(false);
    }

    private void serveAndRenew(Exchange exchange, CacheKey key, L1Entry entry, Reuse.StaleWhileRevalidate stale) {
        StoredAnswer.serve(exchange, entry, entry.head(), Word.STALE, stale.ageSeconds(), stale.ttlSeconds());
        renewals.renew(exchange, key);
    }
}
