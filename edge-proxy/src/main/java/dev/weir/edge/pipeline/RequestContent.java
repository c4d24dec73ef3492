package dev.weir.edge.pipeline;

import dev.weir.edge.listener.RequestTrailers;
import dev.weir.edge.upstream.RequestBody;
import dev.weir.http.CanonicalRequest;
import dev.weir.http.HeaderFields;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.OptionalLong;

/** What there is of a request's content, and what is still to come of it. */
final class RequestContent {
    private RequestContent() {}

    /** The content, for whoever sends it on; can be taken once. */
    static RequestBody take(Exchange exchange, Vertx vertx) {
        CanonicalRequest head = exchange.canonical();
        if (!head.framing().hasContent() || announcesNothing(exchange)) {
            return RequestBody.none();
        }
        Buffer taken = exchange.cache().content();
        if (taken != null) {
            return RequestBody.of(new TakenContent(taken), head.framing().length(), HeaderFields::empty);
        }
        return RequestBody.of(
                new CountedBody(exchange.request(), exchange, vertx),
                head.framing().length(),
                () -> IdentityFields.trailers(RequestTrailers.of(exchange.request())));
    }

    /** Whether content of no octets was announced that has an end of its own: {@link EmptyContent} awaits it. */
    static boolean announcesNothing(Exchange exchange) {
        return exchange.isMultiplexed()
                && exchange.canonical().framing().length().equals(OptionalLong.of(0));
    }

    /** Whether content is still to come, or was not taken. */
    static boolean isUnread(Exchange exchange) {
        return !exchange.request().isEnded()
                && (!exchange.isRead() || exchange.canonical().framing().hasContent());
    }

    /** How much of it there can be at the most. */
    static long unreadBytes(Exchange exchange) {
        return exchange.isRead() ? exchange.canonical().framing().most() - exchange.requestBodyBytes() : Long.MAX_VALUE;
    }

    /** Whether the client holds it back until it is told to go on (RFC 9110 §10.1.1), and was not told. */
    static boolean isHeldBack(Exchange exchange) {
        return !exchange.isContinued()
                && exchange.requestBodyBytes() == 0
                && exchange.isRead()
                && exchange.canonical().framing().hasContent()
                && exchange.canonical().fields().contains("Expect");
    }
}
