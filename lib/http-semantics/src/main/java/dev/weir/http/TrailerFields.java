package dev.weir.http;

import java.util.Locale;
import java.util.Set;

/**
 * Which fields have no business behind the content (RFC 9110 §6.5.1): by the time they come, what they would decide is
 * decided, and a recipient that merges them into the head would decide anew. Anything else may be a trailer; of the
 * fields for proxies Proxy-Status, which tells of what broke after the head had gone (RFC 9209 §2).
 */
public final class TrailerFields {
    private static final Set<String> FORBIDDEN = Set.of(
            // framing, routing and the connection
            "content-length",
            "host",
            "trailer",
            // what the content is
            "content-type",
            "content-encoding",
            "content-language",
            "content-location",
            "content-range",
            "content-disposition",
            // who asks
            "authorization",
            "cookie",
            "forwarded",
            "x-real-ip",
            "x-request-id",
            "via",
            "origin",
            "referer",
            "user-agent",
            // what is asked for
            "expect",
            "range",
            "if-match",
            "if-none-match",
            "if-modified-since",
            "if-unmodified-since",
            "if-range",
            "max-forwards",
            "cache-control",
            "pragma",
            "accept",
            "accept-charset",
            "accept-encoding",
            "accept-language",
            // what an answer is
            "set-cookie",
            "www-authenticate",
            "age",
            "date",
            "expires",
            "location",
            "retry-after",
            "vary",
            "warning");

    private TrailerFields() {}

    /** Whether a field of this name, be it written with underscores, must not be passed on as a trailer. */
    public static boolean isForbidden(String name) {
        String lower = name.toLowerCase(Locale.ROOT).replace('_', '-');
        return lower.startsWith("x-forwarded-")
                || (lower.startsWith("proxy-") && !lower.equals("proxy-status"))
                || HopByHop.isHopByHop(lower)
                || FORBIDDEN.contains(lower);
    }
}
