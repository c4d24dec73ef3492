package dev.weir.runtime.config;

import dev.weir.settings.Word;

/** What the origin learns of proxy and client. */
public enum Identity implements Word {
    /** Forwarded, X-Forwarded-* and Via name both; default of reverse listeners. */
    DISCLOSE("disclose"),

    /** Nothing is added, nothing removed. */
    UNTOUCHED("untouched"),

    /** A proxy shows itself, the client does not; default of forward listeners. */
    ANONYMOUS("anonymous");

    private final String word;

    Identity(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
