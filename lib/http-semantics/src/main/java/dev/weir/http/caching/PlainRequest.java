package dev.weir.http.caching;

import dev.weir.http.HeaderFields;
import java.util.Locale;

/**
 * A request that an origin has no reason to answer otherwise than others for the same target: it asks for nothing in
 * particular, and is neither longer nor stranger than every origin puts up with. An error to any other one may well be
 * about the request, and not about its target.
 */
final class PlainRequest {
    /** Of names and values together: many origins have a bound at 8 KiB. */
    static final int MOST_CHARACTERS = 4096;

    private PlainRequest() {}

    static boolean is(HeaderFields request) {
        int characters = 0;
        for (int i = 0; i < request.size(); i++) {
            String name = request.name(i);
            String value = request.value(i);
            characters += name.length() + value.length();
            if (characters > MOST_CHARACTERS || !isCommonName(name) || !isCommonValue(value) || asksForMore(name)) {
                return false;
            }
        }
        return !Preferences.anyMalformed(request);
    }

    private static boolean asksForMore(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "authorization",
                    "content-encoding",
                    "content-type",
                    "cookie",
                    "expect",
                    "if-match",
                    "if-modified-since",
                    "if-none-match",
                    "if-range",
                    "if-unmodified-since",
                    "origin",
                    "range" -> true;
            default -> false;
        };
    }

    private static boolean isCommonName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isCommonValue(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < ' ' || value.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }
}
