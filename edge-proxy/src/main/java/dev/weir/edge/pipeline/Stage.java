package dev.weir.edge.pipeline;

/**
 * The stages of a request's way, in order, the same in every mode. {@code docs/request-path.md} draws them; a test keeps
 * the two equal.
 */
public enum Stage {
    /** A connection is let in: bounds on connections, TLS. */
    ACCEPT("accept"),
    /** The head is scanned strictly, once, and becomes one canonical request. */
    READ_HEAD("read head"),
    /** Cheap limits, before anything that costs. */
    ADMIT("admit"),
    /** Who asks: the client's address, through trusted hops. */
    IDENTIFY("identify"),
    /** The rules of the policy in force. */
    AUTHORISE("authorise"),
    /** Limits by rule. */
    LIMIT("limit"),
    /** PURGE, from those who may: it ends here. */
    PURGE("purge"),
    /** Where it goes. */
    ROUTE("route"),
    /** Whether a stored response may answer it. */
    LOOK_UP("look up"),
    /** The exchange with an origin. */
    FORWARD("forward"),
    /** The origin's representation is kept, before any change for this client. */
    STORE("store"),
    /** What the rules say of the response, and this client's view of it; on hits too. */
    FILTER_AND_REWRITE("filter and rewrite"),
    /** The response goes to the client, all but its last byte. */
    REPLY("reply"),
    /** What happened is written to the spool. */
    RECORD("record"),
    /** The last byte leaves; counters, releases. */
    FINISH("finish");

    private final String words;

    Stage(String words) {
        this.words = words;
    }

    /** As the documentation writes it. */
    public String words() {
        return words;
    }
}
