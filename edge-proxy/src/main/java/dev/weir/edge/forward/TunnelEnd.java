package dev.weir.edge.forward;

/** Why a tunnel is over; its word stands in the log and in metrics. */
public enum TunnelEnd {
    /** Both sides said that they were done. */
    CLOSED("closed"),
    /** The client's connection broke. */
    CLIENT_BROKE("client-broke"),
    /** The origin's connection broke. */
    ORIGIN_BROKE("origin-broke"),
    /** Not a byte for too long. */
    IDLE("idle"),
    /** Open for longer than a tunnel may be. */
    TOTAL("total"),
    /** A new policy doesn't allow it any more. */
    POLICY("policy"),
    /** This edge shuts down. */
    DRAIN("drain");

    private final String word;

    TunnelEnd(String word) {
        this.word = word;
    }

    /** For the log. */
    public String word() {
        return word;
    }
}
