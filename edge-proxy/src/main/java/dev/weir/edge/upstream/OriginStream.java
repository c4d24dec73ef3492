package dev.weir.edge.upstream;

import dev.weir.http.HeaderFields;
import dev.weir.http.ProxyError;
import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;

/**
 * What one request and its answer go over: a connection of HTTP/1.1 or a stream of HTTP/2. Whoever has one begins with it and
 * ends it by {@link #release}, {@link #close} or {@link #detach}. Lives on a single event loop.
 */
interface OriginStream {
    /** The exchange that a stream serves. Nothing is called any more once its stream has been ended. */
    interface Use {
        /** A head: of an interim answer, or of the final one. */
        void head(AnswerHead head);

        /** Some content of the final answer. */
        void content(Buffer octets);

        /** A head, and the content of a final answer, are there to their end. */
        void complete(HeaderFields trailers);

        /** The rest of the answer doesn't come, or nobody may see it. */
        void broken(ProxyError type, String detail);

        /**
         * It ended before an octet of an answer came.
         *
         * @param untouched whether the origin says that it has done nothing
         */
        void unanswered(boolean untouched);
    }

    /** Sends a request's head. */
    void begin(Use use, RequestHead head);

    /** Sends some content. */
    void content(ByteBuf data);

    /**
     * Ends the content.
     *
     * @throws ProxyFailure if the trailers can't be sent
     */
    void end(HeaderFields trailers);

    /** Whether no more content should be written now. */
    boolean isFull();

    /** Called once more may be written. */
    void onDrain(Runnable drained);

    /** Whether content is wanted from now on. */
    void read(boolean more);

    /** Whether the connection had served another exchange before this one. */
    boolean isReused();

    /** Whether octets came that belong to no answer. */
    boolean isFollowed();

    /** Address and port of the far end. */
    String remoteAddress();

    /**
     * The exchange is over, and both sides have said all.
     *
     * @param until when the connection is closed if nobody uses it
     */
    void release(long until);

    /** Ends it, whatever is still to come. */
    void close();

    /** Gives the socket away, paused, as a plain one: the answer was 101, which only HTTP/1.1 has. */
    NetSocket detach();
}
