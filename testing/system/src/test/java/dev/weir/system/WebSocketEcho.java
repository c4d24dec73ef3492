package dev.weir.system;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;

/**
 * A WebSocket server that sends each frame back as it came, and closes on what breaks the protocol. Takes its port; ends
 * with its process.
 */
public final class WebSocketEcho extends ChannelInitializer<SocketChannel> {
    private static final int LARGEST_FRAME = 1 << 20;
    private static final int LARGEST_HEAD = 64 << 10;

    private WebSocketEcho() {}

    /** Serves until a signal ends it. */
    public static void main(String[] arguments) throws InterruptedException {
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new WebSocketEcho())
                .bind("127.0.0.1", Integer.parseInt(arguments[0]))
                .sync()
                .channel()
                .closeFuture()
                .sync();
    }

    @Override
    protected void initChannel(SocketChannel channel) {
        WebSocketServerProtocolConfig config = WebSocketServerProtocolConfig.newBuilder()
                .websocketPath("/")
                .checkStartsWith(true)
                .maxFramePayloadLength(LARGEST_FRAME)
                .sendCloseFrame(null) // none of its own behind the one that says what was wrong
                .build();
        channel.pipeline()
                .addLast(new Parting())
                .addLast(new HttpServerCodec())
                .addLast(new HttpObjectAggregator(LARGEST_HEAD))
                .addLast(new WebSocketServerProtocolHandler(config))
                .addLast(new Echo());
    }

    /**
     * Closes by ending its own output: a socket closed with octets unread is reset, and what was said last may be lost. The
     * connection ends when the client ends it.
     */
    private static final class Parting extends ChannelOutboundHandlerAdapter {
        @Override
        public void close(ChannelHandlerContext context, ChannelPromise promise) {
            ((SocketChannel) context.channel()).shutdownOutput(promise);
        }
    }

    /** Behind the codec, which answers pings and closes itself. */
    private static final class Echo extends SimpleChannelInboundHandler<WebSocketFrame> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
            context.writeAndFlush(frame.retain());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close(); // the codec has said why
        }
    }
}
