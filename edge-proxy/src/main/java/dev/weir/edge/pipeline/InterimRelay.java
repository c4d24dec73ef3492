package dev.weir.edge.pipeline;

import dev.weir.edge.listener.InterimAnswer;
import dev.weir.edge.upstream.InterimAnswers;
import dev.weir.http.HeaderFields;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands interim answers on to the client, those that nobody here knows too (RFC 9110 §15.2), but for 101, which never
 * comes here.
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
        } else {
            InterimAnswer.write(exchange.request(), status, fields);
        }
    }

    private static void told(Future<Void> written) {
        written.onFailure(gone -> LOG.trace("interim answer not delivered", gone));
    }
}
