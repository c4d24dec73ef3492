package dev.weir.edge.upstream;

import dev.weir.http.HeaderFields;
import dev.weir.http.ProxyError;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import org.jspecify.annotations.Nullable;

/**
 * One stream of HTTP/2 to an origin. What is malformed resets it (RFC 9113 §8.1.1); the connection lives on. The origin may
 * send as much as the stream's window holds before the client reads. Lives on a single event loop.
 */
final class MultiplexedStream implements OriginStream {
    /** Octets handed over and not written: more of them only when half are gone. */
    private static final int UNWRITTEN = 64 * 1024;

    private final MultiplexedConnection connection;
    private final boolean reused;
    private @Nullable Use use;
    private @Nullable Runnable drained;
    private int id;
    private long begun;
    private int unwritten;
    private int unread;
    private boolean reading = true;
    private boolean toHead;
    private boolean touched;
    private boolean answered;
    private boolean neverContent;
    private long announced = AnswerHead.NO_LENGTH;
    private long received;
    private @Nullable Buffer lastPart;

    MultiplexedStream(MultiplexedConnection connection, boolean reused) {
        this.connection = connection;
        this.reused = reused;
    }

    int id() {
        return id;
    }

    @Override
    public void begin(Use newUse, RequestHead head) {
        use = newUse;
        toHead = head.isHead();
        begun = System.nanoTime();
        id = connection.start(this, head.block(), !head.hasContent());
    }

    @Override
    public void content(ByteBuf data) {
        int octets = data.readableBytes();
        unwritten += octets;
        connection.data(id, data, false, () -> written(octets));
    }

    @Override
    public void end(HeaderFields trailers) {
        Http2Headers block = RequestHead.trailerBlock(trailers);
        if (block.isEmpty()) {
            connection.end(id);
        } else {
            connection.end(id, block);
        }
    }

    private void written(int octets) {
        unwritten -= octets;
        Runnable waiting = drained;
        if (waiting != null && use != null && unwritten <= UNWRITTEN / 2) {
            drained = null;
            waiting.run();
        }
    }

    @Override
    public boolean isFull() {
        return unwritten > UNWRITTEN;
    }

    @Override
    public void onDrain(Runnable waiting) {
        drained = waiting;
    }

    @Override
    public void read(boolean more) {
        reading = more;
        if (more && unread > 0) {
            int octets = unread;
            unread = 0;
            connection.credit(id, octets);
        }
    }

    @Override
    public boolean isReused() {
        return reused;
    }

    @Override
    public boolean isFollowed() {
        return false;
    }

    @Override
    public String remoteAddress() {
        return connection.remoteAddress();
    }

    @Override
    public void release(long until) {
        use = null;
        drained = null;
        connection.keep(until);
        connection.leave(id);
    }

    @Override
    public void close() {
        if (use != null) {
            use = null;
            drained = null;
            connection.cancel(id, begun);
        }
    }

    @Override
    public NetSocket detach() {
        throw new IllegalStateException("HTTP/2 doesn't change protocols");
    }

    // What comes.

    /** A field block. */
    void fields(AnswerBlock block, boolean last) throws Http2Exception {
        Use current = use;
        if (current == null) {
            return;
        }
        touched = true;
        if (answered) {
            // Netty has seen to it that these are the last.
            HeaderFields trailers = block.trailers(id);
            checkLength(true);
            handLastPart(current);
            if (use == current) {
                current.complete(trailers);
            }
            return;
        }
        AnswerHead head = block.head(id, toHead, last);
        if (!head.isInterim()) {
            answered = true;
            neverContent = toHead || head.status() == 204 || head.status() == 304;
            announced = neverContent || last ? AnswerHead.NO_LENGTH : length(head);
        }
        current.head(head);
        if (last && use == current) {
            current.complete(HeaderFields.empty());
        }
    }

    private static long length(AnswerHead head) {
        return head.fields().first("content-length").map(Long::parseLong).orElse(AnswerHead.NO_LENGTH);
    }

    /** Content; gives how much of it the origin may send anew. */
    int content(ByteBuf data, boolean last) throws Http2Exception {
        int octets = data.readableBytes();
        Use current = use;
        if (current == null) {
            return octets;
        }
        touched = true;
        if (!answered || (neverContent && octets > 0)) {
            throw malformed(answered ? "content where none may be" : "content before a head");
        }
        received += octets;
        checkLength(last);
        if (octets > 0) {
            byte[] copy = new byte[octets];
            data.getBytes(data.readerIndex(), copy);
            Buffer part = Buffer.buffer(copy);
            if (received == announced && !last) {
                // As long as announced: whether that was all is known at the end only.
                lastPart = part;
            } else {
                current.content(part);
            }
        }
        if (last) {
            handLastPart(current);
        }
        if (last && use == current) {
            current.complete(HeaderFields.empty());
        }
        if (reading || use != current) {
            return octets;
        }
        unread += octets;
        return 0;
    }

    private void handLastPart(Use current) {
        Buffer part = lastPart;
        lastPart = null;
        if (part != null && use == current) {
            current.content(part);
        }
    }

    private void checkLength(boolean last) throws Http2Exception {
        if (announced != AnswerHead.NO_LENGTH && (received > announced || (last && received != announced))) {
            throw malformed("content that isn't as long as announced");
        }
    }

    private Http2Exception malformed(String fault) {
        return Http2Exception.streamError(id, Http2Error.PROTOCOL_ERROR, fault);
    }

    /** The origin breaks it off. */
    void reset(long code) {
        if (code == Http2Error.REFUSED_STREAM.code() && !touched) {
            unanswered(true);
        } else {
            broken(ProxyError.HTTP_RESPONSE_INCOMPLETE, "reset with code " + code);
        }
    }

    /** Nothing more comes: the origin refuses it, or the connection is at its end. */
    void unanswered(boolean untouched) {
        Use current = use;
        use = null;
        if (current != null && touched) {
            current.broken(ProxyError.HTTP_RESPONSE_INCOMPLETE, "closed within its answer");
        } else if (current != null) {
            current.unanswered(untouched);
        }
    }

    /** It is reset by us, or its connection ends, with a code that says why. */
    void broken(ProxyError type, String detail) {
        Use current = use;
        use = null;
        if (current != null) {
            current.broken(type, detail);
        }
    }
}
