package dev.weir.runtime.config;

import dev.weir.settings.Word;

/** When a record counts as kept. */
public enum Durability implements Word {
    /** It lies in the page cache before the answer's last byte leaves, and is synced each 100 ms. */
    BATCH("batch");

    private final String word;

    Durability(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
