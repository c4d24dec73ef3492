package dev.weir.edge.pipeline;

import dev.weir.edge.upstream.ProxyFailure;
import dev.weir.http.HeaderFields;
import dev.weir.http.HttpDate;
import dev.weir.http.ProxyError;
import dev.weir.http.ProxyStatusField;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;

/**
 * The one place where failures and refusals become answers: a page, or problem+json (RFC 9457) where the client prefers
 * it. What exactly went wrong is for the log; the client learns the status and the RFC 9209 error type, which names no
 * address.
 */
final class LocalReply {
    static final String INTERNAL_ERROR = "internal-error";

    private static final String NAME = "weir";

    private LocalReply() {}

    /** The answer to a failure. */
    static LocalAnswer to(Throwable failure) {
        if (failure instanceof ProxyFailure known) {
            ProxyError type = known.type();
            return switch (known.status()) {
                case 503 -> LocalAnswer.unavailable(type.token(), type.token());
                case 403 -> LocalAnswer.prohibited(type.token());
                default -> LocalAnswer.error(known.status(), type.token(), type.token());
            };
        }
        return LocalAnswer.error(500, INTERNAL_ERROR, ProxyError.PROXY_INTERNAL_ERROR.token());
    }

    /** {@code local} as a response to a request with these fields. */
    static Answer render(LocalAnswer local, Exchange exchange) {
        HeaderFields requestFields = exchange.isRead() ? exchange.canonical().fields() : HeaderFields.empty();
        String date = HttpDate.format(Instant.ofEpochMilli(exchange.receivedMillis()));
        if (local.status() == 200) {
            HeaderFields.Builder fields = HeaderFields.builder().add("Date", date);
            return new Answer(
                    200, fields.addAll(local.fields()).build(), new Answer.Body.Whole(Buffer.buffer(local.content())));
        }
        String requestId = exchange.id();
        String phrase = ReasonPhrase.of(local.status());
        boolean json = prefersJson(requestFields);
        String text = json ? json(local, phrase, requestId) : page(local, phrase, requestId);
        HeaderFields.Builder fields = HeaderFields.builder()
                .add("Date", date)
                .add("Content-Type", json ? "application/problem+json" : "text/html; charset=utf-8")
                .add("Cache-Control", "no-store");
        fields.addAll(local.fields());
        if (!local.errorType().isEmpty() && exchange.listener().showsDiagnostics(exchange.client())) {
            fields.add(ProxyStatusField.NAME, NAME + "; error=" + local.errorType());
        }
        return new Answer(local.status(), fields.build(), new Answer.Body.Whole(Buffer.buffer(text)));
    }

    /** JSON if Accept names it and not HTML before it. */
    private static boolean prefersJson(HeaderFields fields) {
        String accept = fields.combined("Accept").orElse("");
        int json = accept.indexOf("json");
        int html = accept.indexOf("text/html");
        return json >= 0 && (html < 0 || json < html);
    }

    private static String json(LocalAnswer local, String phrase, String requestId) {
        return "{\"type\":\"about:blank\",\"title\":\"" + phrase + "\",\"status\":" + local.status() + ",\"error\":\""
                + (local.errorType().isEmpty() ? local.reason() : local.errorType()) + "\",\"reference\":\""
                + requestId + "\"}\n";
    }

    private static String page(LocalAnswer local, String phrase, String requestId) {
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>%1$d %2$s</title></head>
            <body><h1>%1$d %2$s</h1><p>%3$s</p><p><small>Weir, reference %4$s</small></p></body></html>
            """.formatted(local.status(), phrase, explanation(local), requestId);
    }

    private static String explanation(LocalAnswer local) {
        return switch (local.status()) {
            case 400 ->
                local.reason().equals(PurgeWords.UNCLEAR)
                        ? "What is to be purged isn't clear: a word that isn't known, a name that can't be one, or two"
                                + " things that don't go together in Weir-Purge, Surrogate-Key, Cache-Tag, Cache-Groups."
                        : "The request can't be understood one way only.";
            case 403 -> "This proxy doesn't let the request pass.";
            case 404, 421 -> "This proxy serves no such site.";
            case 431 -> "The head of the request is too large.";
            case 502 -> "The server behind this proxy gave no good answer.";
            case 503 -> "The proxy or the server behind it isn't ready. Try again in a moment.";
            case 504 -> "The server behind this proxy didn't answer in time.";
            case 508 -> "The request has been here before.";
            default -> local.status() < 400 ? "See elsewhere." : "The request was not served.";
        };
    }
}
