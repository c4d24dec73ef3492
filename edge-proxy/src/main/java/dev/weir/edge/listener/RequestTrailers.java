package dev.weir.edge.listener;

import dev.weir.http.HeaderFields;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;

/** The trailer fields of a request, which Vert.x does not hand out: they are taken down on their way to it. */
public final class RequestTrailers {
    private RequestTrailers() {}

    /** What followed the content of {@code request}; empty before its end. Call on the request's event loop. */
    public static HeaderFields of(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2) {
            Http2Request known = Http2Request.of(request);
            return known == null ? HeaderFields.empty() : known.trailers();
        }
        ExchangeLedger ledger = request.connection() instanceof ConnectionBase connection
                ? connection.channel().pipeline().get(ExchangeLedger.class)
                : null;
        return ledger == null ? HeaderFields.empty() : ledger.trailers();
    }
}
