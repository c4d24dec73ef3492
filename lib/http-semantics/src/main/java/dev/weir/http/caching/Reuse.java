package dev.weir.http.caching;

import java.time.Duration;
import java.time.Instant;

/**
 * What may be done with a stored response for a request that its key and Vary select it for (RFC 9111 §4). Conditions
 * of the request (§4.3.2) come after it: see {@link dev.weir.http.Precondition}.
 */
public sealed interface Reuse {

    /**
     * Serve it.
     *
     * @param ageSeconds the value of Age
     * @param ttlSeconds how long it stays fresh; negative if it is stale and the client has allowed that by max-stale
     */
    record Fresh(long ageSeconds, long ttlSeconds) implements Reuse {}

    /**
     * Serve it stale, and validate it in the background (RFC 5861 §3).
     *
     * @param ageSeconds the value of Age
     * @param ttlSeconds how long it stays fresh: not positive
     */
    record StaleWhileRevalidate(long ageSeconds, long ttlSeconds) implements Reuse {}

    /**
     * Validate it before it is served.
     *
     * @param reason why
     */
    record Revalidate(Reason reason) implements Reuse {}

    /**
     * It can't be served, and not be validated either.
     *
     * @param reason why
     */
    record Unusable(Reason reason) implements Reuse {}

    /** Why a stored response can't be served as it is. */
    enum Reason {
        /** It is stale. */
        STALE("stale", ForwardReason.STALE),
        /** The origin wants it validated each time (no-cache). */
        NO_CACHE("no-cache", ForwardReason.STALE),
        /** The client wants it validated (no-cache, max-age=0). */
        REQUEST_NO_CACHE("request-no-cache", ForwardReason.REQUEST),
        /** It is older than the client wants (max-age). */
        REQUEST_MAX_AGE("request-max-age", ForwardReason.REQUEST),
        /** It doesn't stay fresh for as long as the client wants (min-fresh). */
        REQUEST_MIN_FRESH("request-min-fresh", ForwardReason.REQUEST),
        /** The client forbids going to the origin: answer 504 (only-if-cached). */
        ONLY_IF_CACHED("only-if-cached", ForwardReason.REQUEST);

        private final String token;
        private final ForwardReason forward;

        Reason(String token, ForwardReason forward) {
            this.token = token;
            this.forward = forward;
        }

        /** The word for logs and metrics. */
        public String token() {
            return token;
        }

        /** What Cache-Status says when the request goes on to the origin for it. */
        public ForwardReason forwardReason() {
            return forward;
        }
    }

    /**
     * Decides on a stored response.
     *
     * @param request the directives of the request, by {@link CacheDirectives#ofRequest}
     */
    static Reuse of(CacheDirectives request, Freshness stored, Instant now) {
        CacheDirectives response = stored.directives();
        if (response.has(Directive.NO_CACHE)) {
            return fetch(Reason.NO_CACHE, request, stored);
        }
        if (request.has(Directive.NO_CACHE) || request.secondsOr(Directive.MAX_AGE, 1) == 0) {
            return fetch(Reason.REQUEST_NO_CACHE, request, stored);
        }
        long ageMillis = stored.ageMillis(now);
        if (ageMillis > request.secondsOr(Directive.MAX_AGE, Long.MAX_VALUE / 1000) * 1000) {
            return fetch(Reason.REQUEST_MAX_AGE, request, stored);
        }
        long staleMillis = stored.stalenessMillis(now);
        long minFreshSeconds = request.secondsOr(Directive.MIN_FRESH, 0);
        if (minFreshSeconds > 0 && -staleMillis < minFreshSeconds * 1000) {
            return fetch(staleMillis < 0 ? Reason.REQUEST_MIN_FRESH : Reason.STALE, request, stored);
        }
        if (staleMillis < 0) {
            return new Fresh(stored.ageSeconds(now), stored.remainingSeconds(now));
        }
        if (!forbidsStale(response)) {
            if (wasFresh(stored) && acceptsStale(request, staleMillis)) {
                return new Fresh(stored.ageSeconds(now), stored.remainingSeconds(now));
            }
            // max-age without max-stale says that a stale response isn't wanted (§5.2.1.1).
            boolean wanted = !request.has(Directive.MAX_AGE) && !request.has(Directive.MAX_STALE);
            if (wanted && staleMillis < response.secondsOr(Directive.STALE_WHILE_REVALIDATE, 0) * 1000) {
                return new StaleWhileRevalidate(stored.ageSeconds(now), stored.remainingSeconds(now));
            }
        }
        return fetch(Reason.STALE, request, stored);
    }

    /**
     * Decides on a stored response that may have been made stale before its time. By a soft purge it is stale from then on,
     * and may be served meanwhile for as long as the origin lets a stale one be (RFC 5861 §3); what a client says of stale
     * ones by max-stale is about age, not about purges.
     *
     * @param staleSince when; {@link Instant#MAX} if it wasn't, {@link Instant#MIN} if it must be validated before any use
     */
    static Reuse of(CacheDirectives request, Freshness stored, Instant staleSince, Instant now) {
        Reuse byAge = of(request, stored, now);
        if (staleSince.equals(Instant.MAX) || byAge instanceof Revalidate || byAge instanceof Unusable) {
            return byAge;
        }
        CacheDirectives response = stored.directives();
        long seconds = response.secondsOr(Directive.STALE_WHILE_REVALIDATE, 0);
        boolean wanted = !request.has(Directive.MAX_AGE)
                && !request.has(Directive.MAX_STALE)
                && !request.has(Directive.MIN_FRESH)
                && !forbidsStale(response);
        if (wanted && now.isBefore(staleSince.plusSeconds(seconds))) {
            long stale = Math.max(0, Duration.between(staleSince, now).toSeconds());
            return new StaleWhileRevalidate(stored.ageSeconds(now), Math.min(stored.remainingSeconds(now), -stale));
        }
        return fetch(Reason.STALE, request, stored);
    }

    /**
     * Whether a stale response may be served because validating it failed: the origin or the client allows it by
     * stale-if-error, and neither forbids it (RFC 5861 §4).
     */
    static boolean allowsStaleOnError(CacheDirectives request, Freshness stored, Instant now) {
        long allowedSeconds = Math.max(
                stored.directives().secondsOr(Directive.STALE_IF_ERROR, 0),
                wasFresh(stored) ? request.secondsOr(Directive.STALE_IF_ERROR, 0) : 0);
        // What a soft purge has made stale is fresh by its age: without a word for errors it doesn't stand in either.
        return allowedSeconds > 0
                && !forbidsStale(request, stored)
                && stored.stalenessMillis(now) < allowedSeconds * 1000;
    }

    /**
     * Whether it may be served stale because the origin can't be reached at all (RFC 9111 §4.2.4): nothing forbids it,
     * and it is stale for less than {@code most}. An error that the origin answers with is no such case.
     */
    static boolean allowsStaleWhenDisconnected(CacheDirectives request, Freshness stored, Duration most, Instant now) {
        return !most.isZero()
                && wasFresh(stored)
                && !forbidsStale(request, stored)
                && stored.stalenessMillis(now) < most.toMillis();
    }

    /**
     * Whether it has a lifetime at all. What has none is kept to be confirmed by the origin each time: it may be one
     * client's own, of an origin that says nothing of caches, and no other client's word or luck hands it out.
     */
    private static boolean wasFresh(Freshness stored) {
        return stored.lifetimeSeconds() > 0;
    }

    /** Whether the client or the origin forbids that it be served stale (RFC 9111 §4.2.4). */
    private static boolean forbidsStale(CacheDirectives request, Freshness stored) {
        boolean clientForbids = request.has(Directive.NO_CACHE)
                || request.has(Directive.MIN_FRESH)
                || (request.has(Directive.MAX_AGE)
                        && !request.has(Directive.MAX_STALE)
                        && !request.has(Directive.STALE_IF_ERROR));
        return clientForbids || forbidsStale(stored.directives());
    }

    /** Whether an error of this status may be replaced by a stale response (RFC 5861 §4). */
    static boolean isErrorToBridge(int status) {
        return status == 500 || status == 502 || status == 503 || status == 504;
    }

    /** RFC 9111 §4.2.4; s-maxage implies proxy-revalidate (§5.2.2.10). */
    private static boolean forbidsStale(CacheDirectives response) {
        return response.has(Directive.MUST_REVALIDATE)
                || response.has(Directive.PROXY_REVALIDATE)
                || response.has(Directive.S_MAXAGE)
                || response.has(Directive.NO_CACHE);
    }

    /** RFC 9111 §5.2.1.2: without a number any staleness is welcome; a malformed one counts as none at all. */
    private static boolean acceptsStale(CacheDirectives request, long staleMillis) {
        return request.has(Directive.MAX_STALE)
                && staleMillis <= request.secondsOr(Directive.MAX_STALE, Long.MAX_VALUE / 1000) * 1000;
    }

    private static Reuse fetch(Reason reason, CacheDirectives request, Freshness stored) {
        if (request.has(Directive.ONLY_IF_CACHED)) {
            return new Unusable(Reason.ONLY_IF_CACHED);
        }
        return stored.validatable() ? new Revalidate(reason) : new Unusable(reason);
    }
}
