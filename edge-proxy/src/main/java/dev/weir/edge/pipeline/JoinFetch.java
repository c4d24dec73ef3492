package dev.weir.edge.pipeline;

import dev.weir.edge.cache.EdgeCache;
import dev.weir.edge.cache.L1Entry;
import dev.weir.edge.cache.Seat;
import dev.weir.edge.cache.Shared;
import dev.weir.edge.pipeline.CacheOutcome.Word;
import dev.weir.edge.upstream.ProxyFailure;
import dev.weir.http.CanonicalRequest;
import dev.weir.http.HeaderFields;
import dev.weir.http.ProxyError;
import dev.weir.http.caching.CacheDirectives;
import dev.weir.http.caching.CacheKey;
import dev.weir.http.caching.CacheRule;
import dev.weir.http.caching.Directive;
import dev.weir.http.caching.ForwardReason;
import dev.weir.http.caching.Reuse;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where nothing stored answers, one request asks for all: whoever finds a fetch of the key under way waits for its head
 * and follows it, is released to go by itself, looks at what is stored once more, or shares the failure, that of a second
 * one if the first may be that request's alone. Lives on the event loop of the exchange.
 */
final class JoinFetch {
    /** Credentials set requests apart: what one of them gets needn't be for others (RFC 9111 §3.5). */
    private static final String AUTHORIZED = "authorization";

    private final EdgeCache cache;
    private final InstantSource clock;
    private final Vertx vertx;

    JoinFetch(EdgeCache cache, InstantSource clock, Vertx vertx) {
        this.cache = cache;
        this.clock = clock;
        this.vertx = vertx;
    }

    /**
     * A request that found nothing usable.
     *
     * @param ranged whether it shares an answer with those alone who ask for the same range
     * @param ask what it does if it leads
     * @param since when it began to wait, in nanoseconds of its exchange
     * @param ofVariant whether it was told by which fields the answers vary
     * @param anew whether it has seen a fetch fail
     */
    private record Miss(
            Exchange exchange,
            CacheDirectives directives,
            CacheKey key,
            String group,
            boolean ranged,
            Supplier<Future<Verdict>> ask,
            long since,
            boolean ofVariant,
            boolean anew) {
        Miss among(String others) {
            return new Miss(exchange, directives, key, others, ranged, ask, since, true, anew);
        }

        Miss again() {
            return new Miss(exchange, directives, key, group, ranged, ask, since, ofVariant, true);
        }

        HeaderFields fields() {
            return exchange.canonical().fields();
        }

        Duration waited() {
            return Duration.ofNanos(exchange.elapsedNanos() - since);
        }

        Duration patience() {
            return exchange.route().timeouts().firstByte();
        }
    }

    /**
     * Whether a request can share an answer that was fetched for another one.
     *
     * @param stored whether something is stored that would answer it, so that conditions are for that and not for the
     *     origin
     */
    static boolean isFor(CanonicalRequest request, CacheDirectives directives, boolean stored) {
        HeaderFields fields = request.fields();
        boolean whole = stored
                || !(fields.contains("If-Range")
                        || fields.contains("If-None-Match")
                        || fields.contains("If-Modified-Since"));
        return whole && request.method().equals("GET") && mayShare(directives);
    }

    /** Whether a client takes an answer that was asked for by another one. */
    static boolean mayShare(CacheDirectives directives) {
        return !directives.has(Directive.ONLY_IF_CACHED)
                && !directives.has(Directive.NO_STORE)
                && !directives.has(Directive.NO_CACHE)
                && directives.seconds(Directive.MAX_AGE).orElse(1) > 0;
    }

    /**
     * Leads a fetch, or waits for the head of one.
     *
     * @param part whether the origin is asked for no more than the range that the client asks for
     */
    Future<Verdict> run(
            Exchange exchange, CacheDirectives directives, CacheKey key, boolean part, Supplier<Future<Verdict>> ask) {
        HeaderFields fields = exchange.canonical().fields();
        boolean ranged = isRanged(fields, part);
        String group = ranged
                ? group(exchange) + "\nrange " + fields.combined("Range").orElse("") + '\n'
                        + fields.combined("If-Range").orElse("")
                : group(exchange);
        long since = exchange.elapsedNanos();
        return enter(new Miss(exchange, directives, key, group, ranged, ask, since, false, false));
    }

    /** Whether the answer may be for whoever asks for the same, on any edge: it is neither of credentials nor of a range. */
    static boolean isForAll(Exchange exchange, boolean part) {
        return group(exchange).isEmpty() && !isRanged(exchange.canonical().fields(), part);
    }

    private static boolean isRanged(HeaderFields fields, boolean part) {
        return part && fields.contains("Range");
    }

    /** What sets the request apart from others for the same. */
    static String group(Exchange exchange) {
        return exchange.canonical().fields().contains("Authorization") ? AUTHORIZED : "";
    }

    /** Why a request found nothing, as far as this edge knows: of the shared tier it hears only what it can use. */
    static ForwardReason missed(EdgeCache cache, @Nullable CacheKey key) {
        return key != null && cache.holdsOthers(key) ? ForwardReason.VARY_MISS : ForwardReason.MISS;
    }

    private Future<Verdict> enter(Miss miss) {
        Exchange exchange = miss.exchange();
        Context context = vertx.getOrCreateContext();
        Seat seat = miss.anew()
                ? cache.enterAnew(miss.key(), miss.group(), context)
                : cache.enter(miss.key(), miss.group(), context);
        exchange.cache().seat(seat);
        if (seat.leads()) {
            if (miss.anew()) {
                exchange.cache().waited(miss.waited());
            }
            return miss.ask().get();
        }
        Future<Shared> head = seat.head();
        return head.isComplete()
                ? told(miss, seat, head.result())
                : within(miss, head).compose(shared -> told(miss, seat, shared));
    }

    /** The head as soon as it is known, or a failure; as long as an answer may take, or its client stays. */
    private Future<Shared> within(Miss miss, Future<Shared> head) {
        Promise<Shared> known = Promise.promise();
        long left = miss.patience().minus(miss.waited()).toMillis();
        long timer = vertx.setTimer(Math.max(1, left), late -> {
            cache.waitedInVain();
            known.tryComplete(new Shared.Failed(ProxyFailure.of(
                    ProxyError.HTTP_RESPONSE_TIMEOUT, ProxyFailure.Source.ORIGIN, "no answer to the request for all")));
        });
        miss.exchange()
                .onClientGone(() -> known.tryFail(ProxyFailure.aborted(ProxyFailure.Source.CLIENT, "client is gone")));
        head.onSuccess(known::tryComplete);
        return known.future().onComplete(any -> vertx.cancelTimer(timer));
    }

    private Future<Verdict> told(Miss miss, Seat seat, Shared shared) {
        Exchange exchange = miss.exchange();
        if (shared instanceof Shared.Storable storable) {
            if (storable.head().status() == 206 && !miss.ranged()) {
                // Its leader asked for less than it meant to, as what is stored has changed meanwhile.
                return byItself(miss, Shared.ALONE);
            }
            if (!storable.matches(miss.fields())) {
                exchange.cache().released(shared);
                // Others wait for the same variant.
                return miss.ofVariant()
                        ? byItself(miss, Shared.ALONE)
                        : enter(miss.among(miss.group() + '\n' + storable.vary().variant(miss.fields())));
            }
            Instant now = clock.instant();
            if (Reuse.of(miss.directives(), storable.freshness(), now) instanceof Reuse.Fresh fresh) {
                follow(exchange, seat, storable, fresh);
                return Verdict.PROCEEDED;
            }
        }
        if (shared instanceof Shared.Failed failed && goesOn(miss, seat, failed.failure())) {
            exchange.cache().goesOn();
            return enter(miss.again());
        }
        return byItself(miss, shared);
    }

    /**
     * Whether one who waits tries once more, since what became of another one's request needn't become of the next: one
     * of those leads, and the others wait for that. Not if nothing was sent, for nothing would be again; nor if something
     * stored may stand in, or most of the time is over.
     */
    private boolean goesOn(Miss miss, Seat seat, Throwable failure) {
        return !miss.anew()
                && failure instanceof ProxyFailure known
                && known.isAfterSending()
                && miss.waited().multipliedBy(2).compareTo(miss.patience()) < 0
                && cache.mayEnterAnew(seat)
                && !mayStandIn(miss);
    }

    private boolean mayStandIn(Miss miss) {
        return stored(miss, clock.instant())
                .map(entry -> {
                    entry.release();
                    return Reuse.allowsStaleOnError(miss.directives(), entry.freshness(), clock.instant());
                })
                .orElse(false);
    }

    /** What is stored, as far as it may be of use: of answers to POST, which can't be confirmed, what is fresh. */
    private Optional<L1Entry> stored(Miss miss, Instant now) {
        Optional<L1Entry> mine = cache.peek(miss.key(), miss.fields());
        if (mine.isPresent() && CacheRule.isOfPost(miss.key())) {
            L1Entry entry = mine.get();
            if (entry.stale() || !(Reuse.of(miss.directives(), entry.freshness(), now) instanceof Reuse.Fresh)) {
                entry.release();
                return Optional.empty();
            }
        }
        return mine;
    }

    private void follow(Exchange exchange, Seat seat, Shared.Storable storable, Reuse.Fresh fresh) {
        cache.followed();
        exchange.onClientGone(seat::leave);
        exchange.cache().collapsed(ForwardReason.MISS, storable.head().status(), fresh.ttlSeconds());
        exchange.stored(storable.head().responseTime(), fresh.ageSeconds());
        exchange.receivedProtocol(exchange.route().protocol());
        exchange.answer(new Answer(storable.head().status(), storable.head().fields(), new Answer.Body.Followed(seat)));
    }

    /** Nothing came of waiting but what may be stored by now; the shared tier was asked by who led. */
    private Future<Verdict> byItself(Miss miss, Shared shared) {
        CacheOutcome outcome = miss.exchange().cache();
        outcome.released(shared);
        cache.released(shared);
        Instant now = clock.instant();
        Optional<L1Entry> mine = stored(miss, now);
        if (mine.isPresent()
                && !mine.get().answers("GET", miss.fields(), mine.get().head(), now)) {
            mine.get().release();
            mine = Optional.empty();
            outcome.forward(Word.MISS, ForwardReason.PARTIAL);
        } else if (mine.isPresent()) {
            L1Entry entry = mine.get();
            Reuse reuse = entry.reuse(miss.directives(), now);
            if (reuse instanceof Reuse.Fresh fresh) {
                StoredAnswer.serve(
                        miss.exchange(), entry, entry.head(), Word.COLLAPSED, fresh.ageSeconds(), fresh.ttlSeconds());
                outcome.collapsed(ForwardReason.STALE, 0, fresh.ttlSeconds());
                return Verdict.PROCEEDED;
            }
            if (reuse instanceof Reuse.StaleWhileRevalidate stale) {
                StoredAnswer.serve(
                        miss.exchange(), entry, entry.head(), Word.STALE, stale.ageSeconds(), stale.ttlSeconds());
                return Verdict.PROCEEDED;
            }
            outcome.forward(Word.MISS, ForwardReason.STALE);
        } else if (shared instanceof Shared.Again) {
            // The leader had it from there, or it had to go already.
            return miss.ask().get();
        } else {
            outcome.forward(Word.MISS, missed(cache, miss.key()));
        }
        outcome.toConfirm(mine.orElse(null), cache.beginFill());
        return Verdict.PROCEEDED;
    }
}
