package dev.weir.http.caching;

import dev.weir.http.HeaderFields;
import java.time.Instant;

/**
 * Whether a response may be stored by a shared cache (RFC 9111 §3). Responses to HEAD aren't stored, they have no
 * content; of a 206 the head is judged that {@link PartialContent} makes of it. What an origin says of one request only
 * isn't stored either: an error of a status that is about what the key doesn't hold, and any error to a request that isn't
 * {@linkplain PlainRequest plain}. Else who sends such a request takes a page away from everybody.
 */
public sealed interface Storability {

    /**
     * It may.
     *
     * @param freshness of the response
     */
    record Store(Freshness freshness) implements Storability {}

    /**
     * It may not.
     *
     * @param reason why not
     */
    record Refuse(Reason reason) implements Storability {}

    /** Why a response isn't stored. */
    enum Reason {
        /** The method isn't GET, and no rule says that its answers may be stored. */
        METHOD("method"),
        /** The status is never stored, or it is an error that depends on what the key doesn't hold. */
        STATUS("status"),
        /** must-understand, and the status isn't understood (RFC 9111 §5.2.2.3). */
        STATUS_NOT_UNDERSTOOD("status-not-understood"),
        /** The client forbids it (RFC 9111 §5.2.1.5). */
        REQUEST_NO_STORE("request-no-store"),
        /** The origin forbids it (RFC 9111 §5.2.2.5). */
        NO_STORE("no-store"),
        /** Not for shared caches (RFC 9111 §5.2.2.7). */
        PRIVATE("private"),
        /** The request was authorized, and the response doesn't allow sharing (RFC 9111 §3.5). */
        AUTHORIZATION("authorization"),
        /** The request was a POST with Cookie, and the response isn't public. */
        COOKIE("cookie"),
        /** Vary is {@code *} or malformed: no request could match (RFC 9111 §4.1). */
        VARY("vary"),
        /** Nothing says that it could ever be used again. */
        NO_FRESHNESS("no-freshness"),
        /** Set-Cookie, and the origin doesn't say that it may be used unasked; always in the profile {@code cautious}. */
        SET_COOKIE("set-cookie"),
        /** A 4xx or 5xx, in the profile {@code cautious}. */
        ERROR_STATUS("error-status"),
        /** A 206 whose Content-Range doesn't say where in how many octets its content has its place. */
        PART_RANGE("part-range"),
        /** A 206 that isn't what the one range of its request asked for. */
        PART_UNASKED("part-unasked"),
        /** A 206 whose Content-Length contradicts its Content-Range. */
        PART_LENGTH("part-length"),
        /** A 206 without a strong validator: nothing could ever stand beside it (RFC 9111 §3.4). */
        PART_VALIDATOR("part-validator");

        private final String token;

        Reason(String token) {
            this.token = token;
        }

        /** The word for logs, metrics and Cache-Status. */
        public String token() {
            return token;
        }
    }

    /**
     * Decides on a response.
     *
     * @param method of the request
     * @param request the fields of the request
     * @param received head of the response, as {@link StoredHead#received} makes it
     * @param rule that holds for the URL
     */
    static Storability of(
            String method, HeaderFields request, StoredHead received, CacheProfile profile, CacheRule rule) {
        boolean post = method.equals("POST");
        if (!method.equals("GET") && !(post && rule.cachesPost())) {
            return new Refuse(Reason.METHOD);
        }
        StoredHead head = rule.stored(received);
        if (!isStorable(head.status(), request)) {
            return new Refuse(Reason.STATUS);
        }
        if (rule.requestDirectives(request).has(Directive.NO_STORE)) {
            return new Refuse(Reason.REQUEST_NO_STORE);
        }
        HeaderFields fields = head.fields();
        CacheDirectives directives = Freshness.directives(fields, rule);
        if (directives.has(Directive.MUST_UNDERSTAND)) {
            // Understanding the status, this cache heeds must-understand and not no-store beside it (§5.2.2.3).
            if (!isUnderstood(head.status())) {
                return new Refuse(Reason.STATUS_NOT_UNDERSTOOD);
            }
        } else if (directives.has(Directive.NO_STORE)) {
            return new Refuse(Reason.NO_STORE);
        }
        if (directives.has(Directive.PRIVATE)) {
            return new Refuse(Reason.PRIVATE);
        }
        if (request.contains("Authorization") && !allowsSharing(directives, post)) {
            return new Refuse(Reason.AUTHORIZATION);
        }
        if (post && request.contains("Cookie") && !directives.has(Directive.PUBLIC)) {
            return new Refuse(Reason.COOKIE);
        }
        if (rule.vary(fields).isAny()) {
            return new Refuse(Reason.VARY);
        }
        // Not before, for it reads dates: much of what passes through is refused by now.
        Freshness freshness = Freshness.of(head, rule);
        if (fields.contains("Set-Cookie")
                && (profile == CacheProfile.CAUTIOUS || !isMeantForAll(head, freshness, rule))) {
            return new Refuse(Reason.SET_COOKIE);
        }
        if (profile == CacheProfile.CAUTIOUS) {
            if (head.status() >= 400 && rule.lifetime(head.status()).isNone()) {
                return new Refuse(Reason.ERROR_STATUS);
            }
            if (request.contains("Cookie") && isLifetimeGuessed(head, freshness, rule)) {
                return new Refuse(Reason.NO_FRESHNESS);
            }
        }
        boolean usable = isUsable(head, freshness) && (!post || isOfContent(head, freshness));
        return usable ? new Store(freshness) : new Refuse(Reason.NO_FRESHNESS);
    }

    /**
     * Whether the origin says that others get it unasked. A cookie with less is one visitor's: stored to be validated, it
     * would go to the next one, whose 304 needn't set another (RFC 9111 §7.3 leaves that to the origin's words). A rule that
     * bends them doesn't say it in the origin's stead: who means cookies names cookies.
     */
    private static boolean isMeantForAll(StoredHead head, Freshness freshness, CacheRule rule) {
        Freshness said = rule.isNone() ? freshness : Freshness.of(head, rule.ofOrigin());
        CacheDirectives directives = said.directives();
        return said.basis().isExplicit()
                && said.lifetimeSeconds() > 0
                && !directives.has(Directive.NO_CACHE)
                && (!directives.has(Directive.NO_STORE) || directives.has(Directive.MUST_UNDERSTAND))
                && !directives.has(Directive.PRIVATE);
    }

    /** Whether the origin itself hasn't said that it is fresh: a cautious cache then takes no page of who has a cookie. */
    private static boolean isLifetimeGuessed(StoredHead head, Freshness freshness, CacheRule rule) {
        return switch (freshness.basis()) {
            case HEURISTIC -> true;
            case RULE -> {
                Freshness said = Freshness.of(head, rule.ofOrigin());
                yield !said.basis().isExplicit() || said.lifetimeSeconds() == 0;
            }
            default -> false;
        };
    }

    /**
     * Whether a response of this status may take the place of one that is stored under the same key: an error doesn't
     * push out a success that is still fresh, or one forged request could take a page away from everybody.
     */
    static boolean mayReplace(int status, int storedStatus, Freshness stored, Instant now) {
        return status < 400 || storedStatus >= 400 || !stored.isFresh(now);
    }

    /**
     * Whether an answer to POST is one for whoever sends the same: it has to say how long (RFC 9110 §9.3.3), and a status
     * that tells of what was done for this request says that it isn't.
     */
    private static boolean isOfContent(StoredHead head, Freshness freshness) {
        return freshness.basis().isExplicit() && Freshness.isHeuristicallyCacheable(head.status());
    }

    private static boolean isStorable(int status, HeaderFields request) {
        return switch (status) {
            case 206, 304 -> false;
            // About credentials, the connection or content that this request lacks or has (RFC 9110 §15.5).
            case 401, 407, 408, 411, 413, 415, 421, 426 -> false;
            // MUST NOT be stored (RFC 6585 §3-§6); about early data (RFC 8470 §5.2).
            case 425, 428, 429, 431, 511 -> false;
            default -> status >= 200 && status <= 599 && (status < 400 || PlainRequest.is(request));
        };
    }

    /** RFC 9111 §3.5; of a POST nothing less than public does. */
    private static boolean allowsSharing(CacheDirectives directives, boolean post) {
        return directives.has(Directive.PUBLIC)
                || (!post && (directives.has(Directive.S_MAXAGE) || directives.has(Directive.MUST_REVALIDATE)));
    }

    /**
     * The last condition of RFC 9111 §3, and that storing is any use: a response that was never fresh can be served only
     * after a validation, or where the origin allows stale ones.
     */
    private static boolean isUsable(StoredHead head, Freshness freshness) {
        CacheDirectives directives = freshness.directives();
        boolean allowed = freshness.basis().isExplicit()
                || directives.has(Directive.PUBLIC)
                || Freshness.isHeuristicallyCacheable(head.status());
        if (!allowed) {
            return false;
        }
        boolean servable = freshness.lifetimeSeconds() > 0
                || directives.secondsOr(Directive.STALE_WHILE_REVALIDATE, 0) > 0
                || directives.secondsOr(Directive.STALE_IF_ERROR, 0) > 0;
        return freshness.validatable() || (servable && !directives.has(Directive.NO_CACHE));
    }

    /** Whether the status is one of RFC 9110 §15 or RFC 6585, RFC 7725, RFC 8470. */
    private static boolean isUnderstood(int status) {
        return (status >= 200 && status <= 205)
                || (status >= 300 && status <= 303)
                || status == 307
                || status == 308
                || (status >= 400 && status <= 417)
                || status == 421
                || status == 422
                || status == 425
                || status == 426
                || status == 428
                || status == 429
                || status == 431
                || status == 451
                || (status >= 500 && status <= 505)
                || status == 511;
    }
}
