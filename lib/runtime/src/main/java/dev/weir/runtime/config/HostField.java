package dev.weir.runtime.config;

import dev.weir.settings.Word;

/** Which Host the origin gets. */
public enum HostField implements Word {
    /** What the client sent. */
    CLIENT("client"),

    /** The target's own name. */
    TARGET("target");

    private final String word;

    HostField(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
