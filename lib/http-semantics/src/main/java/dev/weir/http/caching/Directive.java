package dev.weir.http.caching;

/** The cache directives that are acted on, of requests and responses (RFC 9111 §5.2, RFC 5861). */
public enum Directive {
    /** Request and response: don't store. */
    NO_STORE("no-store", false),
    /** Request and response: validate before use. With field names it is taken as if without (§5.2.2.4). */
    NO_CACHE("no-cache", false),
    /** Request and response: seconds that the response is fresh. */
    MAX_AGE("max-age", true),
    /** Response: the same for shared caches. */
    S_MAXAGE("s-maxage", true),
    /** Response: not for shared caches. With field names it is taken as if without (§5.2.2.7). */
    PRIVATE("private", false),
    /** Response: may be stored even where that is not the rule. */
    PUBLIC("public", false),
    /** Response: once stale, never without validation. */
    MUST_REVALIDATE("must-revalidate", false),
    /** Response: the same for shared caches. */
    PROXY_REVALIDATE("proxy-revalidate", false),
    /** Response: store only if the status is understood. */
    MUST_UNDERSTAND("must-understand", false),
    /** Request and response: leave the content as it is. */
    NO_TRANSFORM("no-transform", false),
    /** Response: the content won't change while fresh (RFC 8246). */
    IMMUTABLE("immutable", false),
    /** Request: seconds of staleness that are welcome; without a number any. */
    MAX_STALE("max-stale", true),
    /** Request: seconds that the response must stay fresh. */
    MIN_FRESH("min-fresh", true),
    /** Request: answer from what is stored or by 504. */
    ONLY_IF_CACHED("only-if-cached", false),
    /** Response: seconds of staleness to bridge a validation in the background (RFC 5861 §3). */
    STALE_WHILE_REVALIDATE("stale-while-revalidate", true),
    /** Request and response: seconds of staleness to bridge errors (RFC 5861 §4). */
    STALE_IF_ERROR("stale-if-error", true);

    private final String token;
    private final boolean takesSeconds;

    Directive(String token, boolean takesSeconds) {
        this.token = token;
        this.takesSeconds = takesSeconds;
    }

    /** The word on the wire. */
    public String token() {
        return token;
    }

    boolean takesSeconds() {
        return takesSeconds;
    }

    /** Whether it may name fields. */
    boolean takesNames() {
        return this == NO_CACHE || this == PRIVATE;
    }

    /** Whether it says anything in a response. */
    boolean isOfResponses() {
        return this != MAX_STALE && this != MIN_FRESH && this != ONLY_IF_CACHED;
    }

    /** Its place in an array with one for each directive; never leaves the process. */
    @SuppressWarnings("EnumOrdinal")
    int slot() {
        return ordinal();
    }

    int bit() {
        return 1 << slot();
    }
}
