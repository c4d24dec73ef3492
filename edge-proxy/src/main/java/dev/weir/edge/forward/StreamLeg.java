package dev.weir.edge.forward;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.NetSocket;

/**
 * A stream of an HTTP/2 connection as a side of a tunnel: its directions end with END_STREAM, each by itself. Vert.x
 * gives no way to reset such a stream, so breaking it off looks like an end to the client.
 */
final class StreamLeg implements TunnelLeg {
    private final NetSocket socket;
    private boolean over;
    private boolean ended;
    private boolean finished;

    StreamLeg(NetSocket socket) {
        this.socket = socket;
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
        socket.exceptionHandler(failure -> {
            if (!over) {
                taker.broke();
            }
        });
        socket.closeHandler(closed -> {
            // Vert.x calls it behind END_STREAM as well, when the other direction is still open.
            if (!over && !ended) {
                taker.closed();
            }
        });
        socket.resume();
    }

    @Override
    public void read(boolean more) {
        if (more) {
            socket.resume();
        } else {
            socket.pause();
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
        return socket.end();
    }

    @Override
    public void close() {
        if (!over) {
            over = true;
            if (!ended) {
                socket.resume();
            }
            finish().onFailure(unheard -> {});
        }
    }

    @Override
    public void abort() {
        close();
    }
}
