package dev.weir.edge.listener;

import dev.weir.edge.wire.HeadFault;
import dev.weir.http.RefusalReason;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Counts and refuses requests whose form turned out wrong after decoding. */
public final class MalformedRequests {
    static final AttributeKey<GuardedListener> LISTENER = AttributeKey.valueOf(MalformedRequests.class, "listener");

    private MalformedRequests() {}

    /**
     * Counts a request that was decoded and turned out malformed; answering it and reporting it is the caller's.
     *
     * @return its first bytes for the log, escaped and cut short
     */
    public static String count(HttpServerRequest request, RefusalReason reason) {
        GuardedListener listener = listener(request);
        if (listener != null) {
            listener.meters().malformed(reason.token());
        }
        byte[] line = line(request);
        return GuardedListener.excerpt(line, line.length);
    }

    /** Counts a request whose content stood still. */
    public static void countSlow(HttpServerRequest request) {
        GuardedListener listener = listener(request);
        if (listener != null) {
            listener.meters().malformed(HeadFault.SLOW.token());
        }
    }

    /**
     * Counts, reports and refuses what the decoder couldn't read: in HTTP/1 with the fault's status, nothing else, and a
     * close; in HTTP/2 the stream is reset with PROTOCOL_ERROR (RFC 9113 §8.1.1).
     */
    static void refuse(HttpServerRequest request, HeadFault fault) {
        GuardedListener listener = listener(request);
        if (listener != null) {
            byte[] line = line(request);
            listener.refused(
                    request.connection().remoteAddress(), fault.token(), GuardedListener.excerpt(line, line.length));
        }
        if (request.version() == HttpVersion.HTTP_2) {
            EdgeListener.unheeded(request.response().reset(1));
        } else {
            request.response().setStatusCode(fault.status()).putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            EdgeListener.unheeded(request.response().end());
        }
    }

    private static @Nullable GuardedListener listener(HttpServerRequest request) {
        return request.connection() instanceof ConnectionBase connection
                ? connection.channel().attr(LISTENER).get()
                : null;
    }

    private static byte[] line(HttpServerRequest request) {
        return (request.method() + " " + request.uri()).getBytes(StandardCharsets.ISO_8859_1);
    }
}
