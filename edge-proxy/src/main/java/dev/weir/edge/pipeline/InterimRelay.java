package dev.weir.edge.pipeline;

import dev.weir.edge.upstream.InterimAnswers;
import dev.weir.http.HeaderFields;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands 100 and 103 on to the client (RFC 9110 §15.2); others have no way through Vert.x and end here, as an
 * intermediary may do with what the client did not ask for.
 */
final class InterimRelay implements InterimAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(InterimRelay.class);

    private final Exchange exchange;

    InterimRelay(Exchange exchange) {
        this.exchange = exchange;
    }

    @Override
    public void interim(int status, HeaderFields fields) {
        HttpServerResponse response = exchange.request().response();
        // A client of HTTP/1.0 doesn't know interim answers (RFC 9110 §15.2).
        boolean understood = exchange.request().version() != HttpVersion.HTTP_1_0;
        if (!understood || response.headWritten() || response.closed()) {
            return;
        }
        if (status == 100) {
            exchange.continued();
            told(response.writeContinue());
        } else if (status == 103) {
            MultiMap hints = MultiMap.caseInsensitiveMultiMap();
            fields.forEach(hints::add);
            told(response.writeEarlyHints(hints));
        }
    }

    private static void told(Future<Void> written) {
        written.onFailure(gone -> LOG.trace("interim answer not delivered", gone));
    }
}
