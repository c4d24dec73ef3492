package dev.weir.edge.pipeline;

import dev.weir.edge.cache.L1Entry;
import dev.weir.edge.upstream.OriginRequest;
import dev.weir.edge.upstream.RequestBody;
import dev.weir.http.ByteRange;
import dev.weir.http.CanonicalRequest;
import dev.weir.http.FieldSyntax;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.CacheKey;
import dev.weir.http.caching.Revalidation;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/** What an origin is asked for an exchange. */
final class OriginRequests {
    private final String viaName;
    private final Vertx vertx;

    OriginRequests(String viaName, Vertx vertx) {
        this.viaName = viaName;
        this.vertx = vertx;
    }

    /** The end of content that was announced to be of no octets, without which there is nothing to send. */
    Future<Void> endOf(Exchange exchange) {
        return EmptyContent.ended(exchange, vertx);
    }

    /** The client's request, on the condition that what is stored, if anything, isn't good any more. */
    OriginRequest of(Exchange exchange, @Nullable L1Entry stored) {
        HeaderFields fields = IdentityFields.forOrigin(exchange, viaName);
        HeaderFields asked = ByteRange.isExcessive(fields) ? withoutRange(fields) : fields;
        if (exchange.cache().content() != null) {
            // The client was told to go on.
            asked = asked.without(name -> name.equalsIgnoreCase("Expect"));
        }
        return of(
                exchange,
                exchange.canonical().method(),
                stored == null ? asked : conditional(fields, stored),
                RequestContent.take(exchange, vertx));
    }

    /** The same for the whole representation, whatever this client asks of it. */
    OriginRequest renewing(Exchange exchange, @Nullable L1Entry stored) {
        HeaderFields fields = Revalidation.withoutDirectives(IdentityFields.forOrigin(exchange, viaName));
        return of(
                exchange,
                "GET",
                stored == null ? Revalidation.unconditional(fields) : conditional(fields, stored),
                RequestBody.none());
    }

    private static HeaderFields withoutRange(HeaderFields fields) {
        return fields.without(name -> name.equalsIgnoreCase("Range") || name.equalsIgnoreCase("If-Range"));
    }

    /** What may be stored is asked for by what counts: nothing that its key lacks gets to the origin. */
    private static String target(Exchange exchange) {
        CanonicalRequest request = exchange.canonical();
        if (request.path().equals("*")) {
            return "*";
        }
        CacheKey key = exchange.cache().key();
        return key == null ? request.pathAndQuery() : request.path() + key.query();
    }

    private static HeaderFields conditional(HeaderFields fields, L1Entry stored) {
        if (!stored.isWhole()) {
            return Revalidation.requestFieldsOfPart(fields, stored.head());
        }
        return stored.freshness().validatable()
                ? Revalidation.requestFields(fields, stored.head())
                : Revalidation.unconditional(fields);
    }

    private static OriginRequest of(Exchange exchange, String method, HeaderFields fields, RequestBody body) {
        CanonicalRequest request = exchange.canonical();
        Route route = exchange.route();
        // Origins that are reached by HTTP/2 hear of it.
        HeaderFields all = FieldSyntax.listContains(request.fields(), "TE", "trailers")
                ? fields.toBuilder().add("TE", "trailers").build()
                : fields;
        return new OriginRequest(
                method,
                target(exchange),
                all,
                route.destination(),
                body,
                exchange.cache().left(route.timeouts()),
                route.hostOfTarget() ? OriginRequest.Host.TARGET : OriginRequest.Host.CLIENT);
    }
}
