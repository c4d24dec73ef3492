package dev.weir.edge.forward;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Exception;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.NetSocket;

/**
 * A stream of an HTTP/2 connection as a side of a tunnel: its directions end with END_STREAM, each by itself. What didn't
 * come to its end is reset, so that it never looks whole (RFC 9113 §8.5).
 */
final class StreamLeg implements TunnelLeg {
    // RFC 9113 §7
    private static final long NO_ERROR = 0x0;
    private static final long CANCEL = 0x8;
    private static final long CONNECT_ERROR = 0xa;

    private final NetSocket socket;
    private final HttpServerResponse stream;
    private boolean over;
    private boolean ended;
    private boolean finished;
    private boolean finishSent;
    /** What is wrong with what came, or no error. */
    private long fault = NO_ERROR;

    /** @param stream to whose CONNECT the socket belongs */
    StreamLeg(NetSocket socket, HttpServerResponse stream) {
        this.socket = socket;
        this.stream = stream;
    }

    @Override
    public void start(Taker taker) {
        socket.handler(data -> {
            if (!over) {
                taker.data(((BufferInternal) data).getByteBuf());
            }
        });
        socket.endHandler(end -> {
            ended = true;
            if (!over) {
                taker.ended();
            }
        });
        socket.exceptionHandler(failure -> broke(failure, taker));
        // Behind END_STREAM of the client Vert.x tells nobody but the response of a reset.
        stream.exceptionHandler(failure -> broke(failure, taker));
        // No close handler: what breaks off is heard of above, and a stream that both sides have ended closes while
        // some
        // of what the client sent still waits here.
        socket.resume();
    }

    private void broke(Throwable failure, Taker taker) {
        if (!over) {
            if (failure instanceof Http2Exception.StreamException malformed) {
                fault = malformed.error().code();
            }
            taker.broke();
        }
    }

    @Override
    public void read(boolean more) {
        if (!more) {
            socket.pause();
        } else if (!ended) {
            socket.resume();
        }
    }

    @Override
    public void write(ByteBuf octets) {
        Buffer copy = BufferInternal.safeBuffer(octets);
        socket.write(copy).onFailure(unheard -> {});
    }

    @Override
    public boolean isFull() {
        return socket.writeQueueFull();
    }

    @Override
    public void onDrain(Runnable drained) {
        socket.drainHandler(done -> drained.run());
    }

    @Override
    public Future<Void> finish() {
        if (finished) {
            return Future.succeededFuture();
        }
        finished = true;
        return socket.end().onSuccess(sent -> finishSent = true);
    }

    @Override
    public void close() {
        // If all has gone out, it is only that nobody takes what still comes.
        end(fault != NO_ERROR ? fault : finishSent ? NO_ERROR : CANCEL);
    }

    @Override
    public void abort() {
        end(CONNECT_ERROR);
    }

    private void end(long code) {
        if (over) {
            return;
        }
        over = true;
        if (!ended) {
            socket.resume();
        }
        if (!ended || !finishSent) {
            stream.reset(code).onFailure(gone -> {});
        }
    }
}
