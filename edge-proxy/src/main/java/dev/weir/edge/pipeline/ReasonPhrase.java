package dev.weir.edge.pipeline;

import io.netty.handler.codec.http.HttpResponseStatus;

/** What stands beside a status, for people (RFC 9112 §4): Netty's words, and those of the registry that it lacks. */
final class ReasonPhrase {
    private ReasonPhrase() {}

    /** The words of this status. */
    static String of(int status) {
        String lacking = lacking(status);
        return lacking.isEmpty() ? HttpResponseStatus.valueOf(status).reasonPhrase() : lacking;
    }

    /** The words that Netty lacks or has otherwise; empty where it has the right ones. */
    static String lacking(int status) {
        return switch (status) {
            case 208 -> "Already Reported";
            case 226 -> "IM Used";
            case 425 -> "Too Early";
            case 451 -> "Unavailable For Legal Reasons";
            case 508 -> "Loop Detected";
            default -> "";
        };
    }
}
