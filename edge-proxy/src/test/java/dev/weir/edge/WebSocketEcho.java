package dev.weir.edge;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
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
import java.io.ByteArrayOutputStream;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A WebSocket server that sends each frame back as it came, and closes on what breaks the protocol. Also a program of its
 * own, for {@code testing/conformance/autobahn}, which needs nothing but Netty.
 */
final class WebSocketEcho implements AutoCloseable {
    private static final int LARGEST_FRAME = 1 << 20;
    private static final int LARGEST_HEAD = 64 << 10;

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel server;

    /**
     * Listens on loopback.
     *
     * @param received gets every octet of a connection, the head of the handshake included, when that is over
     */
    WebSocketEcho(int port, Consumer<byte[]> received) throws InterruptedException {
        server = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new Wire(received));
                        protocol(channel);
                    }
                })
                .bind("127.0.0.1", port)
                .sync()
                .channel();
    }

    /** Takes its port; serves until a signal ends it. */
    public static void main(String[] arguments) throws InterruptedException {
        try (WebSocketEcho echo = new WebSocketEcho(Integer.parseInt(arguments[0]), octets -> {})) {
            echo.server.closeFuture().sync();
        }
    }

    private static void protocol(SocketChannel channel) {
        WebSocketServerProtocolConfig config = WebSocketServerProtocolConfig.newBuilder()
                .websocketPath("/")
                .checkStartsWith(true)
                .maxFramePayloadLength(LARGEST_FRAME)
                .sendCloseFrame(null) // none of its own behind the one that says what was wrong
                .build();
        channel.pipeline()
                .addLast(new HttpServerCodec())
                .addLast(new HttpObjectAggregator(LARGEST_HEAD))
                .addLast(new WebSocketServerProtocolHandler(config))
                .addLast(new Echo());
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /**
     * Keeps what comes in. Closes by ending its own output: a socket closed with octets unread is reset, and what was said
     * last may be lost. The connection ends when the client ends it.
     */
    private static final class Wire extends ChannelDuplexHandler {
        private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
        private final Consumer<byte[]> received;

        Wire(Consumer<byte[]> received) {
            this.received = received;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf part = (ByteBuf) message;
            octets.writeBytes(ByteBufUtil.getBytes(part));
            context.fireChannelRead(message);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            received.accept(octets.toByteArray());
            context.fireChannelInactive();
        }

        @Override
        public void close(ChannelHandlerContext context, ChannelPromise promise) {
            var unusedDone = ((SocketChannel) context.channel()).shutdownOutput(promise);
        }
    }

    /** Behind the codec, which answers pings and closes itself. */
    private static final class Echo extends SimpleChannelInboundHandler<WebSocketFrame> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
            var unusedDone = context.writeAndFlush(frame.retain());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var unusedDone = context.close(); // the codec has said why
        }
    }
}
