package dev.weir.http.caching;

import dev.weir.http.CanonicalRequest;
import dev.weir.http.FieldSyntax;
import dev.weir.http.HeaderFields;
import dev.weir.http.RequestTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the answer to an unsafe request makes invalid (RFC 9111 §4.4, RFC 9875 §3). */
public final class Invalidation {
    /** Groups that one answer can make invalid: RFC 9875 asks for 32 at the least. */
    static final int MOST_GROUPS = 64;

    private static final String ANY_ZONE = "any";

    private Invalidation() {}

    /**
     * Whether a method is known to be safe (RFC 9110 §9.2.1, and those that its registry has as safe); one that isn't
     * known counts as unsafe.
     */
    public static boolean isSafe(String method) {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "QUERY", "REPORT", "SEARCH" -> true;
            default -> false;
        };
    }

    /**
     * The keys whose stored responses are invalid now: that of the target, and those of Location and Content-Location as
     * far as they are of the same origin. None if the method is safe or the answer is an error (not 2xx or 3xx).
     *
     * @param response the fields of the answer
     */
    public static List<CacheKey> keys(String zone, CanonicalRequest request, int status, HeaderFields response) {
        if (!acted(request, status)) {
            return List.of();
        }
        List<CacheKey> keys = new ArrayList<>(3);
        keys.add(CacheKey.of(zone, request));
        for (String name : new String[] {"Location", "Content-Location"}) {
            Optional<String> reference = response.first(name);
            if (reference.isEmpty()) {
                continue;
            }
            Optional<CacheKey> key = resolve(zone, request, FieldSyntax.trim(reference.get()));
            if (key.isPresent() && !keys.contains(key.get())) {
                keys.add(key.get());
            }
        }
        return keys;
    }

    /**
     * The groups of the target's origin whose responses are invalid now (RFC 9875 §3); no more than
     * {@link #MOST_GROUPS}. None if the method is safe or the answer is an error.
     *
     * @param response the fields of the answer
     */
    public static List<PurgeScope> groups(CanonicalRequest request, int status, HeaderFields response) {
        if (!acted(request, status) || !response.contains("Cache-Group-Invalidation")) {
            return List.of();
        }
        String origin = CacheGroups.origin(CacheKey.of(ANY_ZONE, request).uri());
        return CacheGroups.invalidated(response).stream()
                .limit(MOST_GROUPS)
                .flatMap(name -> PurgeScope.group(origin, name).stream())
                .toList();
    }

    private static boolean acted(CanonicalRequest request, int status) {
        return status >= 200
                && status <= 399
                && !isSafe(request.method())
                && request.path().startsWith("/");
    }

    /** The key of a URI reference relative to the target (RFC 3986 §5.2), if it is of the same origin. */
    private static Optional<CacheKey> resolve(String zone, CanonicalRequest base, String reference) {
        int fragment = reference.indexOf('#');
        String text = fragment < 0 ? reference : reference.substring(0, fragment);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (text.startsWith("//")) {
            text = base.scheme() + ':' + text;
        } else if (text.charAt(0) == '?') {
            text = base.path() + text;
        } else if (text.charAt(0) != '/' && !hasScheme(text)) {
            text = base.path().substring(0, base.path().lastIndexOf('/') + 1) + text;
        }
        RequestTarget target = RequestTarget.parse("GET", text);
        if (target instanceof RequestTarget.OriginForm form) {
            return Optional.of(
                    CacheKey.of(zone, base.scheme(), base.authority(), withoutDotSegments(form.path()), form.query()));
        }
        if (target instanceof RequestTarget.AbsoluteForm form
                && form.scheme().equals(base.scheme())
                && form.authority().sameAs(base.authority(), base.scheme())) {
            return Optional.of(
                    CacheKey.of(zone, base.scheme(), base.authority(), withoutDotSegments(form.path()), form.query()));
        }
        return Optional.empty();
    }

    private static boolean hasScheme(String text) {
        int colon = text.indexOf(':');
        int end = text.indexOf('/');
        int query = text.indexOf('?');
        return colon > 0 && (end < 0 || colon < end) && (query < 0 || colon < query);
    }

    /** RFC 3986 §5.2.4, for a path that begins with a slash. */
    private static String withoutDotSegments(String path) {
        if (!path.contains("/.")) {
            return path;
        }
        StringBuilder output = new StringBuilder(path.length());
        int at = 0;
        while (at < path.length()) {
            int next = path.indexOf('/', at + 1);
            int end = next < 0 ? path.length() : next;
            String segment = path.substring(at + 1, end);
            if (segment.equals("..")) {
                output.setLength(Math.max(0, output.lastIndexOf("/")));
            }
            if (!segment.equals(".") && !segment.equals("..")) {
                output.append('/').append(segment);
            } else if (next < 0) {
                output.append('/');
            }
            at = end;
        }
        return output.toString();
    }
}
