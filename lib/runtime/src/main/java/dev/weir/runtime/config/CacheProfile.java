package dev.weir.runtime.config;

import dev.weir.settings.Word;

/** What is stored. */
public enum CacheProfile implements Word {
    /** All that RFC 9111 allows. */
    STRICT_RFC("strict-rfc"),

    /** No answer with Set-Cookie, none with a status of 400 or above. */
    CAUTIOUS("cautious");

    private final String word;

    CacheProfile(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
