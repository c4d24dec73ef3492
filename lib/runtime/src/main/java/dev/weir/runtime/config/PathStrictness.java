package dev.weir.runtime.config;

import dev.weir.settings.Word;

/** What becomes of a path that origins read in different ways. */
public enum PathStrictness implements Word {
    /** It goes to the origin as it came. */
    LENIENT("lenient"),

    /** It is refused. */
    STRICT("strict");

    private final String word;

    PathStrictness(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
