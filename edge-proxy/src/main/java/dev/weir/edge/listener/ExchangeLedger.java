package dev.weir.edge.listener;

import dev.weir.http.FieldSyntax;
import dev.weir.http.HeaderFields;
import dev.weir.http.UpgradeField;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;

/**
 * Stands right behind the HTTP/1 encoder, sees the decoded request and the parts of its answer, and tells the {@link
 * HeadGuard} when the answer has been written, whether it is the connection's last, or whether it makes a tunnel of it.
 * Lives on a single event loop.
 */
// A write or close of Netty reports its failure to the pipeline and to the promise that was handed in.
@SuppressWarnings("FutureReturnValueIgnored")
final class ExchangeLedger extends ChannelDuplexHandler {
    static final String NAME = "ledger";

    private static final ByteBuf CRLF =
            Unpooled.unreleasableBuffer(Unpooled.directBuffer(2).writeBytes(new byte[] {'\r', '\n'}));
    private static final String HTTP2_SETTINGS = "http2-settings";

    private final HeadGuard guard;
    private final GuardedListener listener;
    private boolean placed;
    private boolean connect;
    private boolean answerBegun;
    private boolean lastExchange;
    private boolean cutOff;
    private HeaderFields trailers = HeaderFields.empty();

    ExchangeLedger(HeadGuard guard, GuardedListener listener) {
        this.guard = guard;
        this.listener = listener;
    }

    /** Places this behind the encoder, once; the codec must exist before the first head reaches it. */
    void place(ChannelHandlerContext guardContext) {
        if (placed) {
            return;
        }
        ChannelPipeline pipeline = guardContext.pipeline();
        if (pipeline.get("httpEncoder") == null) {
            // Vert.x builds the codec on the first bytes that are no HTTP/2 preface; its decoder skips an empty line.
            guardContext.fireChannelRead(CRLF.duplicate());
        }
        pipeline.addAfter("httpEncoder", NAME, this);
        placed = true;
    }

    /** Whether a head has been let through. */
    boolean isPlaced() {
        return placed;
    }

    /** A request is about to be decoded. */
    void expectAnswer() {
        answerBegun = false;
    }

    /** Whether part of the final answer has been written. */
    boolean hasAnswerBegun() {
        return answerBegun;
    }

    /** The answer that is due ends the connection. Its head says so, whatever Vert.x makes of it for HTTP/1.0. */
    void makeLast() {
        lastExchange = true;
    }

    /** Nothing that is written from now on leaves. */
    void cutOff() {
        cutOff = true;
    }

    /** What followed the content of the request that was decoded last. */
    HeaderFields trailers() {
        return trailers;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpRequest request) {
            connect = request.method().equals(HttpMethod.CONNECT);
            lastExchange = request.decoderResult().isFailure() || isLast(request);
            withoutHttp(request);
            trailers = HeaderFields.empty();
        }
        if (message instanceof LastHttpContent last && !last.trailingHeaders().isEmpty()) {
            HeaderFields.Builder fields = HeaderFields.builder();
            last.trailingHeaders().forEach(field -> fields.add(field.getKey(), field.getValue()));
            trailers = fields.build();
        }
        ctx.fireChannelRead(message);
    }

    /** HTTP/2 over clear text is by prior knowledge only; an Upgrade in HTTP/1.0 is ignored (RFC 9110 §7.8). */
    private static void withoutHttp(HttpRequest request) {
        HttpHeaders fields = request.headers();
        if (fields.contains(HTTP2_SETTINGS)) {
            fields.remove(HTTP2_SETTINGS);
        }
        if (!fields.contains(HttpHeaderNames.UPGRADE)) {
            return;
        }
        if (request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            withoutUpgrade(fields);
            return;
        }
        String others = UpgradeField.withoutHttp(fields.getAll(HttpHeaderNames.UPGRADE));
        if (others.isEmpty()) {
            withoutUpgrade(fields);
        } else {
            fields.set(HttpHeaderNames.UPGRADE, others);
        }
    }

    /** The field and the option of Connection that belongs to it. */
    private static void withoutUpgrade(HttpHeaders fields) {
        fields.remove(HttpHeaderNames.UPGRADE);
        List<String> options = new ArrayList<>();
        for (String line : fields.getAll(HttpHeaderNames.CONNECTION)) {
            options.addAll(FieldSyntax.list(line));
        }
        if (options.removeIf(option -> option.equalsIgnoreCase("upgrade"))) {
            if (options.isEmpty()) {
                fields.remove(HttpHeaderNames.CONNECTION);
            } else {
                fields.set(HttpHeaderNames.CONNECTION, String.join(", ", options));
            }
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (cutOff) {
            ReferenceCountUtil.release(message);
            promise.tryFailure(new ClosedChannelException());
            return;
        }
        if (!(message instanceof HttpObject)) {
            ctx.write(message, promise);
            return;
        }
        if (message instanceof HttpResponse response) {
            int status = response.status().code();
            if (status == HttpResponseStatus.SWITCHING_PROTOCOLS.code()
                    || (connect && response.status().codeClass() == HttpStatusClass.SUCCESS)) {
                answerBegun = true;
                guard.tunnelled();
                ctx.write(message, promise);
                return;
            }
            if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
                ctx.write(message, promise);
                return;
            }
            answerBegun = true;
            begin(response);
        }
        if (message instanceof LastHttpContent) {
            ChannelPromise written = promise.unvoid();
            ctx.write(message, written);
            guard.answered(ctx, lastExchange, written);
        } else {
            ctx.write(message, promise);
        }
    }

    /** Whether the message says that its connection ends with it; Vert.x looks at whole field lines only. */
    private static boolean isLast(HttpMessage message) {
        HttpHeaders fields = message.headers();
        if (!fields.contains(HttpHeaderNames.CONNECTION)) {
            return !message.protocolVersion().isKeepAliveDefault();
        }
        boolean kept = message.protocolVersion().isKeepAliveDefault();
        for (String line : fields.getAll(HttpHeaderNames.CONNECTION)) {
            if (FieldSyntax.listContains(line, "close")) {
                return true;
            }
            kept |= FieldSyntax.listContains(line, "keep-alive");
        }
        return !kept;
    }

    /** A refused CONNECT is the last answer: what came behind its head was meant for someone else. */
    private void begin(HttpResponse response) {
        lastExchange |= connect || listener.isDraining() || isLast(response);
        if (lastExchange) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
    }
}
