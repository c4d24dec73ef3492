package dev.weir.edge.upstream;

import dev.weir.http.ProxyError;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection of HTTP/2 to an origin, with many exchanges at a time. It takes no more once the origin says GOAWAY, and
 * closes behind the last. Lives on a single event loop.
 */
final class MultiplexedConnection implements PooledConnection, Http2Codec.Owner {
    /** Streams opened while the origin has not said how many it takes (no fewer, RFC 9113 §6.5.2 recommends). */
    static final int FIRST_STREAMS = 100;

    /** Streams at a time, whatever the origin takes. */
    private static final int STREAMS = 256;
    /** Streams in all, well below what their numbers allow. */
    private static final int STREAMS_EVER = 1 << 29;
    /** When a stream is given up and nothing has come for so long, the origin is asked whether it is still there. */
    private static final Duration SILENCE = Duration.ofSeconds(1);

    private static final Duration PING = Duration.ofSeconds(5);

    private final NetSocketInternal socket;
    private final ContextInternal vertx;
    private final TargetPool pool;
    private final Http2Codec codec;
    private final ChannelHandlerContext context;
    private final IntObjectMap<MultiplexedStream> streams = new IntObjectHashMap<>();
    /** Places taken. */
    private int active;

    private int opened;
    private boolean greeted;
    private boolean draining;
    private boolean closed;
    private boolean asking;
    private long asked;
    private long idleUntil;

    MultiplexedConnection(NetSocket connected, TargetPool pool, int headBytes) {
        this.socket = (NetSocketInternal) connected;
        this.pool = pool;
        this.idleUntil = System.nanoTime() + Http1Connection.UNUSED.toNanos();
        this.vertx = ((ConnectionBase) connected).context();
        this.codec = Http2Codec.of(this, vertx, headBytes);
        ChannelPipeline pipeline = socket.channelHandlerContext().pipeline();
        pipeline.addBefore(socket.channelHandlerContext().name(), Http2Codec.NAME, codec);
        this.context = pipeline.context(codec);
        codec.widen(STREAMS);
        context.flush();
        socket.messageHandler(this::early);
        // The end that follows says all that counts.
        socket.exceptionHandler(failure -> {});
        channel().closeFuture().addListener(done -> onContext(this::closed));
    }

    /** Netty calls outside the context that exchanges live on. */
    private void onContext(Runnable work) {
        ContextInternal before = vertx.beginDispatch();
        try {
            work.run();
        } finally {
            vertx.endDispatch(before);
        }
    }

    private Channel channel() {
        return socket.channelHandlerContext().channel();
    }

    /** Octets that came with the end of the handshake, when no codec stood there yet. */
    private void early(Object octets) {
        if (octets instanceof ByteBuf && context.pipeline().context(codec) != null) {
            codec.takes(context, octets);
        } else {
            ReferenceCountUtil.release(octets);
        }
    }

    // As the pool sees it.

    @Override
    public OriginStream open() {
        active++;
        return new MultiplexedStream(this, opened++ > 0);
    }

    @Override
    public boolean hasRoom() {
        int most = Math.min(
                greeted ? STREAMS : FIRST_STREAMS, codec.connection().local().maxActiveStreams());
        return active < most && !draining && !asking && !closed && channel().isActive();
    }

    @Override
    public boolean isIdle() {
        return active == 0;
    }

    @Override
    public boolean isClosed() {
        return closed || !channel().isActive();
    }

    @Override
    public long idleUntil() {
        return idleUntil;
    }

    @Override
    public boolean isDead(long nowNanos) {
        return asking && nowNanos - asked > PING.toNanos();
    }

    @Override
    public void close() {
        draining = true;
        pool.lost(this);
        var unused = codec.goAway(context, 0, Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER, promise());
        context.flush();
        context.close().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
    }

    private void closed() {
        closed = true;
        pool.lost(this);
    }

    private void retire() {
        draining = true;
        if (active == 0) {
            close();
        } else {
            pool.retired(this);
        }
    }

    // What streams do. Where writing fails, the stream or the connection is closed, which is heard of.

    String remoteAddress() {
        SocketAddress address = socket.remoteAddress();
        return address == null ? "" : address.toString();
    }

    /** Sends a head on a new stream and gives its number. */
    int start(MultiplexedStream stream, Http2Headers block, boolean last) {
        int id = codec.connection().local().incrementAndGetNextStreamId();
        streams.put(id, stream);
        ChannelPromise sent = promise();
        var unused = codec.encoder().writeHeaders(context, id, block, 0, last, sent);
        // Not at once: whoever begins isn't ready to hear of a failure.
        sent.addListener(done -> {
            if (!done.isSuccess()) {
                context.executor().execute(() -> onContext(() -> notSent(id)));
            }
        });
        context.flush();
        return id;
    }

    private void notSent(int id) {
        MultiplexedStream stream = streams.get(id);
        if (stream != null && codec.connection().stream(id) == null) {
            gone(id);
        }
    }

    void data(int id, ByteBuf data, boolean last, Runnable written) {
        if (codec.connection().stream(id) == null) {
            data.release();
            return;
        }
        ChannelPromise sent = promise();
        sent.addListener(done -> onContext(written));
        var unused = codec.encoder().writeData(context, id, data, 0, last, sent);
        codec.flush(context);
    }

    void end(int id) {
        data(id, Unpooled.EMPTY_BUFFER, true, () -> {});
    }

    void end(int id, Http2Headers trailers) {
        if (codec.connection().stream(id) != null) {
            var unused = codec.encoder().writeHeaders(context, id, trailers, 0, true, promise());
            codec.flush(context);
        }
    }

    /** Content of this length has been read. */
    void credit(int id, int octets) {
        Http2Stream stream = codec.connection().stream(id);
        Http2LocalFlowController window = codec.connection().local().flowController();
        if (stream != null) {
            try {
                if (window.consumeBytes(stream, octets)) {
                    context.flush();
                }
            } catch (Http2Exception failure) {
                codec.onError(context, true, failure);
            }
        }
    }

    /** The connection is kept until then. */
    void keep(long until) {
        if (until - idleUntil > 0) {
            idleUntil = until;
        }
    }

    /** The answer is there to its end: content that still waits for credit isn't sent (RFC 9113 §8.1). */
    void leave(int id) {
        Http2Stream stream = codec.connection().stream(id);
        if (stream != null && stream.state().localSideOpen()) {
            var unused = codec.resetStream(context, id, Http2Error.CANCEL.code(), promise());
            context.flush();
        }
    }

    /** Nobody wants the answer on this stream any more. */
    void cancel(int id, long since) {
        if (codec.connection().stream(id) == null) {
            return;
        }
        var unused = codec.resetStream(context, id, Http2Error.CANCEL.code(), promise());
        long now = System.nanoTime();
        boolean silent = now - since > SILENCE.toNanos() && now - codec.lastRead() > SILENCE.toNanos();
        if (silent && !asking && channel().isActive()) {
            asking = true;
            asked = now;
            var unusedToo = codec.encoder().writePing(context, false, 0, promise());
            pool.released(this);
        }
        context.flush();
    }

    private ChannelPromise promise() {
        return context.newPromise();
    }

    // What the codec tells.

    @Override
    public @Nullable MultiplexedStream stream(int id) {
        return streams.get(id);
    }

    @Override
    public void settings() {
        greeted = true;
        pool.released(this);
    }

    @Override
    public void alive() {
        if (asking) {
            asking = false;
            pool.released(this);
        }
    }

    @Override
    public void goAway(int lastStream) {
        // First, so that nothing is tried again here.
        retire();
        for (MultiplexedStream stream : List.copyOf(streams.values())) {
            if (stream.id() > lastStream) {
                stream.unanswered(true);
            }
        }
    }

    @Override
    public void gone(int id) {
        MultiplexedStream stream = streams.remove(id);
        if (stream == null) {
            return;
        }
        active--;
        onContext(() -> {
            stream.unanswered(false);
            if (opened > STREAMS_EVER || (draining && active == 0)) {
                retire();
            } else {
                pool.released(this);
            }
        });
    }

    @Override
    public void failed(ProxyError type, String detail) {
        draining = true;
        onContext(() -> {
            pool.lost(this);
            for (MultiplexedStream stream : List.copyOf(streams.values())) {
                stream.broken(type, detail);
            }
        });
    }

    @Override
    public void malformed(int id, ProxyError type, String detail) {
        MultiplexedStream stream = streams.get(id);
        if (stream != null) {
            onContext(() -> stream.broken(type, detail));
        }
    }
}
