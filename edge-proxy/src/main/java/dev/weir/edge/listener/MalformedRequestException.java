package dev.weir.edge.listener;

/** The rest of a request that is being handled turned out to be malformed; its connection is already answered for. */
public final class MalformedRequestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedRequestException(String reason) {
        super("malformed request: " + reason, null, false, false);
    }
}
