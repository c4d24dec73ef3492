package dev.weir.runtime.config;

import dev.weir.settings.Word;

/** How requests are spread over the targets of an upstream. */
public enum Balance implements Word {
    /** In turn. */
    ROUND_ROBIN("round-robin");

    private final String word;

    Balance(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
