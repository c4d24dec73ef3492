package dev.weir.edge.listener;

import io.netty.channel.ChannelHandlerContext;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One moment by which something must have happened, moved often and cheaply: a timer that fires before a deadline that
 * has moved on goes to sleep again. Its time is that of the event loop it lives on.
 */
final class Deadline {
    private final Consumer<ChannelHandlerContext> passed;
    private boolean set;
    private long atNanos;
    private long timerNanos;
    private @Nullable ScheduledFuture<?> timer;

    /** Calls {@code passed} on the event loop when the deadline passes. */
    Deadline(Consumer<ChannelHandlerContext> passed) {
        this.passed = passed;
    }

    /** The deadline is {@code limit} from now. */
    void set(ChannelHandlerContext ctx, Duration limit) {
        set = true;
        atNanos = ctx.executor().ticker().nanoTime() + limit.toNanos();
        if (timer == null || timerNanos - atNanos > 0) {
            schedule(ctx, limit.toNanos());
        }
    }

    /** There is no deadline. */
    void clear() {
        set = false;
    }

    /** There is none any more, and no timer is left behind. */
    void cancel() {
        set = false;
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void schedule(ChannelHandlerContext ctx, long nanos) {
        if (timer != null) {
            timer.cancel(false);
        }
        timerNanos = atNanos;
        timer = ctx.executor().schedule(() -> check(ctx), nanos, TimeUnit.NANOSECONDS);
    }

    private void check(ChannelHandlerContext ctx) {
        timer = null;
        if (!set) {
            return;
        }
        long left = atNanos - ctx.executor().ticker().nanoTime();
        if (left > 0) {
            schedule(ctx, left);
        } else {
            set = false;
            passed.accept(ctx);
        }
    }
}
