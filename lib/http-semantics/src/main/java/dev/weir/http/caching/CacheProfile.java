package dev.weir.http.caching;

/** How far storing goes. */
public enum CacheProfile {
    /** RFC 9111 as written. */
    STRICT_RFC("strict-rfc"),
    /** Besides: no response with Set-Cookie, and no 4xx or 5xx. */
    CAUTIOUS("cautious");

    private final String token;

    CacheProfile(String token) {
        this.token = token;
    }

    /** The word in the configuration. */
    public String token() {
        return token;
    }
}
