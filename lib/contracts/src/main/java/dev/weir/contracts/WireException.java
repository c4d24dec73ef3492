package dev.weir.contracts;

/** Bytes from the wire that are not the message they should be. */
public final class WireException extends RuntimeException {
    /** With what was found and what was expected. */
    public WireException(String message) {
        super(message);
    }
}
