package dev.weir.edge.pipeline;

import dev.weir.edge.listener.Http2Request;
import dev.weir.edge.listener.MalformedRequests;
import dev.weir.http.CanonicalRequest;
import dev.weir.http.CanonicalRequest.TargetForm;
import dev.weir.http.CdnLoop;
import dev.weir.http.Expectation;
import dev.weir.http.HeaderFields;
import dev.weir.http.MaxForwards;
import dev.weir.http.ProxyError;
import dev.weir.http.RefusalReason;
import dev.weir.http.RequestCheck;
import dev.weir.http.ViaField;
import dev.weir.runtime.config.Mode;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Makes the one canonical request of a head. The guards before the codec have read it already; what is checked here is what
 * the fields of HTTP/1 mean, and whether this listener serves such a target at all. A malformed request ends the
 * connection.
 */
final class ReadHead implements Phase.Now {
    private static final Verdict NO_TRACE = refused(405, "method-trace", HeaderFields.of("Allow", LocalAnswer.METHODS));
    private static final Verdict NOT_A_PROXY = refused(421, "target-form", HeaderFields.empty());
    private static final Verdict TOO_LARGE = refused(413, "content-too-large", HeaderFields.empty());
    private static final Verdict EXPECTATION = refused(417, "expectation", HeaderFields.empty());
    private static final Verdict LOOP =
            new Verdict.Reply(LocalAnswer.error(508, "loop", ProxyError.PROXY_LOOP_DETECTED.token()));
    private static final Verdict ONLY_A_PROXY = refused(400, "target-form", HeaderFields.empty());

    private final String viaName;

    /** @param viaName by which this process knows a request that has been here before */
    ReadHead(String viaName) {
        this.viaName = viaName;
    }

    @Override
    public Stage stage() {
        return Stage.READ_HEAD;
    }

    @Override
    public Verdict run(Exchange exchange) {
        RequestCheck check = check(exchange.request(), exchange.listener());
        if (check instanceof RequestCheck.Refused refused) {
            RefusalReason reason = refused.reason();
            exchange.malformed(MalformedRequests.count(exchange.request(), reason));
            return new Verdict.Reply(LocalAnswer.malformed(reason.status(), reason.token()));
        }
        CanonicalRequest read = ((RequestCheck.Accepted) check).request();
        CanonicalRequest request = read.withFields(Expectation.onOneLine(read.fields()));
        exchange.canonical(request);
        if (request.framing().hasContent() || (exchange.isMultiplexed() && request.form() == TargetForm.AUTHORITY)) {
            // Nothing of the content, or for a tunnel, is read before somebody takes it.
            exchange.request().pause();
        }
        if (MaxForwards.of(request.method(), request.fields()) instanceof MaxForwards.Invalid) {
            exchange.malformed(MalformedRequests.count(exchange.request(), RefusalReason.MAX_FORWARDS));
            return new Verdict.Reply(
                    LocalAnswer.malformed(RefusalReason.MAX_FORWARDS.status(), RefusalReason.MAX_FORWARDS.token()));
        }
        if (request.method().equals("TRACE")) {
            return NO_TRACE;
        }
        // In HTTP/1 the guard knows.
        if (exchange.isMultiplexed() && Expectation.isUnknown(request.fields())) {
            return EXPECTATION;
        }
        if (request.framing().exceeds(exchange.listener().mostBodyBytes())) {
            return TOO_LARGE;
        }
        if (wasHere(request.fields(), exchange.listener().cdnLoop())) {
            return LOOP;
        }
        boolean proxyForm = request.form() == TargetForm.AUTHORITY || request.form() == TargetForm.ABSOLUTE;
        if (exchange.listener().mode() == Mode.FORWARD) {
            boolean proxied = proxyForm || exchange.isMultiplexed();
            return proxied ? Verdict.PROCEED : ONLY_A_PROXY;
        }
        boolean ours = request.form() != TargetForm.AUTHORITY && mayNameScheme(exchange, request);
        return ours ? Verdict.PROCEED : NOT_A_PROXY;
    }

    private boolean wasHere(HeaderFields fields, String network) {
        return ViaField.names(fields, viaName)
                || CdnLoop.names(fields, viaName)
                || (!network.isEmpty() && CdnLoop.names(fields, network));
    }

    /** A client can't make its clear-text request pass for one over TLS; only a trusted hop knows better. */
    private static boolean mayNameScheme(Exchange exchange, CanonicalRequest request) {
        return request.scheme().equals(exchange.listener().scheme()) || exchange.peerTrusted();
    }

    private static RequestCheck check(HttpServerRequest request, ListenerContext listener) {
        if (request.version() == HttpVersion.HTTP_2) {
            // Read already, before Vert.x could change it; a stream that is gone by now gets no answer.
            return Http2Request.head(request)
                    .<RequestCheck>map(RequestCheck.Accepted::new)
                    .orElse(new RequestCheck.Refused(RefusalReason.FIELD_BLOCK));
        }
        boolean http10 = request.version() == HttpVersion.HTTP_1_0;
        HeaderFields fields = fields(request.headers());
        if (http10 && listener.mode() == Mode.REVERSE && !fields.contains("Host")) {
            fields = withHost(fields, request.localAddress());
        }
        return RequestCheck.http1(
                request.method().name(),
                request.uri(),
                http10 ? "HTTP/1.0" : "HTTP/1.1",
                listener.scheme(),
                fields,
                listener.fieldLimits());
    }

    private static HeaderFields fields(MultiMap headers) {
        HeaderFields.Builder fields = HeaderFields.builder();
        headers.forEach((name, value) -> fields.add(name, value));
        return fields.build();
    }

    /** HTTP/1.0 need not say who is meant; then it is whom the client connected to (RFC 9112 §3.3). */
    private static HeaderFields withHost(HeaderFields fields, @Nullable SocketAddress listening) {
        if (listening == null || listening.hostAddress() == null) {
            return fields;
        }
        String address = listening.hostAddress();
        String host = address.indexOf(':') < 0 ? address : '[' + address + ']';
        return fields.toBuilder().add("Host", host + ':' + listening.port()).build();
    }

    private static Verdict refused(int status, String reason, HeaderFields fields) {
        return new Verdict.Reply(LocalAnswer.refused(status, reason, fields));
    }
}
