package dev.weir.edge.pipeline;

/** How an exchange ended. */
enum Termination {
    COMPLETE("complete"),
    /** The client left before its answer was whole. */
    CLIENT_CLOSED("client-closed"),
    /** The origin broke off within its answer, and so did we. */
    ORIGIN_BROKEN("origin-broken"),
    /** By a rule, or as a destination that is never dialled. */
    DENIED("denied"),
    /** For its form: there was no request. */
    MALFORMED("malformed"),
    FAILED("failed");

    private final String word;

    Termination(String word) {
        this.word = word;
    }

    /** For log and metrics. */
    String word() {
        return word;
    }
}
