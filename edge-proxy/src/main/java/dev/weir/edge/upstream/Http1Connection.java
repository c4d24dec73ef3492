package dev.weir.edge.upstream;

import dev.weir.http.HeaderFields;
import dev.weir.http.ProxyError;
import dev.weir.http.TrailerFields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One connection of HTTP/1.1 to an origin, which carries one exchange at a time (no pipelining). Every decoded part is
 * released here. Lives on a single event loop.
 */
final class Http1Connection implements PooledConnection, OriginStream {
    /** How long a connection is kept that came too late for the request it was made for. */
    static final Duration UNUSED = Duration.ofSeconds(5);

    private static final String DECODER = "answer";
    private static final byte[] CRLF = {'\r', '\n'};

    private final NetSocketInternal socket;
    private final AnswerGuard guard;
    private final AnswerDecoder decoder = new AnswerDecoder();
    private final TargetPool pool;
    private @Nullable Use use;
    private boolean taken;
    private boolean toHead;
    private boolean chunked;
    private boolean used;
    private boolean closed;
    private boolean reading = true;
    private long idleUntil;

    Http1Connection(NetSocket connected, TargetPool pool, int headBytes) {
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
        // The end that follows says all that counts.
        socket.exceptionHandler(Http1Connection::heardOnClose);
        socket.endHandler(end -> ended());
        // Not the socket's close handler: a tunnel that takes the socket over sets its own.
        socket.channelHandlerContext().channel().closeFuture().addListener(done -> closed());
    }

    @Override
    public OriginStream open() {
        taken = true;
        return this;
    }

    @Override
    public boolean hasRoom() {
        return !taken && !closed;
    }

    @Override
    public boolean isIdle() {
        return !taken;
    }

    @Override
    public boolean isDead(long nowNanos) {
        return false;
    }

    @Override
    public void begin(Use newUse, RequestHead head) {
        use = newUse;
        toHead = head.isHead();
        chunked = head.isChunked();
        guard.expect(toHead);
        decoder.expect(toHead);
        write(Unpooled.wrappedBuffer(head.octets()));
    }

    @Override
    public void content(ByteBuf data) {
        write(chunked ? chunk(data) : data);
    }

    @Override
    public void end(HeaderFields trailers) {
        if (chunked) {
            write(Unpooled.wrappedBuffer(RequestHead.lastChunk(trailers)));
        }
    }

    private static ByteBuf chunk(ByteBuf data) {
        byte[] size = (Integer.toHexString(data.readableBytes()) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        return Unpooled.wrappedBuffer(Unpooled.wrappedBuffer(size), data, Unpooled.wrappedBuffer(CRLF));
    }

    private void write(ByteBuf data) {
        // Should it fail, the connection closes and the exchange hears of that.
        socket.writeMessage(data).onFailure(Http1Connection::heardOnClose);
    }

    private static void heardOnClose(Throwable failure) {}

    @Override
    public boolean isFull() {
        return socket.writeQueueFull();
    }

    @Override
    public void onDrain(Runnable drained) {
        socket.drainHandler(done -> drained.run());
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
    public boolean isReused() {
        return used;
    }

    @Override
    public boolean isFollowed() {
        return guard.isDoubtful();
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public long idleUntil() {
        return idleUntil;
    }

    @Override
    public String remoteAddress() {
        SocketAddress address = socket.remoteAddress();
        return address == null ? "" : address.toString();
    }

    @Override
    public void release(long until) {
        if (closed || guard.hasResidue() || until - System.nanoTime() <= 0) {
            close();
            return;
        }
        use = null;
        used = true;
        taken = false;
        idleUntil = until;
        socket.drainHandler(null);
        read(true);
        pool.released(this);
    }

    /** Closes; what still arrives is dropped. */
    @Override
    public void close() {
        use = null;
        pool.lost(this);
        // Parts already decoded are flushed out of the socket's queue and released by received().
        read(true);
        // Not the socket's own close: it would wait for as long as the origin doesn't read what was written.
        socket.channelHandlerContext().close().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
    }

    @Override
    public NetSocket detach() {
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
        try {
            if (current != null) {
                hand(part, current);
            } else if (!closed) {
                close();
            }
        } finally {
            ReferenceCountUtil.release(part);
        }
    }

    private void hand(Object part, Use current) {
        if (part instanceof BrokenAnswer broken) {
            current.broken(broken.type(), broken.detail());
        } else if (part instanceof ByteBuf) {
            // It came with the end of the handshake, when no guard stood there yet.
            current.broken(ProxyError.HTTP_PROTOCOL_ERROR, "octets before the request");
        } else if (part instanceof HttpObject object && object.decoderResult().isFailure()) {
            // Not for what an origin sent: the guard and the decoder disagree.
            current.broken(
                    ProxyError.HTTP_PROTOCOL_ERROR,
                    "decoder: " + object.decoderResult().cause());
        } else if (part instanceof HttpResponse response) {
            current.head(AnswerHead.of(response, toHead));
        } else if (part instanceof HttpContent content) {
            content(content, current);
        }
    }

    private void content(HttpContent content, Use current) {
        if (content.content().isReadable()) {
            byte[] octets = new byte[content.content().readableBytes()];
            content.content().readBytes(octets);
            current.content(Buffer.buffer(octets));
        }
        if (content instanceof LastHttpContent last && use == current) {
            current.complete(trailers(last));
        }
    }

    private static HeaderFields trailers(LastHttpContent last) {
        if (last.trailingHeaders().isEmpty()) {
            return HeaderFields.empty();
        }
        HeaderFields.Builder trailers = HeaderFields.builder();
        for (Map.Entry<String, String> field : last.trailingHeaders()) {
            if (!TrailerFields.isForbidden(field.getKey())) {
                trailers.add(field.getKey(), field.getValue());
            }
        }
        return trailers.build();
    }

    private void ended() {
        Use current = use;
        if (current != null && guard.byteCame()) {
            current.broken(ProxyError.HTTP_RESPONSE_INCOMPLETE, "closed within its answer");
        } else if (current != null) {
            current.unanswered(false);
        }
        close();
    }

    private void closed() {
        closed = true;
        pool.lost(this);
    }
}
