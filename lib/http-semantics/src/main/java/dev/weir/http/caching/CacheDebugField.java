package dev.weir.http.caching;

import dev.weir.http.FieldSyntax;
import dev.weir.http.HeaderFields;
import java.util.Locale;

/**
 * The field by which a client asks how the cache handled its request, and is told: {@code Weir-Debug: cache} asks, an
 * item of that name with parameters answers (RFC 8941 §3.3). Weir's own; it says more than Cache-Status.
 */
public final class CacheDebugField {
    /** The field's name, in requests and answers. */
    public static final String NAME = "Weir-Debug";

    /** What is asked about; more may come. */
    private static final String CACHE = "cache";

    /** A longer value is cut, and says how much of it is missing. */
    private static final int LONGEST = 256;

    private final StringBuilder text = new StringBuilder(192).append(CACHE);

    /** Says nothing yet. */
    public CacheDebugField() {}

    /** Whether a request asks. */
    public static boolean isAsked(HeaderFields request) {
        return request.contains(NAME) && FieldSyntax.listContains(request, NAME, CACHE);
    }

    /** With a word of ours, a token; not at all if it is empty. */
    public CacheDebugField word(String name, String word) {
        if (!word.isEmpty()) {
            text.append("; ").append(name).append('=').append(word);
        }
        return this;
    }

    /** With text that others may have written; not at all if it is empty. */
    public CacheDebugField text(String name, String value) {
        if (!value.isEmpty()) {
            text.append("; ").append(name).append('=').append(FieldSyntax.quote(plain(value)));
        }
        return this;
    }

    /** With a number. */
    public CacheDebugField number(String name, long value) {
        text.append("; ").append(name).append('=').append(value);
        return this;
    }

    /** With a parameter that is there or not. */
    public CacheDebugField flag(String name, boolean is) {
        if (is) {
            text.append("; ").append(name);
        }
        return this;
    }

    /** The value as it goes on the wire. */
    @Override
    public String toString() {
        return text.toString();
    }

    /** Cut, with what a string of structured fields can't hold as percent and hexadecimal digits. */
    private static String plain(String value) {
        int most = Math.min(value.length(), LONGEST);
        StringBuilder plain = new StringBuilder(most);
        for (int i = 0; i < most; i++) {
            char c = value.charAt(i);
            if (c >= ' ' && c <= '~') {
                plain.append(c);
            } else {
                plain.append(String.format(Locale.ROOT, c < 0x100 ? "%%%02x" : "%%u%04x", (int) c));
            }
        }
        if (most < value.length()) {
            plain.append("...+").append(value.length() - most);
        }
        return plain.toString();
    }
}
