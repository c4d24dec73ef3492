package dev.weir.edge.pipeline;

import dev.weir.edge.policy.ActiveRevision;
import dev.weir.edge.policy.PolicyReplica;
import dev.weir.http.ByteRange;
import dev.weir.http.CanonicalRequest;
import dev.weir.http.HeaderFields;
import dev.weir.http.HttpDate;
import dev.weir.http.MultipartRanges;
import dev.weir.http.Precondition;
import dev.weir.http.ViaField;
import dev.weir.http.caching.CacheDebugField;
import dev.weir.http.caching.CacheStatusField;
import dev.weir.policy.ResponseFacts;
import dev.weir.runtime.config.Identity;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What the rules say of the answer, and what of it is for this client: a condition met, a part asked for, no content for
 * HEAD, and the fields that tell how it came about. On hits too: the cache is shared, permission is not.
 */
final class FilterAnswer implements Phase.Later {
    private static final int BOUNDARY_BYTES = 16;

    private final SecureRandom random = new SecureRandom();
    private final PolicyReplica replica;
    private final RevisionName revision = new RevisionName();
    private final InstantSource clock;
    private final CacheDebug debug;
    private final String viaHttp10;
    private final String viaHttp11;
    private final String viaHttp2;

    FilterAnswer(PolicyReplica replica, InstantSource clock, CacheDebug debug, String viaName) {
        this.replica = replica;
        this.clock = clock;
        this.debug = debug;
        this.viaHttp10 = ViaField.member("HTTP/1.0", viaName);
        this.viaHttp11 = ViaField.member("HTTP/1.1", viaName);
        this.viaHttp2 = ViaField.member("HTTP/2", viaName);
    }

    @Override
    public Stage stage() {
        return Stage.FILTER_AND_REWRITE;
    }

    @Override
    public Future<Verdict> run(Exchange exchange) {
        if (!exchange.policy().awaitsResponse()) {
            adapt(exchange);
            return Verdict.PROCEEDED;
        }
        ResponseFacts facts = ResponseFacts.of(exchange.answer().fields());
        Optional<ActiveRevision> active = replica.current();
        return active.isPresent()
                ? Future.succeededFuture(judged(
                        exchange, active.get().policy().evaluate(exchange.facts(), facts), revision.of(active.get())))
                : replica.consult(exchange.facts(), facts).map(said -> judged(exchange, said, ""));
    }

    private Verdict judged(Exchange exchange, dev.weir.policy.Verdict said, String revision) {
        Verdict verdict = PolicyWords.verdict(exchange, said, revision);
        if (verdict == Verdict.PROCEED) {
            adapt(exchange);
        }
        return verdict;
    }

    private void adapt(Exchange exchange) {
        boolean shows = exchange.listener().showsDiagnostics(exchange.client());
        // Of the representation as it is stored or was received.
        String said = shows && CacheDebugField.isAsked(exchange.canonical().fields()) ? debug.of(exchange) : "";
        if (exchange.isFromCache()) {
            tailor(exchange);
        }
        describe(exchange, shows, said);
    }

    /** A stored response is of the whole representation, and unconditional; the client may have asked for less. */
    private void tailor(Exchange exchange) {
        CanonicalRequest request = exchange.canonical();
        Answer answer = exchange.answer();
        HeaderFields stored = answer.fields();
        Instant now = clock.instant();
        if (Precondition.notModified(
                request.method(), request.fields(), answer.status(), stored, exchange.storedAt(), now)) {
            exchange.answer(new Answer(304, Precondition.notModifiedFields(stored), answer.body()).withoutContent());
            return;
        }
        // What still arrives goes out whole: a range may be ignored (RFC 9110 §14.2).
        if (answer.status() != 200 || !(answer.body() instanceof Answer.Body.Stored whole)) {
            return;
        }
        long length = whole.length();
        ByteRange range = ByteRange.of(request.method(), request.fields(), stored, length, now);
        if (range instanceof ByteRange.Part part) {
            exchange.answer(new Answer(
                    206,
                    replaced(stored, "Content-Range", part.contentRange(length)),
                    whole.part(part.first(), part.length())));
        } else if (range instanceof ByteRange.Parts parts) {
            MultipartRanges ranges = MultipartRanges.of(parts, stored.first("Content-Type"), length, boundary());
            exchange.answer(new Answer(
                    206,
                    replaced(stored, "Content-Type", ranges.contentType()),
                    new Answer.Body.Multipart(whole, ranges)));
        } else if (range instanceof ByteRange.Unsatisfiable none) {
            exchange.answer(new Answer(416, HeaderFields.of("Content-Range", none.contentRange(length)), whole)
                    .withoutContent());
        }
    }

    private void describe(Exchange exchange, boolean shows, String said) {
        ListenerContext listener = exchange.listener();
        HeaderFields.Builder fields = exchange.answer().fields().toBuilder();
        if (exchange.isFromCache()) {
            fields.set("Age", Long.toString(exchange.ageSeconds()));
        }
        if (!exchange.answer().fields().contains("Date")) {
            // RFC 9110 §6.6.1
            fields.add("Date", HttpDate.format(clock.instant()));
        }
        if (!exchange.upgradeOffered().isEmpty()
                && exchange.canonical().protocol().equals("HTTP/1.1")) {
            // What a 426 insists on goes through this proxy as it goes through the connection (RFC 9110 §15.5.22).
            fields.add("Upgrade", exchange.upgradeOffered()).add("Connection", "Upgrade");
        }
        if (listener.identity() != Identity.UNTOUCHED) {
            fields.add("Via", via(exchange.receivedProtocol()));
        }
        if (shows) {
            fields.add(CacheStatusField.NAME, exchange.cache().field());
        }
        if (!said.isEmpty()) {
            fields.add(CacheDebugField.NAME, said);
        }
        exchange.answer(exchange.answer().withFields(fields.build()));
    }

    /** Nobody who writes content may know it beforehand: a part would be made to look like several. */
    private String boundary() {
        byte[] octets = new byte[BOUNDARY_BYTES];
        random.nextBytes(octets);
        return HexFormat.of().formatHex(octets);
    }

    private static HeaderFields replaced(HeaderFields fields, String name, String value) {
        HeaderFields.Builder builder = fields.toBuilder();
        builder.set(name, value).remove("Content-Length");
        return builder.build();
    }

    private String via(String received) {
        return switch (received) {
            case "HTTP/1.0" -> viaHttp10;
            case "HTTP/2" -> viaHttp2;
            default -> viaHttp11;
        };
    }
}
