package dev.weir.edge.pipeline;

import dev.weir.edge.listener.ConnectionEnd;
import dev.weir.http.FieldSyntax;
import dev.weir.http.HeaderFields;
import dev.weir.http.ProxyError;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the head, and the body as it comes, but holds back what would complete the response: that leaves in
 * {@link FinishExchange}, after the record.
 */
final class SendAnswer implements Phase.Later {
    /** Content of a request that nobody takes is read away up to here; beyond, the connection ends with the answer. */
    private static final long DRAINED_BYTES = 64 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(SendAnswer.class);

    private final Vertx vertx;

    SendAnswer(Vertx vertx) {
        this.vertx = vertx;
    }

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
            exchange.terminated(Termination.CLIENT_CLOSED, "before-reply");
            return Verdict.PROCEEDED;
        }
        if (isBodyless(exchange, answer)) {
            answer = answer.withoutContent();
            exchange.answer(answer);
        }
        closeIfBodyIsLeft(exchange, answer);
        if (!isWritable(answer)) {
            LOG.error("{}: an answer with a field that can't be written", exchange.id());
            LocalAnswer fault =
                    LocalAnswer.error(500, LocalReply.INTERNAL_ERROR, ProxyError.PROXY_INTERNAL_ERROR.token());
            exchange.answerLocally(fault);
            answer = LocalReply.render(fault, exchange);
            exchange.answer(answer);
        }
        writeHead(exchange, response, answer);
        return sendBody(exchange, response, answer.body());
    }

    /** Whatever made it, a configuration, a store or an origin: no octet that would end a field line goes out. */
    static boolean isWritable(Answer answer) {
        HeaderFields fields = answer.fields();
        for (int i = 0; i < fields.size(); i++) {
            if (!FieldSyntax.isToken(fields.name(i)) || !FieldSyntax.isFieldValue(fields.value(i))) {
                return false;
            }
        }
        return answer.status() >= 200 && answer.status() <= 999;
    }

    private Future<Verdict> sendBody(Exchange exchange, HttpServerResponse response, Answer.Body body) {
        if (body instanceof Answer.Body.Streamed streamed) {
            return new BodyRelay(exchange, response, streamed.origin(), vertx).start();
        }
        if (body instanceof Answer.Body.Followed followed) {
            return new FollowRelay(exchange, response, followed, vertx).start();
        }
        if (body instanceof Answer.Body.Stored stored) {
            if (!StoredRelay.isShort(stored)) {
                return new StoredRelay(exchange, stored, vertx).start();
            }
            exchange.responseBodySent(stored.length());
        } else if (body instanceof Answer.Body.Multipart several) {
            return new MultipartRelay(exchange, several, vertx).start();
        } else if (body instanceof Answer.Body.Whole whole) {
            exchange.lastChunk(whole.content());
            exchange.responseBodySent(whole.content().length());
        }
        return Verdict.PROCEEDED;
    }

    /**
     * Content of the request that nobody will take is read away only if it is short; and a client that waits to be told
     * to send it may go on with content or with the next request, so nothing can follow (RFC 9110 §10.1.1).
     */
    private static void closeIfBodyIsLeft(Exchange exchange, Answer answer) {
        if (!exchange.isMultiplexed() && RequestContent.isUnread(exchange)) {
            boolean streamed = answer.body() instanceof Answer.Body.Streamed;
            if (RequestContent.isHeldBack(exchange)
                    || (!streamed && RequestContent.unreadBytes(exchange) > DRAINED_BYTES)) {
                exchange.closeAfterwards();
            }
        }
    }

    private static void writeHead(Exchange exchange, HttpServerResponse response, Answer answer) {
        response.setStatusCode(answer.status());
        String phrase = ReasonPhrase.lacking(answer.status());
        if (!phrase.isEmpty() && !exchange.isMultiplexed()) {
            // Vert.x doesn't know a 304 by its number once it was given words.
            response.setStatusMessage(phrase);
        }
        HeaderFields fields = answer.fields();
        MultiMap headers = response.headers();
        for (int i = 0; i < fields.size(); i++) {
            headers.add(fields.name(i), fields.value(i));
        }
        Answer.Body body = answer.body();
        if (body instanceof Answer.Body.Stored stored) {
            headers.set("Content-Length", Long.toString(stored.length()));
        } else if (body instanceof Answer.Body.Multipart several) {
            headers.set("Content-Length", Long.toString(several.ranges().length()));
        } else if (body instanceof Answer.Body.Whole whole) {
            headers.set("Content-Length", Integer.toString(whole.content().length()));
        } else if (!(body instanceof Answer.Body.None) && !fields.contains("Content-Length")) {
            HttpVersion version = exchange.request().version();
            if (version == HttpVersion.HTTP_1_1) {
                response.setChunked(true);
            } else if (version == HttpVersion.HTTP_1_0) {
                exchange.endsWithConnection();
            }
        }
        if (exchange.closesAfterwards() && !exchange.isMultiplexed()) {
            ConnectionEnd.afterAnswer(exchange.request());
        }
    }

    private static boolean isBodyless(Exchange exchange, Answer answer) {
        return answer.status() == 204
                || answer.status() == 304
                || exchange.request().method().equals(HttpMethod.HEAD);
    }
}
