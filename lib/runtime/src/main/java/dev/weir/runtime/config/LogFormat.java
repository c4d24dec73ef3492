package dev.weir.runtime.config;

import dev.weir.settings.Word;

/** How a sink writes records. */
public enum LogFormat implements Word {
    /** One JSON object a line. */
    JSON("json");

    private final String word;

    LogFormat(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
