package dev.weir.http.caching;

import dev.weir.http.Authority;
import dev.weir.http.CanonicalRequest;
import java.util.Optional;

/**
 * What a stored response is found by, before Vary (RFC 9111 §2): a zone, within which responses are shared, and the
 * target URI. Written as one string: the zone, a blank, the URI.
 *
 * @param zone without blanks and controls, not empty
 * @param scheme {@code http} or {@code https}
 * @param authority lower case, without the scheme's default port
 * @param path as the request wrote it
 * @param query as the request wrote it, with its question mark; empty if there is none
 */
public record CacheKey(String zone, String scheme, String authority, String path, String query) {

    /** Checks that the parts can be told apart again. */
    public CacheKey {
        boolean separable = isPlain(zone)
                && isPlain(authority)
                && authority.indexOf('/') < 0
                && isPlain(path)
                && path.charAt(0) == '/'
                && path.indexOf('?') < 0
                && (query.isEmpty() || (query.charAt(0) == '?' && isPlain(query)));
        if (!separable) {
            throw new IllegalArgumentException("key: zone '" + zone + "', authority '" + authority + "', path '" + path
                    + "', query '" + query + "' (expected: no blanks or controls, a path that begins with a slash)");
        }
    }

    /** The key of a request for a path: not of CONNECT or {@code OPTIONS *}. */
    public static CacheKey of(String zone, CanonicalRequest request) {
        return of(zone, request.scheme(), request.authority(), request.path(), request.query());
    }

    static CacheKey of(String zone, String scheme, Authority authority, String path, String query) {
        return new CacheKey(zone, scheme, authority.withoutDefaultPort(scheme).toString(), path, query);
    }

    /** The key that {@code text} writes; empty if it is none. */
    public static Optional<CacheKey> parse(String text) {
        int blank = text.indexOf(' ');
        int slashes = text.indexOf("://", blank + 1);
        if (blank < 1 || slashes < 0) {
            return Optional.empty();
        }
        int path = text.indexOf('/', slashes + 3);
        if (path <= slashes + 3) {
            return Optional.empty();
        }
        int question = text.indexOf('?', path);
        int query = question < 0 ? text.length() : question;
        try {
            return Optional.of(new CacheKey(
                    text.substring(0, blank),
                    text.substring(blank + 1, slashes),
                    text.substring(slashes + 3, path),
                    text.substring(path, query),
                    text.substring(query)));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    /** The URI. */
    public String uri() {
        return scheme + "://" + authority + path + query;
    }

    /** The key as one string; {@link #parse} reads it. */
    @Override
    public String toString() {
        return zone + ' ' + scheme + "://" + authority + path + query;
    }

    private static boolean isPlain(String part) {
        for (int i = 0; i < part.length(); i++) {
            if (part.charAt(i) <= ' ' || part.charAt(i) == 0x7f) {
                return false;
            }
        }
        return !part.isEmpty();
    }
}
