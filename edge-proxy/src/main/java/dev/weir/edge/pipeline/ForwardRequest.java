package dev.weir.edge.pipeline;

import dev.weir.edge.cache.EdgeCache;
import dev.weir.edge.cache.L1Entry;
import dev.weir.edge.pipeline.CacheOutcome.Word;
import dev.weir.edge.upstream.OriginAnswer;
import dev.weir.edge.upstream.OriginCall;
import dev.weir.edge.upstream.OriginRequest;
import dev.weir.edge.upstream.Origins;
import dev.weir.edge.upstream.ProxyFailure;
import dev.weir.edge.upstream.UpgradeAnswer;
import dev.weir.http.CanonicalRequest;
import dev.weir.http.CanonicalRequest.TargetForm;
import dev.weir.http.FieldSyntax;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.CacheDirectives;
import dev.weir.http.caching.CacheProfile;
import dev.weir.http.caching.Freshness;
import dev.weir.http.caching.Reuse;
import dev.weir.http.caching.Revalidation;
import dev.weir.http.caching.Storability;
import dev.weir.http.caching.StoredHead;
import dev.weir.http.caching.TargetList;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
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
    private final String viaName;
    private final TunnelOpener tunnels;
    private final Vertx vertx;

    ForwardRequest(
            Origins origins,
            EdgeCache cache,
            Duration disconnectedFor,
            InstantSource clock,
            String viaName,
            TunnelOpener tunnels,
            Vertx vertx) {
        this.origins = origins;
        this.cache = cache;
        this.disconnectedFor = disconnectedFor;
        this.clock = clock;
        this.viaName = viaName;
        this.tunnels = tunnels;
        this.vertx = vertx;
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
        Instant sent = clock.instant();
        Optional<String> protocol = upgrade(exchange.canonical());
        if (protocol.isPresent()) {
            return upgrade(exchange, protocol.get(), sent);
        }
        OriginCall<OriginAnswer> call = origins.exchange(request(exchange), new InterimRelay(exchange));
        exchange.onClientGone(call::abort);
        return call.answer()
                .map(answer -> answered(exchange, answer, sent))
                .recover(failure -> standIn(exchange, failure));
    }

    /** The protocol that the client wants to change to, if it may (RFC 9110 §7.8); a request with content doesn't. */
    static Optional<String> upgrade(CanonicalRequest request) {
        boolean asks = request.protocol().equals("HTTP/1.1")
                && !request.framing().hasContent()
                && FieldSyntax.listContains(request.fields(), "Connection", "upgrade");
        return asks ? request.fields().combined("Upgrade") : Optional.empty();
    }

    private Future<Verdict> upgrade(Exchange exchange, String protocol, Instant sent) {
        OriginCall<UpgradeAnswer> call = origins.upgrade(request(exchange), protocol, new InterimRelay(exchange));
        exchange.onClientGone(call::abort);
        return call.answer().compose(answer -> {
            if (answer instanceof UpgradeAnswer.Switched switched) {
                exchange.origin(switched.timings(), sent, clock.instant());
                return tunnels.upgrade(exchange, switched);
            }
            return Future.succeededFuture(answered(exchange, ((UpgradeAnswer.Answered) answer).answer(), sent));
        });
    }

    private OriginRequest request(Exchange exchange) {
        CanonicalRequest request = exchange.canonical();
        Route route = exchange.route();
        HeaderFields fields = IdentityFields.forOrigin(exchange, viaName);
        L1Entry stored = exchange.cache().entry();
        if (stored != null) {
            fields = stored.freshness().validatable()
                    ? Revalidation.requestFields(fields, stored.head())
                    : Revalidation.unconditional(fields);
        }
        if (FieldSyntax.listContains(request.fields(), "TE", "trailers")) {
            // Origins that are reached by HTTP/2 hear of it.
            fields = fields.toBuilder().add("TE", "trailers").build();
        }
        return new OriginRequest(
                request.method(),
                request.path().equals("*") ? "*" : request.pathAndQuery(),
                fields,
                route.destination(),
                exchange.requestBody(vertx),
                route.timeouts(),
                route.hostOfTarget() ? OriginRequest.Host.TARGET : OriginRequest.Host.CLIENT);
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
        if (key != null && fill != null && mayStay(exchange, merged.get(), cache.targets())) {
            cache.refresh(key, exchange.canonical().fields(), stored, merged.get(), fill);
        }
        Freshness freshness = Freshness.of(merged.get(), cache.targets());
        Instant now = clock.instant();
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

    /** Whether the head that the 304 made may be kept; otherwise what is stored stays stale. */
    private static boolean mayStay(Exchange exchange, StoredHead merged, TargetList targets) {
        return Storability.of("GET", exchange.canonical().fields(), merged, CacheProfile.STRICT_RFC, targets)
                instanceof Storability.Store;
    }

    /** The origin gave no answer: a stale response may stand in for it (RFC 5861 §4, RFC 9111 §4.2.4). */
    private Future<Verdict> standIn(Exchange exchange, Throwable failure) {
        L1Entry stored = exchange.cache().entry();
        if (stored == null || exchange.isAnswered()) {
            return Future.failedFuture(failure);
        }
        if (mayStandIn(exchange, stored)) {
            return Future.succeededFuture(serveStale(exchange, stored, Word.STALE));
        }
        CacheDirectives directives =
                CacheDirectives.ofRequest(exchange.canonical().fields());
        boolean disconnected = failure instanceof ProxyFailure known && known.isWithoutAnswer();
        return disconnected
                        && Reuse.allowsStaleWhenDisconnected(
                                directives, stored.freshness(), disconnectedFor, clock.instant())
                ? Future.succeededFuture(serveStale(exchange, stored, Word.DISCONNECTED))
                : Future.failedFuture(failure);
    }

    private boolean mayStandIn(Exchange exchange, L1Entry stored) {
        CacheDirectives directives =
                CacheDirectives.ofRequest(exchange.canonical().fields());
        return Reuse.allowsStaleOnError(directives, stored.freshness(), clock.instant());
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
