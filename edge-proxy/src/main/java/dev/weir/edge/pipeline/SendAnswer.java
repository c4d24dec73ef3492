package dev.weir.edge.pipeline;

import dev.weir.edge.pipeline.Exchange.Termination;
import dev.weir.http.HeaderFields;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;

/**
 * Writes the head, and the body as it comes, but holds back what would complete the response: that leaves in
 * {@link FinishExchange}, after the record.
 */
final class SendAnswer implements Phase.Later {
    @Override
    public Stage stage() {
        return Stage.REPLY;
    }

    @Override
    public Future<Verdict> run(Exchange exchange) {
        LocalAnswer local = exchange.local();
        if (local != null && !exchange.isAnswered()) {
            exchange.answer(LocalReply.render(local, exchange));
        }
        HttpServerResponse response = exchange.request().response();
        Answer answer = exchange.answer();
        if (exchange.isMultiplexed() && exchange.termination() == Termination.MALFORMED) {
            // A stream error, not an answer (RFC 9113 §8.1.1).
            return Verdict.PROCEEDED;
        }
        if (response.closed() || exchange.isClientGone()) {
            answer.body().discard();
            exchange.dropRecording();
            exchange.terminated(Termination.CLIENT_CLOSED, "before-reply");
            return Verdict.PROCEEDED;
        }
        writeHead(exchange, response, answer);
        if (answer.body() instanceof Answer.Body.Streamed streamed) {
            return new BodyRelay(exchange, response, streamed.origin()).start();
        }
        if (answer.body() instanceof Answer.Body.Whole whole && !isBodyless(exchange, answer)) {
            exchange.lastChunk(whole.content());
            exchange.responseBodySent(whole.content().length());
        }
        return Verdict.PROCEEDED;
    }

    private static void writeHead(Exchange exchange, HttpServerResponse response, Answer answer) {
        response.setStatusCode(answer.status());
        HeaderFields fields = answer.fields();
        MultiMap headers = response.headers();
        for (int i = 0; i < fields.size(); i++) {
            headers.add(fields.name(i), fields.value(i));
        }
        if (answer.body() instanceof Answer.Body.Whole whole && !isBodyless(exchange, answer)) {
            headers.set("Content-Length", Integer.toString(whole.content().length()));
        } else if (answer.body() instanceof Answer.Body.Streamed && !fields.contains("Content-Length")) {
            HttpVersion version = exchange.request().version();
            if (version == HttpVersion.HTTP_1_1) {
                response.setChunked(true);
            } else if (version == HttpVersion.HTTP_1_0) {
                exchange.closeAfterwards();
            }
        }
        if (exchange.closesAfterwards() && exchange.request().version() != HttpVersion.HTTP_2) {
            headers.set("Connection", "close");
        }
    }

    private static boolean isBodyless(Exchange exchange, Answer answer) {
        return answer.status() == 204
                || answer.status() == 304
                || exchange.request().method().equals(HttpMethod.HEAD);
    }
}
