package dev.weir.edge.listener;

import dev.weir.http.RefusalReason;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.charset.StandardCharsets;

/** Refuses requests whose form turned out wrong after decoding. */
public final class MalformedRequests {
    static final AttributeKey<GuardedListener> LISTENER = AttributeKey.valueOf(MalformedRequests.class, "listener");

    private MalformedRequests() {}

    /**
     * Counts and reports the request and refuses it: in HTTP/1 with the reason's status, nothing else, and a close; in
     * HTTP/2 the stream is reset with PROTOCOL_ERROR (RFC 9113 §8.1.1).
     */
    public static void refuse(HttpServerRequest request, RefusalReason reason) {
        refuse(request, reason.token(), reason.status());
    }

    static void refuse(HttpServerRequest request, String reason, int status) {
        if (request.connection() instanceof ConnectionBase connection) {
            GuardedListener listener = connection.channel().attr(LISTENER).get();
            if (listener != null) {
                byte[] line = (request.method() + " " + request.uri()).getBytes(StandardCharsets.ISO_8859_1);
                listener.refused(connection.channel().remoteAddress(), reason, line, line.length);
            }
        }
        if (request.version() == HttpVersion.HTTP_2) {
            EdgeListener.unheeded(request.response().reset(1));
        } else {
            request.response().setStatusCode(status).putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            EdgeListener.unheeded(request.response().end());
        }
    }
}
