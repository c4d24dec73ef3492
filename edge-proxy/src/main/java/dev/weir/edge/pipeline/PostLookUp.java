package dev.weir.edge.pipeline;

import dev.weir.edge.cache.EdgeCache;
import dev.weir.edge.cache.L1Entry;
import dev.weir.edge.pipeline.CacheOutcome.Word;
import dev.weir.http.CanonicalRequest;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.CacheDirectives;
import dev.weir.http.caching.CacheKey;
import dev.weir.http.caching.CacheRule;
import dev.weir.http.caching.Directive;
import dev.weir.http.caching.ForwardReason;
import dev.weir.http.caching.PostDigest;
import dev.weir.http.caching.Reuse;
import dev.weir.http.caching.Revalidation;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Looks for the stored answer to a POST, where a rule says that there may be one. The content is part of what an answer is
 * for: it is taken whole before, and goes on to the origin from memory. Only what is fresh is used: a POST can't be made
 * conditional. Lives on the event loop of the exchange.
 */
final class PostLookUp {
    private final EdgeCache cache;
    private final InstantSource clock;
    private final JoinFetch join;
    private final PostRoom room;
    private final Vertx vertx;

    PostLookUp(EdgeCache cache, InstantSource clock, JoinFetch join, PostRoom room, Vertx vertx) {
        this.cache = cache;
        this.clock = clock;
        this.join = join;
        this.room = room;
        this.vertx = vertx;
    }

    /** Takes note of the rule for a POST, and whether it says that answers may be stored. */
    boolean isFor(Exchange exchange) {
        CanonicalRequest request = exchange.canonical();
        if (!request.method().equals("POST")) {
            return false;
        }
        CacheRule rule =
                cache.rules().of(request.authority().host(), exchange.facts().path());
        exchange.cache().rule(rule);
        return rule.cachesPost();
    }

    Future<Verdict> run(Exchange exchange) {
        CanonicalRequest request = exchange.canonical();
        CacheOutcome outcome = exchange.cache();
        long length = request.framing().length().orElse(Long.MAX_VALUE);
        boolean bounded = length > 0 && length <= outcome.rule().mostPostBytes();
        if (!bounded || Revalidation.isConditional(request.fields()) || !room.take(length)) {
            outcome.forward(Word.BYPASS, ForwardReason.METHOD);
            return Verdict.PROCEEDED;
        }
        outcome.onEnd(() -> room.give(length));
        PostDigest digest = PostDigest.of(request.fields());
        return WholeContent.of(exchange, (int) length, digest, vertx)
                .compose(content -> look(exchange, content, digest.end()));
    }

    private Future<Verdict> look(Exchange exchange, Buffer content, String digest) {
        CanonicalRequest request = exchange.canonical();
        CacheOutcome outcome = exchange.cache();
        CacheRule rule = outcome.rule();
        CacheKey key = rule.postKey(exchange.zone(), request, digest);
        outcome.key(key);
        outcome.content(content);
        CacheDirectives directives = rule.requestDirectives(request.fields());
        Optional<L1Entry> mine = cache.peek(key, request.fields());
        ForwardReason why = JoinFetch.missed(cache, key);
        if (mine.isPresent()) {
            L1Entry entry = mine.get();
            boolean shared = isFor(request.fields(), entry);
            Reuse reuse = Reuse.of(directives, entry.freshness(), clock.instant());
            if (shared && !entry.stale() && reuse instanceof Reuse.Fresh fresh) {
                StoredAnswer.serve(exchange, entry, entry.head(), Word.HIT, fresh.ageSeconds(), fresh.ttlSeconds());
                return Verdict.PROCEEDED;
            }
            entry.release();
            why = shared ? why(reuse) : ForwardReason.REQUEST;
        }
        if (directives.has(Directive.ONLY_IF_CACHED)) {
            return LookUp.NOT_CACHED_DUE;
        }
        ForwardReason reason = why;
        return !hasCredentials(request.fields()) && JoinFetch.mayShare(directives)
                ? join.run(exchange, directives, key, false, () -> ask(outcome, reason))
                : ask(outcome, reason);
    }

    private static ForwardReason why(Reuse reuse) {
        if (reuse instanceof Reuse.Revalidate revalidate) {
            return revalidate.reason().forwardReason();
        }
        return reuse instanceof Reuse.Unusable unusable ? unusable.reason().forwardReason() : ForwardReason.STALE;
    }

    private Future<Verdict> ask(CacheOutcome outcome, ForwardReason why) {
        outcome.forward(Word.MISS, why);
        outcome.toConfirm(null, cache.beginFill());
        return Verdict.PROCEEDED;
    }

    /** With credentials only what its origin calls public. */
    private static boolean isFor(HeaderFields request, L1Entry entry) {
        return !hasCredentials(request) || entry.freshness().directives().has(Directive.PUBLIC);
    }

    private static boolean hasCredentials(HeaderFields request) {
        return request.contains("Authorization") || request.contains("Cookie");
    }
}
