package dev.weir.edge.listener;

import dev.weir.http.HeaderFields;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * The trailer fields of a request, which Vert.x does not hand out: in HTTP/1 they are taken down behind the decoder. In
 * HTTP/2 they are dropped, as an intermediary may do (RFC 9110 §6.5.1).
 */
public final class RequestTrailers {
    private RequestTrailers() {}

    /** What followed the content of {@code request}; empty before its end. Call on the request's event loop. */
    public static HeaderFields of(HttpServerRequest request) {
        ExchangeLedger ledger = request.connection() instanceof ConnectionBase connection
                ? connection.channel().pipeline().get(ExchangeLedger.class)
                : null;
        return ledger == null ? HeaderFields.empty() : ledger.trailers();
    }
}
