package dev.weir.runtime.cluster;

/** Why a request over the bus has no answer. Carries no stack trace: it is an everyday event. */
public final class BusException extends RuntimeException {
    /** What happened. */
    public enum Kind {
        /** This process is in no cluster; nothing was sent. */
        NOT_JOINED,
        /** No answer in time; it may have been done. */
        TIMEOUT,
        /** Nobody serves the address. */
        NO_HANDLERS,
        /** Too much is under way already; nothing was sent, or the other side did nothing. */
        BUSY,
        /** The other side failed, with a message; or what came is no message. */
        FAILED
    }

    private final Kind kind;

    /** With a message for the log. */
    public BusException(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    /** What happened. */
    public Kind kind() {
        return kind;
    }
}
