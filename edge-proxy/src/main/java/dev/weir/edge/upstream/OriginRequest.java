package dev.weir.edge.upstream;

import dev.weir.http.HeaderFields;
import dev.weir.runtime.config.ExchangeTimeouts;

/**
 * One request as it goes to an origin.
 *
 * @param method the token as it came
 * @param target origin-form or {@code *}, octets as they came
 * @param fields end-to-end fields, Host among them. Fields of this connection (Connection, Transfer-Encoding,
 *     Content-Length and the like) are not taken from here: the exchange writes its own; but for {@code TE: trailers},
 *     which an origin of HTTP/2 is told
 * @param host what the origin reads in Host
 */
public record OriginRequest(
        String method,
        String target,
        HeaderFields fields,
        Destination destination,
        RequestBody body,
        ExchangeTimeouts timeouts,
        Host host) {
    /** What goes out as Host. */
    public enum Host {
        /** The client's, unchanged. */
        CLIENT,
        /** The target's own authority ({@code host: target}). */
        TARGET
    }
}
