package dev.weir.edge.pipeline;

import dev.weir.edge.cache.EdgeCache;
import dev.weir.edge.cache.L1Entry;
import dev.weir.edge.cache.Seat;
import dev.weir.edge.cache.Shared;
import dev.weir.edge.pipeline.CacheOutcome.Word;
import dev.weir.edge.upstream.OriginAnswer;
import dev.weir.edge.upstream.OriginCall;
import dev.weir.edge.upstream.Origins;
import dev.weir.edge.upstream.ProxyFailure;
import dev.weir.edge.upstream.UpgradeAnswer;
import dev.weir.http.CanonicalRequest;
import dev.weir.http.CanonicalRequest.TargetForm;
import dev.weir.http.FieldSyntax;
import dev.weir.http.caching.CacheDirectives;
import dev.weir.http.caching.CacheRule;
import dev.weir.http.caching.ForwardReason;
import dev.weir.http.caching.Freshness;
import dev.weir.http.caching.Reuse;
import dev.weir.http.caching.Revalidation;
import dev.weir.http.caching.StoredHead;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The exchange with an origin, if nothing stored answers. What is stored goes along as a condition; a 304 that confirms
 * it makes it the answer; if the origin fails, it may stand in where that is allowed.
 */
final class ForwardRequest implements Phase.Later {
    private final Origins origins;
    private final EdgeCache cache;
    private final Duration disconnectedFor;
    private final InstantSource clock;
    private final Keeping keeping;
    private final OriginRequests requests;
    private final TunnelOpener tunnels;

    ForwardRequest(
            Origins origins,
            EdgeCache cache,
            Duration disconnectedFor,
            InstantSource clock,
            Keeping keeping,
            OriginRequests requests,
            TunnelOpener tunnels) {
        this.origins = origins;
        this.cache = cache;
        this.disconnectedFor = disconnectedFor;
        this.clock = clock;
        this.keeping = keeping;
        this.requests = requests;
        this.tunnels = tunnels;
    }

    @Override
    public Stage stage() {
        return Stage.FORWARD;
    }

    @Override
    public Future<Verdict> run(Exchange exchange) {
        if (exchange.isAnswered()) {
            return Verdict.PROCEEDED;
        }
        if (exchange.canonical().form() == TargetForm.AUTHORITY) {
            return tunnels.connect(exchange);
        }
        Shared told = exchange.cache().told();
        if (told instanceof Shared.Failed failed) {
            return standIn(exchange, failed.failure());
        }
        L1Entry stored = exchange.cache().entry();
        if (told instanceof Shared.OriginError && stored != null && mayStandIn(exchange, stored)) {
            return Future.succeededFuture(serveStale(exchange, stored, Word.STALE));
        }
        if (RequestContent.announcesNothing(exchange)) {
            return requests.endOf(exchange).compose(ended -> ask(exchange));
        }
        Optional<String> protocol = upgrade(exchange.canonical());
        return protocol.isPresent() ? upgrade(exchange, protocol.get(), clock.instant()) : ask(exchange);
    }

    private Future<Verdict> ask(Exchange exchange) {
        Instant sent = clock.instant();
        OriginCall<OriginAnswer> call =
                origins.exchange(requests.of(exchange, exchange.cache().entry()), new InterimRelay(exchange));
        Seat seat = exchange.cache().seat();
        if (seat == null) {
            exchange.onClientGone(call::abort);
        } else {
            seat.onAbandoned(call::abort);
            exchange.onClientGone(seat::leave);
        }
        return call.answer()
                .compose(answer -> isForeign(exchange, answer)
                        ? askAnew(exchange, answer)
                        : Future.succeededFuture(answered(exchange, answer, sent)))
                .recover(failure -> standIn(exchange, failure));
    }

    /**
     * Whether this is a 304 for something else than what is stored (RFC 9111 §4.3.4), or makes the request need more than
     * is held of it.
     */
    private boolean isForeign(Exchange exchange, OriginAnswer answer) {
        L1Entry stored = exchange.cache().entry();
        if (stored == null || answer.status() != 304) {
            return false;
        }
        if (!Revalidation.isAbout(stored.head(), answer.fields())) {
            return true;
        }
        if (stored.isWhole()) {
            return false;
        }
        CanonicalRequest request = exchange.canonical();
        Instant now = clock.instant();
        return !Revalidation.freshen(stored.head(), answer.fields(), now, now)
                .map(merged -> stored.answers(request.method(), request.fields(), merged, now))
                .orElse(false);
    }

    /** What is stored is of no use: the client's own request goes out, once, as only a stored response is asked for so. */
    private Future<Verdict> askAnew(Exchange exchange, OriginAnswer foreign) {
        foreign.abort();
        exchange.cache().release();
        exchange.cache().forward(Word.MISS, ForwardReason.STALE);
        return ask(exchange);
    }

    /** The protocol that the client wants to change to, if it may (RFC 9110 §7.8); a request with content doesn't. */
    static Optional<String> upgrade(CanonicalRequest request) {
        boolean asks = request.protocol().equals("HTTP/1.1")
                && !request.framing().hasContent()
                && FieldSyntax.listContains(request.fields(), "Connection", "upgrade");
        return asks ? request.fields().combined("Upgrade") : Optional.empty();
    }

    private Future<Verdict> upgrade(Exchange exchange, String protocol, Instant sent) {
        OriginCall<UpgradeAnswer> call =
                origins.upgrade(requests.of(exchange, exchange.cache().entry()), protocol, new InterimRelay(exchange));
        exchange.onClientGone(call::abort);
        return call.answer().compose(answer -> {
            if (answer instanceof UpgradeAnswer.Switched switched) {
                exchange.origin(switched.timings(), sent, clock.instant());
                return tunnels.upgrade(exchange, switched);
            }
            return Future.succeededFuture(answered(exchange, ((UpgradeAnswer.Answered) answer).answer(), sent));
        });
    }

    private Verdict answered(Exchange exchange, OriginAnswer answer, Instant sent) {
        CacheOutcome outcome = exchange.cache();
        exchange.origin(answer.timings(), sent, clock.instant());
        outcome.forwarded(answer.status());
        if (answer.isFollowed()) {
            outcome.keepNothing();
        }
        L1Entry stored = outcome.entry();
        if (stored != null && answer.status() == 304) {
            return confirmed(exchange, stored, answer);
        }
        if (stored != null && Reuse.isErrorToBridge(answer.status()) && mayStandIn(exchange, stored)) {
            answer.abort();
            outcome.resolve(Shared.ERROR);
            return serveStale(exchange, stored, Word.STALE);
        }
        exchange.receivedProtocol(answer.protocol());
        if (answer.status() == 426) {
            exchange.upgradeOffered(answer.upgrade());
        }
        exchange.answer(new Answer(
                answer.status(),
                answer.fields(),
                answer.isEmpty() ? Answer.Body.NONE : new Answer.Body.Streamed(answer)));
        return Verdict.PROCEED;
    }

    private Verdict confirmed(Exchange exchange, L1Entry stored, OriginAnswer answer) {
        CacheOutcome outcome = exchange.cache();
        Optional<StoredHead> merged =
                Revalidation.freshen(stored.head(), answer.fields(), exchange.originSent(), exchange.originAnswered());
        if (merged.isEmpty()) {
            return new Verdict.Reply(LocalAnswer.error(502, "foreign-304", "http_protocol_error"));
        }
        var key = outcome.key();
        var fill = outcome.fill();
        CacheRule rule = outcome.rule();
        if (key != null
                && fill != null
                && !UnseenSelection.isIn(exchange, merged.get().fields())
                && keeping.mayStay(exchange.canonical().fields(), merged.get(), rule)) {
            cache.refresh(key, exchange.canonical().fields(), stored, merged.get(), fill);
        }
        Freshness freshness = Freshness.of(merged.get(), rule);
        Instant now = clock.instant();
        Seat seat = outcome.seat();
        if (seat != null && !freshness.isUsableUnasked(now)) {
            cache.unshared(seat);
        }
        outcome.resolve(Shared.AGAIN);
        outcome.take();
        StoredAnswer.serve(
                exchange,
                stored,
                merged.get(),
                Word.REVALIDATED,
                freshness.ageSeconds(now),
                freshness.remainingSeconds(now));
        return Verdict.PROCEED;
    }

    /** The origin gave no answer: a stale response may stand in for it (RFC 5861 §4, RFC 9111 §4.2.4). */
    private Future<Verdict> standIn(Exchange exchange, Throwable failure) {
        if (failure instanceof ProxyFailure known && known.source() != ProxyFailure.Source.CLIENT) {
            exchange.cache().resolve(new Shared.Failed(failure));
        }
        L1Entry stored = exchange.cache().entry();
        if (stored == null || exchange.isAnswered()) {
            return Future.failedFuture(failure);
        }
        if (mayStandIn(exchange, stored)) {
            return Future.succeededFuture(serveStale(exchange, stored, Word.STALE));
        }
        CacheDirectives directives = directives(exchange);
        boolean disconnected = failure instanceof ProxyFailure known && known.isWithoutAnswer();
        return disconnected
                        && Reuse.allowsStaleWhenDisconnected(
                                directives, stored.freshness(), disconnectedFor, clock.instant())
                ? Future.succeededFuture(serveStale(exchange, stored, Word.DISCONNECTED))
                : Future.failedFuture(failure);
    }

    private boolean mayStandIn(Exchange exchange, L1Entry stored) {
        return Reuse.allowsStaleOnError(directives(exchange), stored.freshness(), clock.instant());
    }

    private static CacheDirectives directives(Exchange exchange) {
        return exchange.cache().rule().requestDirectives(exchange.canonical().fields());
    }

    private Verdict serveStale(Exchange exchange, L1Entry stored, Word how) {
        Instant now = clock.instant();
        exchange.cache().take();
        StoredAnswer.serve(
                exchange,
                stored,
                stored.head(),
                how,
                stored.freshness().ageSeconds(now),
                stored.freshness().remainingSeconds(now));
        return Verdict.PROCEED;
    }
}
