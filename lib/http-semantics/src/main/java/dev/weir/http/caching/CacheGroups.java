package dev.weir.http.caching;

import dev.weir.http.FieldSyntax;
import dev.weir.http.HeaderFields;
import java.util.ArrayList;
import java.util.List;

/** The fields of RFC 9875, each a structured List of Strings (RFC 9651); one that is none of these counts as absent. */
final class CacheGroups {
    private CacheGroups() {}

    /** The groups that a response is in (§2). */
    static List<String> of(HeaderFields fields) {
        return strings(String.join(",", fields.all("Cache-Groups")));
    }

    /** The groups that the answer to an unsafe request makes invalid (§3). */
    static List<String> invalidated(HeaderFields fields) {
        return strings(String.join(",", fields.all("Cache-Group-Invalidation")));
    }

    /** The origin of a URL as {@link CacheKey#uri()} writes it. */
    static String origin(String url) {
        int path = url.indexOf('/', url.indexOf("://") + 3);
        return path < 0 ? url : url.substring(0, path);
    }

    private static List<String> strings(String value) {
        List<String> members = new ArrayList<>();
        int at = blanks(value, 0);
        while (at < value.length()) {
            StringBuilder member = new StringBuilder();
            at = parameters(value, string(value, at, member));
            if (at < 0) {
                return List.of();
            }
            members.add(member.toString());
            at = blanks(value, at);
            if (at < value.length()) {
                boolean comma = value.charAt(at) == ',';
                at = blanks(value, at + 1);
                if (!comma || at == value.length()) {
                    return List.of();
                }
            }
        }
        return members;
    }

    /** Behind the string that begins at {@code at}; negative if there is none (RFC 9651 §4.2.5). */
    private static int string(String value, int at, StringBuilder into) {
        if (at >= value.length() || value.charAt(at) != '"') {
            return -1;
        }
        for (int i = at + 1; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"') {
                return i + 1;
            }
            if (c == '\\') {
                i++;
                if (i == value.length() || (value.charAt(i) != '"' && value.charAt(i) != '\\')) {
                    return -1;
                }
                c = value.charAt(i);
            } else if (c < ' ' || c >= 0x7f) {
                return -1;
            }
            into.append(c);
        }
        return -1;
    }

    /** Behind the parameters, none of which is known (§4.2.3.2); negative if they are none. */
    private static int parameters(String value, int from) {
        int at = from;
        while (at >= 0 && at < value.length() && value.charAt(at) == ';') {
            at = spaces(value, at + 1);
            int key = at;
            while (at < value.length() && isKey(value.charAt(at))) {
                at++;
            }
            if (at == key || !isKeyBegin(value.charAt(key))) {
                return -1;
            }
            if (at < value.length() && value.charAt(at) == '=') {
                at = item(value, at + 1);
            }
        }
        return at;
    }

    /** Behind the bare item, as far as is needed to find its end. */
    private static int item(String value, int from) {
        if (from < value.length() && value.charAt(from) == '"') {
            return string(value, from, new StringBuilder());
        }
        int at = from;
        while (at < value.length() && ",; \t\"".indexOf(value.charAt(at)) < 0) {
            at++;
        }
        return at == from ? -1 : at;
    }

    private static boolean isKeyBegin(char c) {
        return (c >= 'a' && c <= 'z') || c == '*';
    }

    private static boolean isKey(char c) {
        return isKeyBegin(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
    }

    private static int blanks(String value, int from) {
        int at = from;
        while (at < value.length() && FieldSyntax.isBlank(value.charAt(at))) {
            at++;
        }
        return at;
    }

    private static int spaces(String value, int from) {
        int at = from;
        while (at < value.length() && value.charAt(at) == ' ') {
            at++;
        }
        return at;
    }
}
