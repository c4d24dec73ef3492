package dev.weir.http;

import java.util.Optional;

/**
 * A request target in one of its four forms (RFC 9112 §3.2), or why it is none. Paths and queries stay as they came; a
 * query keeps its question mark, so that {@code ""} is no query and {@code "?"} an empty one. Beyond the grammar, visible
 * ASCII characters that browsers send unencoded (such as <code>| [ ] &#123; &#125; ^ "</code>) are let through
 * unchanged.
 */
public sealed interface RequestTarget {

    /**
     * A path on the origin that Host names (RFC 9112 §3.2.1).
     *
     * @param path begins with a slash
     * @param query with its question mark, or empty
     */
    record OriginForm(String path, String query) implements RequestTarget {}

    /**
     * A whole URI (RFC 9112 §3.2.2).
     *
     * @param scheme {@code http} or {@code https}
     * @param authority what follows the two slashes
     * @param path begins with a slash, or is {@code *} for OPTIONS on the server as a whole (RFC 9112 §3.2.4)
     * @param query with its question mark, or empty
     */
    record AbsoluteForm(String scheme, Authority authority, String path, String query) implements RequestTarget {}

    /**
     * The destination of a CONNECT (RFC 9112 §3.2.3).
     *
     * @param authority with a port
     */
    record AuthorityForm(Authority authority) implements RequestTarget {}

    /** OPTIONS for the server as a whole (RFC 9112 §3.2.4). */
    record AsteriskForm() implements RequestTarget {}

    /**
     * No valid target.
     *
     * @param reason what is wrong with it
     */
    record Invalid(RefusalReason reason) implements RequestTarget {}

    /** Reads the target of a request with this method, in HTTP/1 as in an HTTP/2 {@code :path}. */
    static RequestTarget parse(String method, String target) {
        if (target.isEmpty()) {
            return new Invalid(RefusalReason.TARGET_FORM);
        }
        if (method.equals("CONNECT")) {
            return authorityForm(target);
        }
        if (target.charAt(0) == '/') {
            int query = pathEnd(target, 0);
            return query < 0
                    ? new Invalid(fault(query))
                    : new OriginForm(target.substring(0, query), target.substring(query));
        }
        if (target.equals("*")) {
            return method.equals("OPTIONS") ? new AsteriskForm() : new Invalid(RefusalReason.TARGET_FORM);
        }
        return absoluteForm(method, target);
    }

    private static RequestTarget authorityForm(String target) {
        Optional<Authority> authority = Authority.parse(target);
        if (authority.isEmpty()) {
            return new Invalid(RefusalReason.TARGET_AUTHORITY);
        }
        return authority.get().port() == Authority.NO_PORT
                ? new Invalid(RefusalReason.TARGET_FORM)
                : new AuthorityForm(authority.get());
    }

    private static RequestTarget absoluteForm(String method, String target) {
        String scheme;
        if (target.regionMatches(true, 0, "http://", 0, 7)) {
            scheme = "http";
        } else if (target.regionMatches(true, 0, "https://", 0, 8)) {
            scheme = "https";
        } else {
            return new Invalid(target.indexOf("://") > 0 ? RefusalReason.SCHEME : RefusalReason.TARGET_FORM);
        }
        int start = scheme.length() + 3;
        int end = start;
        while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
            end++;
        }
        Optional<Authority> authority = Authority.parse(target.substring(start, end));
        if (authority.isEmpty()) {
            return new Invalid(RefusalReason.TARGET_AUTHORITY);
        }
        int query = pathEnd(target, end);
        if (query < 0) {
            return new Invalid(fault(query));
        }
        String path = target.substring(end, query);
        if (path.isEmpty()) {
            path = method.equals("OPTIONS") && query == target.length() ? "*" : "/";
        }
        return new AbsoluteForm(scheme, authority.get(), path, target.substring(query));
    }

    /** Where the query begins (the length if there is none), checking path and query; negative for a fault. */
    private static int pathEnd(String target, int from) {
        int length = target.length();
        int query = length;
        for (int i = from; i < length; i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c > '~' || c == '#') {
                return -1;
            }
            if (c == '?' && query == length) {
                query = i;
            } else if (c == '%') {
                if (i + 2 >= length) {
                    return -2;
                }
                int high = IpLiteral.hex(target.charAt(i + 1));
                int low = IpLiteral.hex(target.charAt(i + 2));
                boolean control = high == 0 || high == 1 || (high == 7 && low == 15);
                if (high < 0 || low < 0 || (control && query == length)) {
                    return -2;
                }
                i += 2;
            }
        }
        return query;
    }

    private static RefusalReason fault(int code) {
        return code == -1 ? RefusalReason.TARGET_CHARACTERS : RefusalReason.TARGET_PERCENT;
    }
}
