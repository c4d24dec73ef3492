package dev.weir.http;

import org.jspecify.annotations.Nullable;

/**
 * The pseudo-fields of an HTTP/2 request (RFC 9113 §8.3.1): each at most once, all before the first ordinary field, none
 * but these four.
 *
 * @param method {@code :method}
 * @param scheme {@code :scheme}, null if it didn't come
 * @param authority {@code :authority}, null if it didn't come
 * @param path {@code :path}, null if it didn't come
 * @param count how many came
 */
record PseudoFields(
        String method,
        @Nullable String scheme,
        @Nullable String authority,
        @Nullable String path,
        int count) {
    /** The pseudo-fields that {@code block} begins with; null if they break a rule. */
    static @Nullable PseudoFields of(HeaderFields block) {
        String method = null;
        String scheme = null;
        String authority = null;
        String path = null;
        int count = 0;
        for (; count < block.size() && isPseudo(block.name(count)); count++) {
            String value = block.value(count);
            switch (block.name(count)) {
                case ":method" -> {
                    if (method != null) {
                        return null;
                    }
                    method = value;
                }
                case ":scheme" -> {
                    if (scheme != null) {
                        return null;
                    }
                    scheme = value;
                }
                case ":authority" -> {
                    if (authority != null) {
                        return null;
                    }
                    authority = value;
                }
                case ":path" -> {
                    if (path != null) {
                        return null;
                    }
                    path = value;
                }
                default -> {
                    return null;
                }
            }
        }
        return method == null || anyIn(block, count) ? null : new PseudoFields(method, scheme, authority, path, count);
    }

    /** Whether there is a pseudo-field at or behind line {@code from}. */
    static boolean anyIn(HeaderFields block, int from) {
        for (int i = from; i < block.size(); i++) {
            if (isPseudo(block.name(i))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isPseudo(String name) {
        return !name.isEmpty() && name.charAt(0) == ':';
    }
}
