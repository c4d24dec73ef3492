package dev.weir.edge.listener;

import dev.weir.edge.wire.MessageScan;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.AttributeKey;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Stands first on every connection of a listener with {@code proxy-protocol}: takes the PROXY header off, makes the
 * address in it that of the connection's peer, and goes. Nothing behind it, TLS included, has seen an octet by then. A
 * connection without a sound header in time is closed without an answer. Lives on a single event loop.
 */
// A write or close of Netty reports its failure to the pipeline and to the promise that was handed in.
@SuppressWarnings("FutureReturnValueIgnored")
final class ProxyHeaderGate extends ChannelInboundHandlerAdapter {
    static final String NAME = "proxyHeader";

    /** The client, by the header. Vert.x's own note of it is gone once a connection has read it. */
    static final AttributeKey<SocketAddress> TOLD = AttributeKey.valueOf(ProxyHeaderGate.class, "told");

    private final GuardedListener listener;
    private final Deadline deadline = new Deadline(ctx -> refuse(ctx, "proxy-header-slow"));
    private @Nullable ByteBuf held;
    private boolean over;

    ProxyHeaderGate(GuardedListener listener) {
        this.listener = listener;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        deadline.set(ctx, listener.timeouts().head());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf in)) {
            ctx.fireChannelRead(message);
        } else if (over || !in.isReadable()) {
            in.release();
        } else {
            held = held == null ? in : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), held, in);
            judge(ctx, held);
        }
    }

    private void judge(ChannelHandlerContext ctx, ByteBuf in) {
        ProxyHeader header = ProxyHeader.of(in);
        if (header instanceof ProxyHeader.Refused refused) {
            refuse(ctx, refused.why());
        } else if (header instanceof ProxyHeader.Read read) {
            InetSocketAddress peer = read.source()
                    .orElseGet(() -> (InetSocketAddress) ctx.channel().remoteAddress());
            if (listener.admitClient(ctx.channel(), peer.getAddress())) {
                read.source().ifPresent(source -> take(ctx, source));
                pass(ctx, in.skipBytes(read.length()));
            } else {
                end(ctx);
            }
        }
    }

    private static void take(ChannelHandlerContext ctx, InetSocketAddress source) {
        SocketAddress told = SocketAddress.inetSocketAddress(source);
        ctx.channel().attr(TOLD).set(told);
        ctx.channel().attr(ConnectionBase.REMOTE_ADDRESS_OVERRIDE).set(told);
    }

    private void pass(ChannelHandlerContext ctx, ByteBuf in) {
        over = true;
        held = null;
        deadline.cancel();
        if (in.isReadable()) {
            ctx.fireChannelRead(in);
        } else {
            in.release();
        }
        ctx.pipeline().remove(this);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.fireChannelReadComplete();
        if (!over && !ctx.channel().config().isAutoRead()) {
            // Nothing behind saw anything, so nothing behind will ask for more.
            ctx.read();
        }
    }

    private void refuse(ChannelHandlerContext ctx, String why) {
        if (over) {
            return;
        }
        int length = held == null ? 0 : Math.min(held.readableBytes(), GuardedListener.EXCERPT);
        byte[] excerpt = held == null ? new byte[0] : MessageScan.copy(held, length);
        listener.refused(ctx.channel(), why, excerpt, length);
        end(ctx);
    }

    private void end(ChannelHandlerContext ctx) {
        letGo();
        ctx.close();
    }

    private void letGo() {
        over = true;
        deadline.cancel();
        if (held != null) {
            held.release();
            held = null;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (held == null && !over) {
            // Balancers look so whether somebody listens.
            listener.meters().connectionEmpty();
            letGo();
        } else {
            refuse(ctx, "proxy-header-missing");
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        letGo();
    }
}
