package dev.weir.runtime.channel;

/** Why a stream came to nothing, or to no end. */
public enum Loss {
    /** The peer can't be reached, or couldn't a moment ago. */
    UNREACHABLE("unreachable"),
    /** There are too many streams already. */
    BUSY("busy"),
    /** The peer knows nothing of what was asked for. */
    UNKNOWN("unknown"),
    /** Nothing was heard for longer than two beats. */
    SILENT("silent"),
    /** The stream or its connection was cut off. */
    CUT("cut"),
    /** What came was no frame. */
    MALFORMED("malformed");

    private final String token;

    Loss(String token) {
        this.token = token;
    }

    /** The word for metrics. */
    public String token() {
        return token;
    }
}
