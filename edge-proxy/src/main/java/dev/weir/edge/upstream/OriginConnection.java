package dev.weir.edge.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelPipeline;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One connection to an origin, which carries one exchange at a time (no pipelining). Every decoded part that reaches it
 * is released by it or by the exchange it serves. Lives on a single event loop.
 */
final class OriginConnection {
    /** The exchange that a connection serves. */
    interface Use {
        /** A decoded part, or a {@link BrokenAnswer} in its place, in order. Takes over the reference. */
        void received(Object part);

        /** The far end is done, behind all parts. */
        void ended();

        /** The connection broke; {@link #ended} follows. */
        void broke(Throwable cause);
    }

    /** How long a connection is kept that came too late for the request it was made for. */
    private static final Duration UNUSED = Duration.ofSeconds(5);

    private static final String DECODER = "answer";

    private final NetSocketInternal socket;
    private final AnswerGuard guard;
    private final AnswerDecoder decoder = new AnswerDecoder();
    private final TargetPool pool;
    private @Nullable Use use;
    private boolean used;
    private boolean closed;
    private boolean reading = true;
    private long idleUntil;

    OriginConnection(NetSocket connected, TargetPool pool, int headBytes) {
        this.socket = (NetSocketInternal) connected;
        this.pool = pool;
        this.guard = new AnswerGuard(headBytes);
        this.idleUntil = System.nanoTime() + UNUSED.toNanos();
        String last = socket.channelHandlerContext().name();
        socket.channelHandlerContext()
                .pipeline()
                .addBefore(last, AnswerGuard.NAME, guard)
                .addBefore(last, DECODER, decoder);
        socket.messageHandler(this::received);
        socket.exceptionHandler(this::broke);
        socket.endHandler(end -> ended());
        // Not the socket's close handler: a tunnel that takes the socket over sets its own.
        socket.channelHandlerContext().channel().closeFuture().addListener(done -> closed());
    }

    /** Begins an exchange: sends its head. */
    void begin(Use newUse, byte[] head, boolean toHead) {
        use = newUse;
        guard.expect(toHead);
        decoder.expect(toHead);
        write(Unpooled.wrappedBuffer(head));
    }

    void write(ByteBuf data) {
        // Should it fail, the connection closes and the exchange hears of that.
        socket.writeMessage(data).onFailure(OriginConnection::heardOnClose);
    }

    private static void heardOnClose(Throwable failure) {}

    boolean isFull() {
        return socket.writeQueueFull();
    }

    void onDrain(Runnable drained) {
        socket.drainHandler(done -> drained.run());
    }

    void read(boolean more) {
        if (more != reading) {
            reading = more;
            if (more) {
                socket.resume();
            } else {
                socket.pause();
            }
        }
    }

    /** Whether this connection had served another exchange before this one. */
    boolean isReused() {
        return used;
    }

    /** Whether any byte came since the request went out. */
    boolean byteCame() {
        return guard.byteCame();
    }

    /** Whether bytes came that belong to no answer. */
    boolean hasResidue() {
        return guard.hasResidue();
    }

    boolean isClosed() {
        return closed;
    }

    long idleUntil() {
        return idleUntil;
    }

    String remoteAddress() {
        SocketAddress address = socket.remoteAddress();
        return address == null ? "" : address.toString();
    }

    /** The exchange is over and left the connection clean: it may serve another until {@code until}. */
    void release(long until) {
        use = null;
        used = true;
        idleUntil = until;
        socket.drainHandler(null);
        read(true);
        pool.release(this);
    }

    /** Closes; what still arrives is dropped. */
    void close() {
        use = null;
        pool.lost(this);
        // Parts already decoded are flushed out of the socket's queue and released by received().
        read(true);
        // Not the socket's own close: it would wait for as long as the origin doesn't read what was written.
        socket.channelHandlerContext().close().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
    }

    /** Gives the socket away, paused, as a plain one: the answer was 101. */
    NetSocket detach() {
        use = null;
        socket.drainHandler(null);
        socket.endHandler(null);
        socket.exceptionHandler(null);
        socket.messageHandler(null);
        socket.pause();
        ChannelPipeline pipeline = socket.channelHandlerContext().pipeline();
        pipeline.remove(DECODER);
        pipeline.remove(guard);
        return socket;
    }

    private void received(Object part) {
        Use current = use;
        if (current == null) {
            ReferenceCountUtil.release(part);
            if (!closed) {
                close();
            }
        } else {
            current.received(part);
        }
    }

    private void broke(Throwable cause) {
        Use current = use;
        if (current != null) {
            current.broke(cause);
        }
    }

    private void ended() {
        Use current = use;
        if (current != null) {
            current.ended();
        }
        close();
    }

    private void closed() {
        closed = true;
        pool.lost(this);
    }
}
