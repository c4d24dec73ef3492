package dev.weir.runtime.config;

import dev.weir.settings.Word;

/** What an edge does with its own cache when it has not heard of purges for the lease. */
public enum WhenCutOff implements Word {
    /** Serves on. */
    SERVE("serve"),

    /** Asks the origin before each use. */
    REVALIDATE("revalidate");

    private final String word;

    WhenCutOff(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
