package dev.weir.http.caching;

/** Why a request went on to the origin: the values of {@code fwd} in Cache-Status (RFC 9211 §2.2). */
public enum ForwardReason {
    /** The cache was told not to handle it. */
    BYPASS("bypass"),
    /** The method's semantics require it. */
    METHOD("method"),
    /** Nothing is stored for the URI. */
    URI_MISS("uri-miss"),
    /** Something is stored for the URI, but nothing that Vary selects. */
    VARY_MISS("vary-miss"),
    /** Nothing is stored that could be used; whether for the URI or by Vary isn't known. */
    MISS("miss"),
    /** What is stored is fresh, but the request's directives don't allow it. */
    REQUEST("request"),
    /** What is stored is stale. */
    STALE("stale"),
    /** What is stored is only a part of what is asked for. */
    PARTIAL("partial");

    private final String token;

    ForwardReason(String token) {
        this.token = token;
    }

    /** The word on the wire. */
    public String token() {
        return token;
    }
}
