package dev.weir.edge.pipeline;

import dev.weir.edge.forward.TunnelReport;
import dev.weir.edge.log.AuditOutbox;
import dev.weir.edge.log.AuditRecord;
import dev.weir.edge.log.AuditRecord.Kind;
import dev.weir.edge.upstream.OriginTimings;
import dev.weir.http.CanonicalRequest;

/**
 * Writes what happened to the spool, once for each exchange and before its last byte leaves: after a crash the log knows
 * every answer that a client has whole.
 */
final class RecordExchange implements Phase.Now {
    private final AuditOutbox outbox;

    RecordExchange(AuditOutbox outbox) {
        this.outbox = outbox;
    }

    @Override
    public Stage stage() {
        return Stage.RECORD;
    }

    @Override
    public Verdict run(Exchange exchange) {
        if (exchange.claimRecord()) {
            // What could not be kept is counted by the outbox, and a gap record stands for it.
            var unused = outbox.append(record(exchange));
        }
        return Verdict.PROCEED;
    }

    /** Writes that a tunnel is over. */
    void tunnel(Exchange exchange, TunnelReport report) {
        ListenerContext listener = exchange.listener();
        AuditRecord record = new AuditRecord(Kind.TUNNEL, exchange.receivedMillis())
                .requestId(exchange.id())
                .listener(listener.name())
                .mode(listener.mode().word())
                .clientAddress(listener.mask(exchange.client(), exchange.receivedMillis()))
                .method(exchange.canonical().method())
                .serverAddress(exchange.canonical().authority().host())
                .serverPort(exchange.facts().port())
                .durationMicros(report.nanos() / 1000)
                .requestBodyBytes(report.bytesUp())
                .responseBodyBytes(report.bytesDown())
                .policyRule(exchange.policy().rule())
                .policyRevision(exchange.policy().revision())
                .termination(report.end().word());
        var unused = outbox.append(record);
    }

    private static AuditRecord record(Exchange exchange) {
        boolean malformed = exchange.termination() == Termination.MALFORMED;
        ListenerContext listener = exchange.listener();
        AuditRecord record = new AuditRecord(malformed ? Kind.MALFORMED : Kind.EXCHANGE, exchange.receivedMillis())
                .requestId(exchange.id())
                .listener(listener.name())
                .mode(listener.mode().word())
                .clientAddress(listener.mask(exchange.client(), exchange.receivedMillis()))
                .durationMicros(exchange.elapsedNanos() / 1000)
                .requestBodyBytes(exchange.requestBodyBytes())
                .responseBodyBytes(exchange.responseBodyBytes())
                .termination(exchange.termination().word())
                .reason(exchange.terminationReason())
                .policyRule(exchange.policy().rule())
                .policyRevision(exchange.policy().revision())
                .policyOutcome(exchange.policy().outcome())
                .cache(exchange.cache().word().token())
                .cacheForwarded(exchange.cache().forwardedFor())
                .cacheReason(exchange.cache().reason())
                .cacheRule(exchange.cache().ruleName());
        if (exchange.isAnswered() && exchange.termination() != Termination.CLIENT_CLOSED) {
            record.status(exchange.answer().status());
        }
        if (exchange.isRead()) {
            request(record, exchange.canonical());
        } else {
            record.path(exchange.excerpt());
        }
        OriginTimings origin = exchange.origin();
        if (exchange.isRouted()) {
            record.upstream(exchange.route().name());
        }
        if (origin != null) {
            record.upstreamAddress(origin.address()).retries(origin.retries());
        }
        return record;
    }

    private static void request(AuditRecord record, CanonicalRequest request) {
        String query = request.query();
        record.method(request.method())
                .scheme(request.scheme())
                .serverAddress(request.authority().host())
                .serverPort(request.authority().effectivePort(request.scheme()))
                .path(request.path())
                .query(query.isEmpty() ? "" : query.substring(1))
                .protocolVersion(request.protocol().substring("HTTP/".length()))
                .userAgent(request.fields().first("User-Agent").orElse(""))
                .clientRequestId(request.fields().first("X-Request-Id").orElse(""));
    }
}
