package dev.weir.runtime.config;

import dev.weir.settings.Word;

/** What a listener is for. */
public enum Mode implements Word {
    /** In front of origins of our own. */
    REVERSE("reverse"),

    /** For clients who name the origin themselves. */
    FORWARD("forward");

    private final String word;

    Mode(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
