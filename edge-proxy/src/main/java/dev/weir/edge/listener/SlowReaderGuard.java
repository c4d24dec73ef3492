package dev.weir.edge.listener;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Closes a connection whose peer takes too little for too long: its buffer stayed full. Lives on a single event loop. */
// A write or close of Netty reports its failure to the pipeline and to the promise that was handed in.
@SuppressWarnings("FutureReturnValueIgnored")
final class SlowReaderGuard extends ChannelInboundHandlerAdapter {
    static final String NAME = "slowReaderGuard";

    private final GuardedListener listener;
    private @Nullable ScheduledFuture<?> timer;

    SlowReaderGuard(GuardedListener listener) {
        this.listener = listener;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        cancel();
        if (!ctx.channel().isWritable()) {
            Duration limit = listener.timeouts().write();
            timer = ctx.executor()
                    .schedule(
                            () -> {
                                listener.meters().slowReader();
                                ctx.close();
                            },
                            limit.toNanos(),
                            TimeUnit.NANOSECONDS);
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        cancel();
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        cancel();
    }

    private void cancel() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
