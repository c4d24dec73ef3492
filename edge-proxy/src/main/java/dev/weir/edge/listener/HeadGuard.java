package dev.weir.edge.listener;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
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
 * <p>On HTTP/2 (by ALPN, or by its preface on clear text) the guard leaves.
 */
// A write or close of Netty reports its failure to the pipeline and to the promise that was handed in.
@SuppressWarnings("FutureReturnValueIgnored")
final class HeadGuard extends ChannelDuplexHandler {
    static final String NAME = "guard";

    private static final ByteBuf CRLF =
            Unpooled.unreleasableBuffer(Unpooled.directBuffer(2).writeBytes(new byte[] {'\r', '\n'}));
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int LARGEST_TRAILER = 8 * 1024;
    /** Held bytes above which the socket is not read any further. */
    private static final int HELD_ENOUGH = 64 * 1024;
    /** Held bytes above which the connection is given up; what one round of reads can bring on top of enough. */
    private static final int HELD_MOST = 4 * 1024 * 1024;
    /** Body bytes that are still taken after their answer was written. */
    private static final int DRAIN_MOST = 256 * 1024;
    /** How long a peer may go on sending to a connection that is over, so that it reads the answer first. */
    private static final Duration LINGER = Duration.ofSeconds(2);

    private static final int LINGER_MOST = 1024 * 1024;

    private static final FastThreadLocal<byte[]> SCRATCH = new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
            return new byte[16 * 1024];
        }
    };

    private enum At {
        PREFACE,
        HEAD,
        LENGTH,
        CHUNKED,
        /** The answer made this a tunnel; its socket is not there yet. */
        TUNNEL,
        /** Nothing that comes is read any more. */
        OVER
    }

    private final GuardedListener listener;
    private final HeadScanner scanner;
    private final ChunkScanner chunks = new ChunkScanner(LARGEST_TRAILER);
    private final ExchangeLedger ledger;
    private At at;
    private @Nullable ByteBuf held;
    private long remaining;
    private long drained;
    private boolean ledgerPlaced;
    private boolean emptyLineSkipped;
    private boolean answerDue;
    private boolean advancing;
    private boolean stoppedReading;
    private boolean lingering;
    private long deadlineNanos;
    private boolean deadlineSet;
    private long timerNanos;
    private @Nullable ScheduledFuture<?> timer;

    HeadGuard(GuardedListener listener, boolean tls) {
        this.listener = listener;
        this.scanner = new HeadScanner(
                listener.limits().line().toInt(),
                listener.limits().head().toInt(),
                listener.limits().fields());
        this.ledger = new ExchangeLedger(this, listener);
        this.at = tls ? At.HEAD : At.PREFACE;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        if (at == At.PREFACE) {
            expect(ctx, listener.timeouts().head());
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        ctx.fireUserEventTriggered(event);
        if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess() && !ctx.isRemoved()) {
            SslHandler ssl = ctx.pipeline().get(SslHandler.class);
            if (ssl != null && "h2".equals(ssl.applicationProtocol())) {
                standAside(ctx);
            } else {
                expect(ctx, listener.timeouts().head());
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf in)) {
            ctx.fireChannelRead(message);
            return;
        }
        if (at == At.OVER) {
            drop(ctx, in);
            return;
        }
        held = held == null ? in : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), held, in);
        advance(ctx);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.fireChannelReadComplete();
        if (held != null && !answerDue && !ctx.channel().config().isAutoRead()) {
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
    }

    /** Takes in what it can of {@code in}, which is {@link #held}; whether it is worth trying again. */
    private boolean step(ChannelHandlerContext ctx, ByteBuf in) {
        if (!in.isReadable()) {
            in.release();
            held = null;
            return false;
        }
        return switch (at) {
            case PREFACE -> preface(ctx, in);
            case HEAD -> answerDue ? hold(ctx, in) : head(ctx, in);
            case LENGTH, CHUNKED -> body(ctx, in, in.readerIndex());
            case TUNNEL -> hold(ctx, in);
            case OVER -> false;
        };
    }

    private boolean preface(ChannelHandlerContext ctx, ByteBuf in) {
        int length = Math.min(in.readableBytes(), PREFACE.length);
        for (int i = 0; i < length; i++) {
            if (in.getByte(in.readerIndex() + i) != PREFACE[i]) {
                at = At.HEAD;
                return true;
            }
        }
        if (length == PREFACE.length) {
            held = null;
            ctx.fireChannelRead(in);
            standAside(ctx);
        }
        return false;
    }

    private void standAside(ChannelHandlerContext ctx) {
        ctx.pipeline()
                .replace(this, IdleHttp2.NAME, new IdleHttp2(listener.timeouts().idle()));
    }

    private boolean head(ChannelHandlerContext ctx, ByteBuf in) {
        int from = in.readerIndex();
        if (!emptyLineSkipped && in.getByte(from) == '\r') {
            // One empty line ahead of a request is ignored (RFC 9112 §2.2).
            if (in.readableBytes() == 1) {
                expectOnce(ctx, listener.timeouts().head());
                return false;
            }
            if (in.getByte(from + 1) == '\n') {
                in.skipBytes(2);
                emptyLineSkipped = true;
                return true;
            }
        }
        int length = Math.min(in.readableBytes(), scanner.capacity() + 1);
        byte[] bytes = scratch(length);
        in.getBytes(from, bytes, 0, length);
        int headLength = scanner.scan(bytes, length);
        if (headLength == HeadScanner.INCOMPLETE) {
            expectOnce(ctx, listener.timeouts().head());
            return false;
        }
        if (headLength == HeadScanner.REFUSED) {
            refuse(ctx, scanner.fault(), true, bytes, length);
            return false;
        }
        deadlineSet = false;
        emptyLineSkipped = false;
        remaining = scanner.contentLength();
        at = scanner.isChunked() ? At.CHUNKED : remaining > 0 ? At.LENGTH : At.HEAD;
        chunks.reset();
        scanner.reset();
        placeLedger(ctx);
        return body(ctx, in, from + headLength);
    }

    private static byte[] scratch(int length) {
        byte[] bytes = SCRATCH.get();
        if (bytes.length < length) {
            bytes = new byte[Integer.highestOneBit(length) << 1];
            SCRATCH.set(bytes);
        }
        return bytes;
    }

    /** Follows the body from {@code from} and passes on all up to its end, or to the end of {@code in}. */
    private boolean body(ChannelHandlerContext ctx, ByteBuf in, int from) {
        boolean first = from != in.readerIndex();
        int end = from;
        if (at == At.LENGTH) {
            int taken = (int) Math.min(remaining, in.writerIndex() - from);
            remaining -= taken;
            end += taken;
            if (remaining == 0) {
                at = At.HEAD;
            }
        } else if (at == At.CHUNKED) {
            end = chunks.scan(in, from, in.writerIndex());
            if (end == ChunkScanner.REFUSED) {
                int length = Math.min(in.readableBytes(), GuardedListener.EXCERPT);
                byte[] bytes = scratch(length);
                in.getBytes(in.readerIndex(), bytes, 0, length);
                boolean answerable = first || (answerDue && !ledger.hasAnswerBegun());
                refuse(ctx, chunks.fault(), answerable, bytes, length);
                return false;
            }
            if (chunks.isDone()) {
                at = At.HEAD;
            }
        }
        if (first) {
            answerDue = true;
            ledger.expectAnswer();
        } else if (!answerDue && (drained += end - from) > DRAIN_MOST) {
            over();
            linger(ctx, ctx.newSucceededFuture());
            return false;
        }
        if (at == At.HEAD) {
            deadlineSet = false;
        } else {
            expect(
                    ctx,
                    answerDue ? listener.timeouts().body() : listener.timeouts().head());
        }
        forward(ctx, in, end);
        return true;
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

    /** The codec must exist before the first head reaches it; then the ledger can stand behind its encoder. */
    private void placeLedger(ChannelHandlerContext ctx) {
        if (ledgerPlaced) {
            return;
        }
        ChannelPipeline pipeline = ctx.pipeline();
        if (pipeline.get("httpEncoder") == null) {
            // Vert.x builds the HTTP/1 codec when it has seen bytes that are no HTTP/2 preface; the decoder skips
            // these.
            ctx.fireChannelRead(CRLF.duplicate());
        }
        pipeline.addAfter("httpEncoder", ExchangeLedger.NAME, ledger);
        ledgerPlaced = true;
    }

    /** The ledger saw the last part of an answer on its way; {@code written} is done when it has left. */
    void answered(ChannelHandlerContext ledgerContext, boolean lastOfConnection, ChannelFuture written) {
        ChannelHandlerContext ctx = ledgerContext.pipeline().context(this);
        if (ctx == null || at == At.OVER) {
            return;
        }
        answerDue = false;
        if (lastOfConnection) {
            boolean everythingRead = at == At.HEAD && held == null;
            over();
            if (everythingRead) {
                written.addListener(done -> ctx.close());
            } else {
                written.addListener(done -> linger(ctx, written));
            }
        } else if (at != At.HEAD) {
            drained = 0;
            expect(ctx, listener.timeouts().head());
        } else if (held == null) {
            expect(ctx, listener.timeouts().idle());
        } else if (!advancing) {
            ctx.executor().execute(() -> resume(ctx));
        }
    }

    /** The ledger saw an answer that makes the connection a tunnel. */
    void tunnelled() {
        if (at != At.OVER) {
            at = At.TUNNEL;
            deadlineSet = false;
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
        long quietMillis = listener.timeouts().tunnel().toMillis();
        ctx.pipeline().addBefore("handler", "idle", new IdleStateHandler(0, 0, quietMillis, TimeUnit.MILLISECONDS));
        if (early != null) {
            ctx.fireChannelRead(early);
            ctx.fireChannelReadComplete();
        }
        ctx.pipeline().remove(this);
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

    /** Reports, answers if an answer can still be understood as one, and closes. */
    private void refuse(ChannelHandlerContext ctx, HeadFault fault, boolean answerable, byte[] bytes, int length) {
        boolean running = answerDue;
        listener.refused(ctx.channel().remoteAddress(), fault.token(), bytes, length);
        over();
        ledger.cutOff();
        if (answerable) {
            linger(ctx, ctx.writeAndFlush(answer(fault)));
        } else {
            ctx.close();
        }
        if (running) {
            ctx.fireExceptionCaught(new MalformedRequestException(fault.token()));
        }
    }

    private static ByteBuf answer(HeadFault fault) {
        return Unpooled.copiedBuffer(
                "HTTP/1.1 " + HttpResponseStatus.valueOf(fault.status())
                        + "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
                StandardCharsets.US_ASCII);
    }

    private void over() {
        at = At.OVER;
        answerDue = false;
        deadlineSet = false;
        if (held != null) {
            held.release();
            held = null;
        }
    }

    /**
     * Ends our side once {@code written} has left, and takes what the peer still sends, for a while: a close at once
     * could reset the connection before the peer has read the answer.
     */
    private void linger(ChannelHandlerContext ctx, ChannelFuture written) {
        lingering = true;
        drained = 0;
        cancelTimer();
        timer = ctx.executor().schedule(() -> endLingering(ctx), LINGER.toMillis(), TimeUnit.MILLISECONDS);
        ctx.channel().config().setAutoRead(true);
        written.addListener(done -> {
            SslHandler ssl = ctx.pipeline().get(SslHandler.class);
            if (!done.isSuccess()) {
                endLingering(ctx);
            } else if (ssl == null) {
                endOutput(ctx);
            } else {
                ssl.closeOutbound().addListener(closed -> endOutput(ctx));
            }
        });
    }

    private void endOutput(ChannelHandlerContext ctx) {
        if (ctx.channel() instanceof DuplexChannel channel && channel.isActive()) {
            channel.shutdownOutput();
        }
    }

    private void endLingering(ChannelHandlerContext ctx) {
        lingering = false;
        ctx.close();
    }

    private void drop(ChannelHandlerContext ctx, ByteBuf in) {
        drained += in.readableBytes();
        in.release();
        if (lingering && drained > LINGER_MOST) {
            endLingering(ctx);
        }
    }

    /** Closes that the codec asks for wait until the peer could read the answer. */
    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (lingering) {
            ctx.channel().closeFuture().addListener(closed -> {
                if (!promise.isVoid()) {
                    promise.trySuccess();
                }
            });
        } else {
            ctx.close(promise);
        }
    }

    /** Something must be complete within {@code limit} from now. */
    private void expect(ChannelHandlerContext ctx, Duration limit) {
        deadlineSet = true;
        deadlineNanos = System.nanoTime() + limit.toNanos();
        if (timer == null || timerNanos - deadlineNanos > 0) {
            schedule(ctx, limit.toNanos());
        }
    }

    private void schedule(ChannelHandlerContext ctx, long nanos) {
        cancelTimer();
        timerNanos = deadlineNanos;
        timer = ctx.executor().schedule(() -> checkDeadline(ctx), nanos, TimeUnit.NANOSECONDS);
    }

    /** As {@link #expect}, unless something is expected already. */
    private void expectOnce(ChannelHandlerContext ctx, Duration limit) {
        if (!deadlineSet) {
            expect(ctx, limit);
        }
    }

    private void checkDeadline(ChannelHandlerContext ctx) {
        timer = null;
        if (!deadlineSet || at == At.OVER || ctx.isRemoved()) {
            return;
        }
        long left = deadlineNanos - System.nanoTime();
        if (left > 0) {
            schedule(ctx, left);
        } else if (at != At.HEAD && at != At.PREFACE && !ctx.channel().config().isAutoRead()) {
            // It is us who don't read: the peer can't be blamed.
            expect(ctx, listener.timeouts().body());
        } else if (held == null && at != At.LENGTH && at != At.CHUNKED) {
            ctx.close();
        } else {
            boolean answerable = !bodyBegun() || (answerDue && !ledger.hasAnswerBegun());
            int length = held == null ? 0 : Math.min(held.readableBytes(), GuardedListener.EXCERPT);
            byte[] bytes = scratch(length);
            if (held != null) {
                held.getBytes(held.readerIndex(), bytes, 0, length);
            }
            refuse(ctx, HeadFault.SLOW, answerable, bytes, length);
        }
    }

    private boolean bodyBegun() {
        return at == At.LENGTH || at == At.CHUNKED;
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        cancelTimer();
        over();
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        cancelTimer();
        over();
    }
}
