package dev.weir.edge.listener;

import dev.weir.edge.wire.HeadFault;
import dev.weir.edge.wire.MessageScan;
import dev.weir.runtime.config.ListenerTimeouts;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stands between TLS and Netty's decoder on every HTTP/1 connection and passes on nothing that can be read two ways.
 * Lives on a single event loop, one for each connection.
 *
 * <p>Every head is scanned whole before a byte of it goes on; the framing of its body is followed as it passes. What is
 * malformed is answered here and the connection closed, so that Netty never sees it.
 *
 * <p>Requests go on one at a time: the bytes behind a message are held, within a bound, until its answer has been
 * written ({@link ExchangeLedger} tells). That is what makes the rest simple. A refusal never lands in the middle of
 * another answer. After a last answer nothing more is run. Bytes behind a CONNECT or an Upgrade are still here when it
 * turns out what they are: they go to the tunnel, or are dropped with a refused CONNECT, or are the next request.
 *
 * <p>On HTTP/2 (by ALPN, or by its preface on clear text) the guard leaves its place to {@link Http2Guard}.
 */
// A write or close of Netty reports its failure to the pipeline and to the promise that was handed in.
@SuppressWarnings("FutureReturnValueIgnored")
final class HeadGuard extends ChannelDuplexHandler {
    static final String NAME = "guard";

    /** Held bytes above which the socket is not read any further. */
    private static final int HELD_ENOUGH = 64 * 1024;
    /** Held bytes above which the connection is given up; what one round of reads can bring on top of enough. */
    private static final int HELD_MOST = 4 * 1024 * 1024;
    /** Body bytes that are still taken after their answer was written. */
    private static final int DRAIN_MOST = 256 * 1024;

    private enum At {
        PREFACE,
        MESSAGE,
        /** The answer made this a tunnel; its socket is not there yet. */
        TUNNEL,
        /** Nothing that comes is read any more. */
        OVER
    }

    private final GuardedListener listener;
    private final ListenerTimeouts timeouts;
    private final MessageScan messages;
    private final ExchangeLedger ledger;
    private final Deadline deadline = new Deadline(this::deadlinePassed);
    private final LingeringClose ending;
    private At at;
    /** What has come and isn't passed on. */
    private @Nullable ByteBuf held;

    private boolean answerDue;
    private long drained;
    private boolean emptyLineSkipped;
    private boolean headBegun;
    private boolean advancing;
    private boolean stoppedReading;

    HeadGuard(GuardedListener listener, boolean tls) {
        this.listener = listener;
        timeouts = listener.timeouts();
        messages = new MessageScan(
                listener.limits().line().toInt(),
                listener.limits().head().toInt(),
                listener.limits().fields());
        ledger = new ExchangeLedger(this, listener);
        ending = new LingeringClose(listener, deadline);
        at = tls ? At.MESSAGE : At.PREFACE;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        if (at == At.PREFACE) {
            deadline.set(ctx, timeouts.head());
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        // First to the codec, which is built on it.
        ctx.fireUserEventTriggered(event);
        if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess() && !ctx.isRemoved()) {
            SslHandler ssl = ctx.pipeline().get(SslHandler.class);
            if (ssl != null && "h2".equals(ssl.applicationProtocol())) {
                standAside(ctx);
            } else {
                deadline.set(ctx, timeouts.head());
            }
        }
    }

    private void standAside(ChannelHandlerContext ctx) {
        ctx.pipeline().addAfter(NAME, Http2Guard.NAME, new Http2Guard(listener));
        if (held != null) {
            ByteBuf begun = held;
            held = null;
            ctx.fireChannelRead(begun);
        }
        ctx.pipeline().replace(this, IdleHttp2.NAME, new IdleHttp2(timeouts.idle()));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf in)) {
            ctx.fireChannelRead(message);
        } else if (at == At.OVER) {
            ending.drop(ctx, in);
        } else {
            held = held == null ? in : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), held, in);
            advance(ctx);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.fireChannelReadComplete();
        if (held != null && !answerDue && !ctx.channel().config().isAutoRead()) {
            // The codec saw nothing and won't ask for more.
            ctx.read();
        }
    }

    private void advance(ChannelHandlerContext ctx) {
        if (advancing) {
            return;
        }
        advancing = true;
        try {
            while (held != null && step(ctx, held)) {}
        } finally {
            advancing = false;
        }
        if (held != null && held.refCnt() == 1) {
            // Else it grows for as long as every read ends within a head.
            held.discardSomeReadBytes();
        }
    }

    /** Takes in what it can of {@code in}, which is {@link #held}; whether it is worth trying again. */
    private boolean step(ChannelHandlerContext ctx, ByteBuf in) {
        if (!in.isReadable()) {
            in.release();
            held = null;
            return waitForHead(ctx);
        }
        return switch (at) {
            case PREFACE -> preface(ctx, in);
            case MESSAGE -> {
                if (!messages.isAtHead()) {
                    yield body(ctx, in, in.readerIndex());
                }
                yield answerDue ? hold(ctx, in) : head(ctx, in);
            }
            case TUNNEL -> hold(ctx, in);
            case OVER -> false;
        };
    }

    private boolean preface(ChannelHandlerContext ctx, ByteBuf in) {
        Http2Preface preface = Http2Preface.at(in);
        if (preface == Http2Preface.WHOLE) {
            standAside(ctx);
        }
        at = preface == Http2Preface.OTHER ? At.MESSAGE : At.PREFACE;
        return at == At.MESSAGE;
    }

    private boolean head(ChannelHandlerContext ctx, ByteBuf in) {
        if (!emptyLineSkipped && in.getByte(in.readerIndex()) == '\r') {
            // One empty line ahead of a request is ignored (RFC 9112 §2.2).
            if (in.readableBytes() == 1) {
                return waitForHead(ctx);
            }
            if (in.getByte(in.readerIndex() + 1) == '\n') {
                in.skipBytes(2);
                emptyLineSkipped = true;
                return true;
            }
        }
        int length = messages.head(in);
        if (length == MessageScan.REFUSED) {
            refuse(ctx, messages.fault(), true);
            return false;
        }
        if (length == MessageScan.INCOMPLETE) {
            return waitForHead(ctx);
        }
        emptyLineSkipped = false;
        headBegun = false;
        return body(ctx, in, in.readerIndex() + length);
    }

    /** The time for a head runs from its first octet, and for the first head from accept or handshake. */
    private boolean waitForHead(ChannelHandlerContext ctx) {
        if (!headBegun && ledger.isPlaced()) {
            deadline.set(ctx, timeouts.head());
        }
        headBegun = true;
        return false;
    }

    /** Follows the body from {@code from} and passes on all up to its end, or to the end of {@code in}. */
    private boolean body(ChannelHandlerContext ctx, ByteBuf in, int from) {
        boolean withHead = from != in.readerIndex();
        int end = messages.body(in, from);
        if (end == MessageScan.REFUSED) {
            refuse(ctx, messages.fault(), withHead || isAnswerable());
            return false;
        }
        if (withHead) {
            ledger.place(ctx);
            ledger.expectAnswer();
            answerDue = true;
        } else if (!answerDue && (drained += end - from) > DRAIN_MOST) {
            over();
            ending.begin(ctx, ctx.newSucceededFuture());
            return false;
        }
        if (answerDue && messages.isAtHead()) {
            deadline.clear();
        } else if (answerDue) {
            deadline.set(ctx, timeouts.body());
        } else if (messages.isAtHead()) {
            deadline.set(ctx, timeouts.idle());
        }
        forward(ctx, in, end);
        return true;
    }

    /** Whether a request is running whose answer hasn't begun. */
    private boolean isAnswerable() {
        return answerDue && !ledger.hasAnswerBegun();
    }

    private void forward(ChannelHandlerContext ctx, ByteBuf in, int end) {
        if (end == in.writerIndex()) {
            held = null;
            ctx.fireChannelRead(in);
        } else {
            ctx.fireChannelRead(in.readRetainedSlice(end - in.readerIndex()));
        }
    }

    private boolean hold(ChannelHandlerContext ctx, ByteBuf in) {
        if (in.readableBytes() > HELD_MOST) {
            over();
            ctx.close();
        } else if (in.readableBytes() > HELD_ENOUGH && ctx.channel().config().isAutoRead()) {
            stoppedReading = true;
            ctx.channel().config().setAutoRead(false);
        }
        return false;
    }

    /** The ledger saw the last part of an answer on its way; {@code written} is done when it has left. */
    void answered(ChannelHandlerContext ledgerContext, boolean lastOfConnection, ChannelFuture written) {
        ChannelHandlerContext ctx = ledgerContext.pipeline().context(this);
        if (ctx == null || at == At.OVER) {
            return;
        }
        answerDue = false;
        if (lastOfConnection) {
            boolean everythingRead = messages.isAtHead() && held == null;
            over();
            deadline.set(ctx, timeouts.write());
            if (everythingRead) {
                written.addListener(done -> ctx.close());
            } else {
                written.addListener(done -> ending.begin(ctx, written));
            }
        } else if (!messages.isAtHead()) {
            drained = 0;
            deadline.set(ctx, timeouts.head());
        } else if (held == null) {
            deadline.set(ctx, timeouts.idle());
        } else if (!advancing) {
            ctx.executor().execute(() -> resume(ctx));
        }
    }

    private void resume(ChannelHandlerContext ctx) {
        if (ctx.isRemoved()) {
            return;
        }
        if (stoppedReading) {
            stoppedReading = false;
            ctx.channel().config().setAutoRead(true);
        }
        advance(ctx);
        ctx.fireChannelReadComplete();
    }

    /** The ledger saw an answer that makes the connection a tunnel. */
    void tunnelled() {
        if (at != At.OVER) {
            at = At.TUNNEL;
            deadline.clear();
        }
    }

    /** The tunnel's socket is in place: what was held is its first bytes, and the guard goes. */
    void release(ChannelHandlerContext ctx) {
        if (at != At.TUNNEL || ctx.isRemoved()) {
            return;
        }
        ByteBuf early = held;
        held = null;
        ctx.channel().config().setAutoRead(true);
        long quietMillis = timeouts.tunnel().toMillis();
        ctx.pipeline().addBefore("handler", "idle", new IdleStateHandler(0, 0, quietMillis, TimeUnit.MILLISECONDS));
        if (early != null) {
            ctx.fireChannelRead(early);
            ctx.fireChannelReadComplete();
        }
        ctx.pipeline().remove(this);
    }

    private void deadlinePassed(ChannelHandlerContext ctx) {
        if (ctx.isRemoved()) {
            return;
        }
        if (at == At.OVER) {
            ending.end(ctx);
        } else if (messages.isAtHead()) {
            if (held == null) {
                ctx.close();
            } else {
                refuse(ctx, HeadFault.SLOW, true);
            }
        } else if (!ctx.channel().config().isAutoRead()) {
            // It is us who don't read: the peer can't be blamed.
            deadline.set(ctx, timeouts.body());
        } else {
            refuse(ctx, HeadFault.SLOW, isAnswerable());
        }
    }

    /** Reports, answers if an answer can still be understood as one, and closes. */
    private void refuse(ChannelHandlerContext ctx, HeadFault fault, boolean answerable) {
        int length = held == null ? 0 : Math.min(held.readableBytes(), GuardedListener.EXCERPT);
        byte[] excerpt = held == null ? new byte[0] : MessageScan.copy(held, length);
        listener.refused(ctx.channel(), fault.token(), excerpt, length);
        boolean running = answerDue;
        over();
        ledger.cutOff();
        if (answerable && !(fault == HeadFault.REQUEST_LINE && Http2Preface.isFalseOne(excerpt, length))) {
            ending.begin(ctx, ctx.writeAndFlush(Unpooled.wrappedBuffer(fault.answer())));
        } else {
            ctx.close();
        }
        if (running) {
            ctx.fireExceptionCaught(new MalformedRequestException(fault.token()));
        }
    }

    private void over() {
        at = At.OVER;
        answerDue = false;
        deadline.clear();
        if (held != null) {
            held.release();
            held = null;
        }
    }

    /** A close that the codec asks for waits until the peer could read the answer. */
    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (!ending.isUnderWay()) {
            ctx.close(promise);
        } else if (!promise.isVoid()) {
            ctx.channel().closeFuture().addListener(closed -> promise.trySuccess());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        handlerRemoved(ctx);
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        over();
        deadline.cancel();
    }
}
