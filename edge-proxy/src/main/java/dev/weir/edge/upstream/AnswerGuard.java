package dev.weir.edge.upstream;

import dev.weir.edge.wire.AnswerScan;
import dev.weir.edge.wire.HeadFault;
import dev.weir.http.ProxyError;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Stands between TLS and the decoder of a connection to an origin, and lets through only octets that belong to the answer
 * that is due and can be read in one way. A head goes on when it is whole, content as it comes. If an answer is malformed
 * a {@link BrokenAnswer} goes on in its place and the connection is closed. What stays above: what the fields mean, and
 * which answers fit the exchange.
 */
final class AnswerGuard extends ChannelInboundHandlerAdapter {
    static final String NAME = "guard";

    private static final int STATUS_LINE_BYTES = 8192;
    private static final int FIELDS = 1024;
    /** Octets of another protocol that may come before its reader is there. */
    private static final int EARLY_BYTES = 128 * 1024;

    private static final byte[] ANSWER = "HTTP/".getBytes(StandardCharsets.US_ASCII);

    private final AnswerScan answers;
    /** What has come and isn't let through: a head that isn't whole, or what follows a 101. */
    private @Nullable ByteBuf held;

    private boolean toHead;
    private boolean byteCame;
    private boolean residue;
    private boolean doubtful;
    private boolean refused;
    private boolean closeNotified;
    private boolean failed;

    AnswerGuard(int headBytes) {
        answers = new AnswerScan(STATUS_LINE_BYTES, headBytes, FIELDS);
    }

    /** Before a request goes out. */
    void expect(boolean answerToHead) {
        byteCame = false;
        toHead = answerToHead;
        answers.expect(answerToHead);
    }

    /** Whether any byte came since the request went out. */
    boolean byteCame() {
        return byteCame;
    }

    /** Whether bytes came that belong to no answer: this connection must not be used again. */
    boolean hasResidue() {
        return residue;
    }

    /** Whether the bytes that belong to no answer leave a doubt of the one before them: it must not be kept. */
    boolean isDoubtful() {
        return doubtful;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf in)) {
            ctx.fireChannelRead(message);
            return;
        }
        byteCame = true;
        if (refused || residue) {
            in.release();
            return;
        }
        ByteBuf all = held == null ? in : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), held, in);
        held = null;
        boolean unseen = answers.isUnseen();
        int end = answers.scan(all);
        if (end == AnswerScan.REFUSED) {
            all.release();
            refuse(ctx, broken(answers.fault()));
        } else if (end == all.writerIndex()) {
            ctx.fireChannelRead(all);
        } else if (answers.isOver()) {
            followed(ctx, all, end, unseen);
        } else {
            hold(ctx, all, end);
        }
    }

    /**
     * Octets came that belong to no answer. Behind a length an answer is whole all the same (RFC 9112 §6.3), unless what
     * follows looks like another answer. Otherwise, where the answer's head is there as well, nobody has seen anything of
     * it, and none of it goes on; but to HEAD, where many origins send the content all the same.
     */
    private void followed(ChannelHandlerContext ctx, ByteBuf all, int end, boolean unseen) {
        residue = true;
        doubtful = !answers.isEndedByLength() || mayBeAnswer(all, end);
        letThrough(ctx, all.writerIndex(doubtful && unseen && !toHead ? all.readerIndex() : end));
        refuse(ctx, new BrokenAnswer(ProxyError.HTTP_PROTOCOL_ERROR, "octets behind the answer"));
    }

    /** Whether the octets from {@code from} on begin like an answer, as far as they have come, line ends before it aside. */
    private static boolean mayBeAnswer(ByteBuf all, int from) {
        int start = from;
        while (start < all.writerIndex() && (all.getByte(start) == '\r' || all.getByte(start) == '\n')) {
            start++;
        }
        int length = Math.min(ANSWER.length, all.writerIndex() - start);
        for (int i = 0; i < length; i++) {
            if (all.getByte(start + i) != ANSWER[i]) {
                return false;
            }
        }
        return length > 0;
    }

    private static void letThrough(ChannelHandlerContext ctx, ByteBuf sound) {
        if (sound.isReadable()) {
            ctx.fireChannelRead(sound);
        } else {
            sound.release();
        }
    }

    private void hold(ChannelHandlerContext ctx, ByteBuf all, int end) {
        if (answers.isSwitched() && all.writerIndex() - end > EARLY_BYTES) {
            all.release();
            refuse(ctx, new BrokenAnswer(ProxyError.HTTP_UPGRADE_FAILED, "nobody takes the new protocol"));
            return;
        }
        ByteBuf sound = all.readRetainedSlice(end - all.readerIndex());
        held = all;
        // This may end the exchange, or take this handler away.
        letThrough(ctx, sound);
        if (held != null && held.refCnt() == 1) {
            // Else it grows for as long as every read ends within a head.
            held.discardSomeReadBytes();
        }
    }

    private void refuse(ChannelHandlerContext ctx, BrokenAnswer broken) {
        refused = true;
        ctx.fireChannelRead(broken);
        ctx.close().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
    }

    private static BrokenAnswer broken(HeadFault fault) {
        boolean tooLarge = fault == HeadFault.LINE_TOO_LONG
                || fault == HeadFault.HEAD_TOO_LARGE
                || fault == HeadFault.FIELDS_TOO_MANY;
        return new BrokenAnswer(
                tooLarge ? ProxyError.HTTP_RESPONSE_HEADER_SECTION_SIZE : ProxyError.HTTP_PROTOCOL_ERROR,
                fault.token());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        release();
        if (answers.isEndedByClose() && !refused && !isCleanEnd(ctx)) {
            // Nothing says that this close was the origin's intent (RFC 9112 §9.8).
            ctx.fireChannelRead(new BrokenAnswer(ProxyError.HTTP_RESPONSE_INCOMPLETE, "broken off"));
        }
        ctx.fireChannelInactive();
    }

    private boolean isCleanEnd(ChannelHandlerContext ctx) {
        return !failed && (closeNotified || ctx.pipeline().get(SslHandler.class) == null);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslCloseCompletionEvent close && close.isSuccess()) {
            closeNotified = true;
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        failed = true;
        ctx.fireExceptionCaught(cause);
    }

    /** The connection carries another protocol from here on: what was held is its first octets. */
    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        ByteBuf early = held;
        held = null;
        if (early != null) {
            letThrough(ctx, early);
            ctx.fireChannelReadComplete();
        }
    }

    private void release() {
        if (held != null) {
            held.release();
            held = null;
        }
    }
}
