package dev.weir.edge.pipeline;

import dev.weir.http.CanonicalRequest;
import dev.weir.http.CanonicalRequest.TargetForm;
import dev.weir.http.HeaderFields;
import dev.weir.http.RefusalReason;
import dev.weir.http.RequestCheck;
import dev.weir.runtime.config.Mode;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import org.jspecify.annotations.Nullable;

/**
 * Makes the one canonical request of a head. In HTTP/1 the guard before the decoder has scanned its octets already; what
 * is checked here is what the fields mean, and whether this listener serves such a target at all. A malformed request
 * ends the connection.
 */
final class ReadHead implements Phase.Now {
    private static final Verdict NO_TRACE =
            refused(405, "method-trace", HeaderFields.of("Allow", "GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH"));
    private static final Verdict NOT_A_PROXY = refused(421, "target-form", HeaderFields.empty());
    private static final Verdict ONLY_A_PROXY = refused(400, "target-form", HeaderFields.empty());

    @Override
    public Stage stage() {
        return Stage.READ_HEAD;
    }

    @Override
    public Verdict run(Exchange exchange) {
        RequestCheck check = check(exchange.request(), exchange.listener());
        if (check instanceof RequestCheck.Refused refused) {
            RefusalReason reason = refused.reason();
            return new Verdict.Reply(LocalAnswer.malformed(reason.status(), reason.token()));
        }
        CanonicalRequest request = ((RequestCheck.Accepted) check).request();
        exchange.canonical(request);
        if (request.bodyAnnounced()) {
            // Nothing of the content is read before somebody takes it.
            exchange.request().pause();
        }
        if (request.method().equals("TRACE")) {
            return NO_TRACE;
        }
        boolean proxyForm = request.form() == TargetForm.AUTHORITY || request.form() == TargetForm.ABSOLUTE;
        if (exchange.listener().mode() == Mode.FORWARD) {
            boolean proxied = proxyForm || (exchange.isMultiplexed() && request.form() == TargetForm.ORIGIN);
            return proxied ? Verdict.PROCEED : ONLY_A_PROXY;
        }
        return request.form() == TargetForm.AUTHORITY ? NOT_A_PROXY : Verdict.PROCEED;
    }

    private static RequestCheck check(HttpServerRequest request, ListenerContext listener) {
        HeaderFields fields = fields(request.headers());
        String method = request.method().name();
        if (request.version() != HttpVersion.HTTP_2) {
            String protocol = request.version() == HttpVersion.HTTP_1_0 ? "HTTP/1.0" : "HTTP/1.1";
            return RequestCheck.http1(
                    method, request.uri(), protocol, listener.scheme(), fields, listener.fieldLimits());
        }
        boolean connect = request.method().equals(HttpMethod.CONNECT);
        return RequestCheck.http2(
                method,
                connect ? null : request.scheme(),
                text(request.authority(true)),
                connect ? null : request.uri(),
                endsWithHead(request),
                fields,
                listener.fieldLimits());
    }

    /** Whether no content follows. Vert.x doesn't say so yet when it hands the head over; content of a GET is dropped. */
    private static boolean endsWithHead(HttpServerRequest request) {
        boolean bodiless = request.method().equals(HttpMethod.GET)
                || request.method().equals(HttpMethod.HEAD)
                || request.method().equals(HttpMethod.CONNECT);
        return request.isEnded() || (bodiless && !request.headers().contains("content-length"));
    }

    private static HeaderFields fields(MultiMap headers) {
        HeaderFields.Builder fields = HeaderFields.builder();
        headers.forEach((name, value) -> fields.add(name, value));
        return fields.build();
    }

    private static @Nullable String text(@Nullable HostAndPort authority) {
        return authority == null ? null : authority.toString();
    }

    private static Verdict refused(int status, String reason, HeaderFields fields) {
        return new Verdict.Reply(LocalAnswer.refused(status, reason, fields));
    }
}
