package dev.weir.runtime.config;

import dev.weir.settings.Word;

/** Which clients see Cache-Status, Proxy-Status and debug fields. */
public enum Show implements Word {
    /** Everyone. */
    ALL("all"),

    /** Loopback and the listed networks. */
    TRUSTED("trusted"),

    /** Nobody. */
    NONE("none");

    private final String word;

    Show(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
