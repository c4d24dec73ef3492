package dev.weir.runtime.config;

import dev.weir.settings.Word;

/** What happens to a record that the full spool cannot take. */
public enum OnFull implements Word {
    /** It is dropped and counted. */
    DROP("drop");

    private final String word;

    OnFull(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
