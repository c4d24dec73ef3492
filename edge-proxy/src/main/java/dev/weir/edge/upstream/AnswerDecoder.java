package dev.weir.edge.upstream;

import dev.weir.http.ProxyError;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import java.util.List;

/**
 * Netty's framing of answers, with what it doesn't know or doesn't tell: which request is being answered, whether a byte
 * came at all, whether bytes follow an answer, and whether a close that ends a body was a clean one (RFC 9112 §8, §9.8).
 */
final class AnswerDecoder extends HttpResponseDecoder {
    private static final int STATUS_LINE_BYTES = 8192;

    private boolean toHead;
    private boolean byteCame;
    private boolean finalHead;
    private boolean complete = true;
    private boolean residue;
    private boolean closeNotified;
    private boolean failed;

    AnswerDecoder(int headBytes) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(STATUS_LINE_BYTES)
                .setMaxHeaderSize(headBytes)
                .setMaxChunkSize(65536)
                .setUseRfc9112TransferEncoding(true));
    }

    /** Before a request goes out. */
    void expect(boolean answerToHead) {
        toHead = answerToHead;
        byteCame = false;
        finalHead = false;
        complete = false;
    }

    /** Whether any byte came since the request went out. */
    boolean byteCame() {
        return byteCame;
    }

    /** Whether bytes came that belong to no answer: this connection must not be used again. */
    boolean hasResidue() {
        return residue;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) throws Exception {
        byteCame = true;
        super.channelRead(ctx, msg);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        if (complete) {
            residue = true;
            in.skipBytes(in.readableBytes());
            ctx.close().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
            return;
        }
        super.decode(ctx, in, out);
        noteEnd(in, out);
    }

    @Override
    protected void decodeLast(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        if (complete) {
            return;
        }
        int before = out.size();
        super.decodeLast(ctx, in, out);
        boolean dirty = failed || (ctx.pipeline().get(SslHandler.class) != null && !closeNotified);
        if (dirty && out.size() > before && out.get(out.size() - 1) == LastHttpContent.EMPTY_LAST_CONTENT) {
            // Only a body that runs to the close ends here; nothing says that this close was the origin's intent.
            LastHttpContent broken = new DefaultLastHttpContent();
            broken.setDecoderResult(DecoderResult.failure(
                    ProxyFailure.of(ProxyError.HTTP_RESPONSE_INCOMPLETE, ProxyFailure.Source.ORIGIN, "broken off")));
            out.set(out.size() - 1, broken);
        }
    }

    private void noteEnd(ByteBuf in, List<Object> out) {
        for (int i = 0; i < out.size(); i++) {
            Object part = out.get(i);
            if (part instanceof HttpResponse response) {
                int status = response.status().code();
                finalHead = status == 101 || status >= 200;
            }
            if (part instanceof LastHttpContent && finalHead) {
                complete = true;
                residue |= in.isReadable();
            }
        }
    }

    /** Stricter than Netty about the status line (RFC 9112 §4): exact version, three digits. */
    @Override
    protected HttpMessage createMessage(String[] statusLine) {
        String version = statusLine[0];
        String status = statusLine[1];
        boolean strict = (version.equals("HTTP/1.1") || version.equals("HTTP/1.0")) && status.length() == 3;
        for (int i = 0; strict && i < 3; i++) {
            strict = status.charAt(i) >= '0' && status.charAt(i) <= '9';
        }
        if (!strict) {
            throw ProxyFailure.of(
                    ProxyError.HTTP_PROTOCOL_ERROR,
                    ProxyFailure.Source.ORIGIN,
                    "status line beginning with " + version + " (expected: HTTP/1.1 or HTTP/1.0 and three digits)");
        }
        return super.createMessage(statusLine);
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        int status =
                message instanceof HttpResponse response ? response.status().code() : 0;
        return toHead || (status >= 100 && status < 200) || status == 204 || status == 304;
    }

    @Override
    protected boolean isSwitchingToNonHttp1Protocol(HttpResponse response) {
        return false;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event instanceof SslCloseCompletionEvent close && close.isSuccess()) {
            closeNotified = true;
        }
        super.userEventTriggered(ctx, event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
        failed = true;
        super.exceptionCaught(ctx, cause);
    }
}
