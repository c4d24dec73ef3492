package dev.weir.policy;

import java.util.Locale;
import java.util.Optional;

/** A media type in a rule: {@code type/subtype}, or {@code type/*} held as {@code type/}. Lower case. */
record MediaPattern(String text) {
    /** The pattern that somebody wrote; empty if it is none. */
    static Optional<MediaPattern> parse(String written) {
        String text = written.toLowerCase(Locale.ROOT);
        if (!text.matches("[!#$%&'+.^_`|~0-9a-z-]+/([!#$%&'+.^_`|~0-9a-z-]+|\\*)")) {
            return Optional.empty();
        }
        return Optional.of(new MediaPattern(text.endsWith("/*") ? text.substring(0, text.length() - 1) : text));
    }

    boolean matches(String mediaType) {
        return text.endsWith("/") ? mediaType.startsWith(text) : mediaType.equals(text);
    }
}
