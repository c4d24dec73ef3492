import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * An origin on Netty's bare codec. PORT: prints each request it saw, whole, as JSON: [method, target, octets of content,
 * SHA-1]. Run as a source file, beside Weir's own libraries.
 */
final class NettyOrigin extends SimpleChannelInboundHandler<HttpObject> {
    private HttpRequest request;
    private MessageDigest digest;
    private long length;

    public static void main(String[] arguments) throws Exception {
        new ServerBootstrap()
                .group(new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()))
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new HttpServerCodec(1 << 16, 1 << 20, 1 << 16), new NettyOrigin());
                    }
                })
                .bind("127.0.0.1", Integer.parseInt(arguments[0]))
                .sync()
                .channel()
                .closeFuture()
                .sync();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject part) throws Exception {
        if (part.decoderResult().isFailure()) {
            context.writeAndFlush(answer(HttpResponseStatus.BAD_REQUEST)).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        if (part instanceof HttpRequest head) {
            request = head;
            digest = MessageDigest.getInstance("SHA-1");
            length = 0;
        }
        if (part instanceof HttpContent content) {
            length += content.content().readableBytes();
            digest.update(content.content().nioBuffer());
            if (part instanceof LastHttpContent) {
                System.out.printf("[\"%s\", \"%s\", %d, \"%s\"]%n",
                        escaped(request.method().name()), escaped(request.uri()), length,
                        HexFormat.of().formatHex(digest.digest()));
                System.out.flush();
                context.writeAndFlush(answer(HttpResponseStatus.OK));
            }
        }
    }

    private static FullHttpResponse answer(HttpResponseStatus status) {
        FullHttpResponse answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER);
        answer.headers().set("Content-Length", 0).set("Cache-Control", "no-store");
        return answer;
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        context.close();
    }
}
