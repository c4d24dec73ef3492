package dev.weir.edge.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.runtime.config.ListenerTimeouts;
import dev.weir.runtime.metrics.Metrics;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A client whose every read ends within a head or a frame, so that the guards always hold something. */
class CutReadsTest {
    private static final Duration HEAD_TIME = Duration.ofMillis(600);
    private static final ListenerTimeouts TIMEOUTS =
            new ListenerTimeouts(HEAD_TIME, HEAD_TIME, HEAD_TIME, HEAD_TIME, HEAD_TIME, HEAD_TIME);
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final int SETTINGS = 4;
    private static final int HEADERS = 1;
    private static final int UNKNOWN = 0x42;
    private static final int ENDS = 5;
    private static final int OFTEN = 5_000;
    private static final long LITTLE = 64 * 1024;

    private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(false, true);
    private final MockTicker time = Ticker.newMockTicker();
    private final EmbeddedChannel channel =
            EmbeddedChannel.builder().ticker(time).build();
    private int answers;

    @AfterEach
    void everythingIsReleased() {
        assertThat(channel.finishAndReleaseAll()).isIn(true, false);
        assertThat(memory.metric().usedHeapMemory()).isZero();
    }

    private static GuardedListener listener(ListenerTimeouts timeouts) {
        return new GuardedListener(
                "web",
                TestEdge.LIMITS,
                timeouts,
                Optional.empty(),
                (name, client, reason, excerpt) -> {},
                new ListenerMeters(new Metrics(), "web"));
    }

    private void read(String latin1) {
        byte[] octets = latin1.getBytes(StandardCharsets.ISO_8859_1);
        assertThat(channel.writeInbound(memory.buffer(2 * octets.length).writeBytes(octets)))
                .isFalse();
        channel.runScheduledPendingTasks();
        for (Object out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            answers++;
            ReferenceCountUtil.release(out);
        }
    }

    private void http1() {
        channel.config().setAllocator(memory);
        channel.pipeline().addLast(new HeadGuard(listener(TestEdge.TIMEOUTS), false), new HttpRequestDecoder());
        channel.pipeline().addLast("httpEncoder", new HttpResponseEncoder());
        channel.pipeline().addLast(new SimpleChannelInboundHandler<HttpObject>() {
            @Override
            protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
                if (part instanceof LastHttpContent) {
                    var unused = ctx.writeAndFlush(
                            new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.NO_CONTENT));
                }
            }
        });
    }

    private void http2(ListenerTimeouts timeouts) {
        channel.config().setAllocator(memory);
        Http2ConnectionHandler codec = new Http2ConnectionHandlerBuilder()
                .frameListener(new Http2FrameAdapter())
                .encoderEnforceMaxRstFramesPerWindow(0, 1)
                .build();
        channel.pipeline().addLast(new Http2Guard(listener(timeouts)), codec);
        read(PREFACE + frame(SETTINGS, 0, 0, ""));
    }

    private static String frame(int type, int flags, int stream, String payload) {
        ByteBuffer head = ByteBuffer.allocate(9);
        head.put((byte) 0).putShort((short) payload.length()).put((byte) type).put((byte) flags);
        head.putInt(stream);
        return new String(head.array(), StandardCharsets.ISO_8859_1) + payload;
    }

    @Test
    void whatWasPassedOnIsntHeldInHttp1() {
        http1();
        read("G");
        for (int i = 0; i < OFTEN; i++) {
            read("ET / HTTP/1.1\r\nHost: a\r\n\r\nG");
        }
        assertThat(answers).isGreaterThanOrEqualTo(OFTEN);
        assertThat(memory.metric().usedHeapMemory()).isLessThan(LITTLE);
    }

    @Test
    void whatWasPassedOnIsntHeldInHttp2() {
        http2(TestEdge.TIMEOUTS);
        String frame = frame(UNKNOWN, 0, 0, "x".repeat(100));
        read(frame.substring(0, 20));
        for (int i = 0; i < OFTEN; i++) {
            read(frame.substring(20) + frame.substring(0, 20));
        }
        assertThat(channel.isOpen()).isTrue();
        assertThat(memory.metric().usedHeapMemory()).isLessThan(LITTLE);
    }

    @Test
    void everyFieldBlockHasTheTimeForAHeadToItself() {
        http2(TIMEOUTS);
        String block = "\0\1x\1y";
        String begun = frame(HEADERS, ENDS, 1, block);
        read(begun.substring(0, 10));
        for (int stream = 3; stream < 100; stream += 2) {
            time.advanceMillis(HEAD_TIME.toMillis() / 10);
            String next = frame(HEADERS, ENDS, stream, block);
            read(begun.substring(10) + next.substring(0, 10));
            begun = next;
        }
        assertThat(channel.isOpen()).isTrue();
        time.advanceMillis(HEAD_TIME.toMillis());
        channel.runScheduledPendingTasks();
        assertThat(channel.isOpen()).isFalse();
    }
}
