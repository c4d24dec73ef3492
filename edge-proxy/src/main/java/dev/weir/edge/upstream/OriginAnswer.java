package dev.weir.edge.upstream;

import dev.weir.http.HeaderFields;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;

/**
 * The final answer of an origin: its head, and a body still to come. Lives on the event loop that asked. Whoever has it
 * reads the body to its end or calls {@link #abort}.
 */
public final class OriginAnswer {
    private final AnswerHead head;
    private final OriginBody body;
    private final OriginTimings timings;

    OriginAnswer(AnswerHead head, OriginBody body, OriginTimings timings) {
        this.head = head;
        this.body = body;
        this.timings = timings;
    }

    /** 200 to 599. */
    public int status() {
        return head.status();
    }

    /**
     * The end-to-end fields and Content-Length, in wire order: without Connection, what Connection names, and the other
     * fields of that connection.
     */
    public HeaderFields fields() {
        return head.fields();
    }

    /** The version that the origin speaks, {@code HTTP/1.0}, {@code HTTP/1.1} or {@code HTTP/2}. */
    public String protocol() {
        return head.protocol();
    }

    /** The protocols that Upgrade offers; empty if none. */
    public String upgrade() {
        return head.upgrade();
    }

    /** Whether there is no content, whatever Content-Length says: an answer to HEAD, 204, 304, or a length of 0. */
    public boolean isEmpty() {
        return head.isEmpty();
    }

    /**
     * The content, paused. It ends only if all of it came; otherwise its exception handler gets a {@link ProxyFailure},
     * which is what must reset the client's response (a clean end there would make half an answer a whole one).
     */
    public ReadStream<Buffer> body() {
        return body;
    }

    /** The trailer fields; empty before the end of the body. */
    public HeaderFields trailers() {
        return body.trailers();
    }

    /**
     * Whether octets have come behind the answer that belong to none, or may come that it can't have. It was read as it says, but somebody may have meant
     * it otherwise: it goes to whom it is for and is not kept.
     */
    public boolean isFollowed() {
        return body.isFollowed();
    }

    /** Where the answer came from, and when. */
    public OriginTimings timings() {
        return timings;
    }

    /** Ends the exchange and closes the connection, or the stream of HTTP/2, unless the body has ended. No handler is called any more. */
    public void abort() {
        body.abort();
    }
}
