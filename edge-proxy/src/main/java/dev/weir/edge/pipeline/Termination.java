package dev.weir.edge.pipeline;

/** How an exchange ended. */
enum Termination {
    COMPLETE("complete"),
    /** The client left before its answer was whole. */
    CLIENT_CLOSED("client-closed"),
    /** The origin broke off within its answer, and so did we. */
    ORIGIN_BROKEN("origin-broken"),
    /** The client held up others who share its answer, and was let go within it. */
    TOO_SLOW("too-slow"),
    /** By a rule, or as a destination that is never dialled. */
    DENIED("denied"),
    /** For its form: there was no request. */
    MALFORMED("malformed"),
    FAILED("failed");

    private final String word;

    Termination(String word) {
        this.word = word;
    }

    /** Whether the answer isn't whole, and must not look so. */
    boolean isWithinAnswer() {
        return this == CLIENT_CLOSED || this == ORIGIN_BROKEN || this == TOO_SLOW;
    }

    /** For log and metrics. */
    String word() {
        return word;
    }
}
