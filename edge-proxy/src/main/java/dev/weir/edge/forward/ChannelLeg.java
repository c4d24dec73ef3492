package dev.weir.edge.forward;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.internal.net.NetSocketInternal;

/**
 * A TCP connection as a side of a tunnel. Bytes pass from channel to channel without being copied, and each direction
 * ends by itself (half-close). Over TLS that holds for what is sent only: when the other end ends its direction, the
 * connection is over.
 */
final class ChannelLeg implements TunnelLeg {
    /** Stands in the stream of bytes where the other end's FIN was. */
    private static final Object END_OF_INPUT = new Object();

    private final NetSocketInternal socket;
    private final Channel channel;
    private final boolean halfClosable;
    private boolean reading;
    private boolean over;

    ChannelLeg(NetSocketInternal socket) {
        this.socket = socket;
        this.channel = socket.channelHandlerContext().channel();
        this.halfClosable =
                channel instanceof DuplexChannel && channel.pipeline().get(SslHandler.class) == null;
    }

    private static final class EndOfInput extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                ctx.fireChannelRead(END_OF_INPUT);
                ctx.fireChannelReadComplete();
            } else {
                super.userEventTriggered(ctx, event);
            }
        }
    }

    @Override
    public void start(Taker taker) {
        if (halfClosable) {
            channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            channel.pipeline().addBefore(socket.channelHandlerContext().name(), "end-of-input", new EndOfInput());
        }
        socket.messageHandler(part -> received(part, taker));
        socket.exceptionHandler(failure -> {
            if (!over) {
                taker.broke();
            }
        });
        socket.endHandler(end -> {
            if (!over) {
                taker.closed();
            }
        });
        read(true);
    }

    private void received(Object part, Taker taker) {
        if (over) {
            ReferenceCountUtil.release(part);
        } else if (part == END_OF_INPUT) {
            taker.ended();
        } else if (part instanceof ByteBuf octets) {
            taker.data(octets);
        } else if (part instanceof Buffer early) {
            // What came before the tunnel took over.
            taker.data(((BufferInternal) early).getByteBuf());
        } else {
            ReferenceCountUtil.release(part);
        }
    }

    @Override
    public void read(boolean more) {
        if (more != reading) {
            reading = more;
            if (more) {
                socket.resume();
            } else {
                socket.pause();
            }
        }
    }

    @Override
    public void write(ByteBuf octets) {
        // Should it fail, the channel closes and the end handler hears of that. Netty releases what it can't write;
        // what
        // is still in Vert.x's own queue at the close fails with an exception of Vert.x, and isn't released.
        socket.writeMessage(octets).onFailure(failure -> {
            if (failure instanceof VertxException) {
                octets.release();
            }
        });
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
        // Netty's shutdownOutput drops what isn't written yet, so it waits its turn.
        return socket.writeMessage(Unpooled.EMPTY_BUFFER).compose(written -> shutdownOutput());
    }

    /** What the other end learns from: over TLS close_notify, then FIN. It may still send after that. */
    private Future<Void> shutdownOutput() {
        if (!(channel instanceof DuplexChannel duplex)) {
            return Future.succeededFuture();
        }
        Promise<Void> promise = Promise.promise();
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            duplex.shutdownOutput().addListener(done -> complete(promise, done));
        } else {
            tls.closeOutbound().addListener(notified -> {
                if (notified.isSuccess()) {
                    duplex.shutdownOutput().addListener(done -> complete(promise, done));
                } else {
                    complete(promise, notified);
                }
            });
        }
        return promise.future();
    }

    private static void complete(Promise<Void> promise, io.netty.util.concurrent.Future<?> done) {
        if (done.isSuccess()) {
            promise.tryComplete();
        } else {
            promise.tryFail(done.cause());
        }
    }

    @Override
    public void close() {
        over = true;
        // What is still in the socket's queue comes to received() and is released there.
        read(true);
        // Not the socket's own close: it would wait for as long as the other end doesn't read.
        socket.channelHandlerContext().close().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
    }

    @Override
    public void abort() {
        if (halfClosable) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        close();
    }
}
