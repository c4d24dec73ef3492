package dev.weir.edge.listener;

import dev.weir.http.CanonicalRequest;
import dev.weir.http.HeaderFields;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What {@link Http2Guard} knows of the request on a stream. Lives on the event loop of its connection. */
public final class Http2Request {
    private final CanonicalRequest head;
    private HeaderFields trailers = HeaderFields.empty();
    private long contentLength;

    Http2Request(CanonicalRequest head) {
        this.head = head;
    }

    /**
     * The head of {@code request} as the guard has read it; empty if it came by HTTP/1, or its stream is closed already.
     * Call on the request's event loop.
     */
    public static Optional<CanonicalRequest> head(HttpServerRequest request) {
        Http2Request known = of(request);
        return known == null ? Optional.empty() : Optional.of(known.head);
    }

    static @Nullable Http2Request of(HttpServerRequest request) {
        Http2Guard guard = request.connection() instanceof ConnectionBase connection
                ? connection.channel().pipeline().get(Http2Guard.class)
                : null;
        return guard == null ? null : guard.request((int) request.streamId());
    }

    boolean isConnect() {
        return head.form() == CanonicalRequest.TargetForm.AUTHORITY;
    }

    HeaderFields trailers() {
        return trailers;
    }

    void trailers(HeaderFields fields) {
        trailers = fields;
    }

    /**
     * Takes note of content that came.
     *
     * @return whether it can still be as long as was announced
     */
    boolean content(long octets, boolean last) {
        contentLength += octets;
        OptionalLong announced = head.framing().length();
        return announced.isEmpty()
                || (last ? contentLength == announced.getAsLong() : contentLength <= announced.getAsLong());
    }
}
