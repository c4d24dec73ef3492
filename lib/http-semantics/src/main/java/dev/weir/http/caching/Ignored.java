package dev.weir.http.caching;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** What an operator may have the cache not heed. */
public enum Ignored {
    /** The origin's no-store: what it doesn't want written down is stored. */
    NO_STORE("no-store", Directive.NO_STORE.bit()),
    /** The origin's no-cache: it isn't asked before each use. */
    NO_CACHE("no-cache", Directive.NO_CACHE.bit()),
    /** The origin's private: what it made for one client is given to others. */
    PRIVATE("private", Directive.PRIVATE.bit()),
    /** Set-Cookie: the answer is stored without it; only the client that it was made for gets it. */
    SET_COOKIE("set-cookie", 0),
    /** All of Vary but Accept-Encoding and Origin. */
    VARY("vary", 0),
    /**
     * proxy-revalidate, and what s-maxage says of the same (RFC 9111 §5.2.2.10): what is stored may be used stale as far
     * as its origin allows by other words.
     */
    PROXY_REVALIDATE("proxy-revalidate", Directive.PROXY_REVALIDATE.bit()),
    /** Cache-Control and Pragma of requests. */
    REQUEST_DIRECTIVES("request-directives", 0);

    private final String token;
    private final int directives;

    Ignored(String token, int directives) {
        this.token = token;
        this.directives = directives;
    }

    /** The word in the configuration. */
    public String token() {
        return token;
    }

    /** What the word means; empty if it is none of these. */
    public static Optional<Ignored> of(String word) {
        return Arrays.stream(values()).filter(each -> each.token.equals(word)).findFirst();
    }

    /** All words, for messages. */
    public static String words() {
        return Arrays.stream(values()).map(Ignored::token).collect(Collectors.joining(", "));
    }

    /** The directives of responses that are not there then, as bits. */
    int directives() {
        return directives;
    }

    /** Whether more is stored for it, or for more, than the origin allows. */
    boolean isOfResponses() {
        return this != REQUEST_DIRECTIVES && this != PROXY_REVALIDATE;
    }
}
