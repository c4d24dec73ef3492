package dev.weir.runtime.config;

import dev.weir.settings.Word;

/** What Weir keeps of a client's address in logs, metrics, Redis and pages. */
public enum ClientAddress implements Word {
    /** The whole address. */
    FULL("full"),

    /** The first 24 bits of IPv4, the first 48 of IPv6. */
    PREFIX("prefix"),

    /** A keyed stand-in, the same on all edges for a day. */
    PSEUDONYM("pseudonym"),

    /** Nothing. */
    NONE("none");

    private final String word;

    ClientAddress(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
