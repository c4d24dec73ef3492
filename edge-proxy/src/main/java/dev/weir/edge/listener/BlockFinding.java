package dev.weir.edge.listener;

import dev.weir.http.CanonicalRequest;
import dev.weir.http.HeaderFields;
import dev.weir.http.RefusalReason;
import io.netty.handler.codec.http2.Http2Exception;

/** What a field block of HTTP/2 turned out to be. */
sealed interface BlockFinding {
    /** A sound one opens a request. */
    record Head(CanonicalRequest request) implements BlockFinding {}

    /** A sound one ends it. */
    record Trailers(HeaderFields fields) implements BlockFinding {}

    /** One that breaks a rule: its stream is reset. */
    record Malformed(RefusalReason reason, HeaderFields fields) implements BlockFinding {}

    /** One that may not stand there: that is an error, and the codec would take it for another. */
    record Misplaced(Http2Exception error) implements BlockFinding {}

    /** One whose stream is reset already, or was never let in. */
    record Stray() implements BlockFinding {}
}
