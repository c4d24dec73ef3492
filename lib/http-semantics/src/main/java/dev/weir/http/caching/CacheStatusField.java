package dev.weir.http.caching;

import dev.weir.http.FieldSyntax;

/**
 * A member of Cache-Status: how a cache handled a request (RFC 9211). It is appended as a field line of its own, behind
 * those of caches nearer to the origin.
 */
public final class CacheStatusField {
    /** The field's name. */
    public static final String NAME = "Cache-Status";

    private final String text;

    private CacheStatusField(String text) {
        this.text = text;
    }

    /** The request was answered from the cache named {@code cache}, a token. */
    public static CacheStatusField hit(String cache) {
        return new CacheStatusField(cache + "; hit");
    }

    /** The request went on to the origin. */
    public static CacheStatusField forwarded(String cache, ForwardReason reason) {
        return new CacheStatusField(cache + "; fwd=" + reason.token());
    }

    /** With the origin's status (§2.3). */
    public CacheStatusField forwardStatus(int status) {
        return new CacheStatusField(text + "; fwd-status=" + status);
    }

    /** With the seconds that the response stays fresh, negative if stale (§2.4). */
    public CacheStatusField ttl(long seconds) {
        return new CacheStatusField(text + "; ttl=" + seconds);
    }

    /** Saying that the response was stored (§2.5). */
    public CacheStatusField stored() {
        return new CacheStatusField(text + "; stored");
    }

    /** Saying that it shared the answer to another request (§2.6). */
    public CacheStatusField collapsed() {
        return new CacheStatusField(text + "; collapsed");
    }

    /** With the key (§2.7). */
    public CacheStatusField key(String key) {
        return new CacheStatusField(text + "; key=" + FieldSyntax.quote(key));
    }

    /** With a detail of our own (§2.8). */
    public CacheStatusField detail(String detail) {
        // A token of structured fields may have colons, too (RFC 8941 §3.3.4).
        boolean token = FieldSyntax.isToken(detail.replace(':', '-'))
                && Character.isLetter(detail.charAt(0))
                && detail.charAt(0) < 128;
        return new CacheStatusField(text + "; detail=" + (token ? detail : FieldSyntax.quote(detail)));
    }

    /** The member as it goes on the wire. */
    @Override
    public String toString() {
        return text;
    }
}
