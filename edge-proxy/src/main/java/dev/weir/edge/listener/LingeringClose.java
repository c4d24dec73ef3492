package dev.weir.edge.listener;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;

/**
 * The end of a connection whose peer may still be sending: our side ends once the last answer has left, and what comes is
 * taken and dropped for a while, as a close at once could reset the connection before the peer has read the answer (RFC
 * 9112 §9.6). Bounded in time, in octets, and in how many of a listener's connections may end so at once: beyond, the
 * connection closes behind the answer. Lives on a single event loop.
 */
// A write or close of Netty reports its failure to the pipeline and to the promise that was handed in.
@SuppressWarnings("FutureReturnValueIgnored")
final class LingeringClose {
    private static final Duration LONGEST = Duration.ofSeconds(2);
    private static final int MOST_OCTETS = 1024 * 1024;

    private final GuardedListener listener;
    private final Deadline deadline;
    private boolean underWay;
    private long dropped;

    /** @param deadline of the connection; {@link #end} is to be called when it passes */
    LingeringClose(GuardedListener listener, Deadline deadline) {
        this.listener = listener;
        this.deadline = deadline;
    }

    /** Ends our side once {@code written} is done; nothing is written any more. */
    void begin(ChannelHandlerContext ctx, ChannelFuture written) {
        if (!listener.mayLinger(ctx.channel())) {
            written.addListener(done -> ctx.close());
            return;
        }
        underWay = true;
        deadline.set(ctx, LONGEST);
        ctx.channel().config().setAutoRead(true);
        written.addListener(done -> {
            SslHandler ssl = ctx.pipeline().get(SslHandler.class);
            if (!done.isSuccess()) {
                end(ctx);
            } else if (ssl == null) {
                endOutput(ctx);
            } else {
                ssl.closeOutbound().addListener(closed -> endOutput(ctx));
            }
        });
    }

    private static void endOutput(ChannelHandlerContext ctx) {
        if (ctx.channel() instanceof DuplexChannel channel && channel.isActive()) {
            channel.shutdownOutput();
        }
    }

    /** Whether it has begun and the connection isn't closed yet. */
    boolean isUnderWay() {
        return underWay;
    }

    /** Takes what still comes. */
    void drop(ChannelHandlerContext ctx, ByteBuf in) {
        dropped += in.readableBytes();
        in.release();
        if (underWay && dropped > MOST_OCTETS) {
            end(ctx);
        }
    }

    /** Closes now. */
    void end(ChannelHandlerContext ctx) {
        underWay = false;
        ctx.close();
    }
}
