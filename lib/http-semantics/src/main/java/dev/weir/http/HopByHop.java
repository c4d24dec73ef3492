package dev.weir.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Fields meant for one connection only, which an intermediary removes before it forwards or stores a message (RFC 9110
 * §7.6.1): the known ones and those that Connection names. Some end-to-end fields stay even if Connection names them:
 * else a client could make this proxy drop what an origin decides by.
 */
public final class HopByHop {
    private static final Set<String> PROTECTED = Set.of(
            "host",
            "content-length",
            "content-type",
            "content-encoding",
            "content-range",
            "content-location",
            "authorization",
            "cookie",
            "set-cookie",
            "content-disposition",
            "content-language",
            "content-security-policy",
            "strict-transport-security",
            "www-authenticate",
            "allow",
            "accept-ranges",
            "retry-after",
            "link",
            "referer",
            "user-agent",
            "accept",
            "accept-encoding",
            "accept-language",
            "x-request-id",
            "via",
            "cdn-loop",
            "cache-control",
            "cdn-cache-control",
            "pragma",
            "age",
            "date",
            "expires",
            "etag",
            "last-modified",
            "location",
            "vary",
            "expect",
            "range",
            "if-match",
            "if-none-match",
            "if-modified-since",
            "if-unmodified-since",
            "if-range",
            "max-forwards",
            "origin",
            "traceparent",
            "tracestate");

    private HopByHop() {}

    /** {@code fields} without those that are for one connection only; the same object if there are none. */
    public static HeaderFields strip(HeaderFields fields) {
        List<String> nominated = nominated(fields);
        if (nominated.isEmpty()) {
            return fields.without(HopByHop::isHopByHop);
        }
        return fields.without(name -> isHopByHop(name) || contains(nominated, name));
    }

    /**
     * Whether the field of this name is always for one connection only. The Proxy-Authentication family is among them:
     * this proxy is the one it is meant for (RFC 9110 §11.7).
     */
    public static boolean isHopByHop(String name) {
        return switch (name.length()) {
            case 2 -> name.equalsIgnoreCase("te");
            case 7 -> name.equalsIgnoreCase("upgrade");
            case 10 -> name.equalsIgnoreCase("connection") || name.equalsIgnoreCase("keep-alive");
            case 14 -> name.equalsIgnoreCase("http2-settings");
            case 16 -> name.equalsIgnoreCase("proxy-connection");
            case 17 -> name.equalsIgnoreCase("transfer-encoding");
            case 18 -> name.equalsIgnoreCase("proxy-authenticate");
            case 19 -> name.equalsIgnoreCase("proxy-authorization");
            case 25 -> name.equalsIgnoreCase("proxy-authentication-info");
            default -> false;
        };
    }

    /** Whether the field of this name stays even if Connection names it. */
    public static boolean isProtected(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return PROTECTED.contains(lower) || ClientFields.contains(lower);
    }

    private static List<String> nominated(HeaderFields fields) {
        List<String> nominated = List.of();
        for (int i = 0; i < fields.size(); i++) {
            String name = fields.name(i);
            if (name.length() != 10 || !name.equalsIgnoreCase("connection")) {
                continue;
            }
            String value = fields.value(i);
            if (value.equalsIgnoreCase("keep-alive") || value.equalsIgnoreCase("close")) {
                continue;
            }
            for (String option : FieldSyntax.list(value)) {
                if (!isHopByHop(option) && !option.equalsIgnoreCase("close") && !isProtected(option)) {
                    nominated = nominated.isEmpty() ? new ArrayList<>(2) : nominated;
                    nominated.add(option);
                }
            }
        }
        return nominated;
    }

    private static boolean contains(List<String> names, String name) {
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).equalsIgnoreCase(name)) {
                return true;
            }
        }
        return false;
    }
}
