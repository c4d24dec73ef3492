package dev.weir.edge.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.runtime.metrics.Metrics;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LingeringCloseTest {
    private final GuardedListener listener = new GuardedListener(
            "web",
            TestEdge.LIMITS,
            TestEdge.TIMEOUTS,
            Optional.empty(),
            (name, client, reason, excerpt) -> {},
            new ListenerMeters(new Metrics(), "web"));

    /** A connection whose first octets were refused; the answer is out. */
    private EmbeddedChannel refused() {
        EmbeddedChannel channel = new EmbeddedChannel(new HeadGuard(listener, false));
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {0}));
        ByteBuf answer = channel.readOutbound();
        assertThat(answer.toString(StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 400 ");
        answer.release();
        return channel;
    }

    @Test
    void onlySoManyConnectionsWaitForTheirPeersAtOnce() {
        Deque<EmbeddedChannel> waiting = new ArrayDeque<>();
        for (int i = 0; i < GuardedListener.MOST_LINGERING; i++) {
            waiting.add(refused());
        }
        assertThat(waiting).allMatch(EmbeddedChannel::isOpen);
        assertThat(refused().isOpen()).isFalse();
        // Past the guard, as the transport does it.
        assertThat(waiting.removeFirst().pipeline().firstContext().close().isSuccess())
                .isTrue();
        assertThat(refused().isOpen()).isTrue();
        assertThat(refused().isOpen()).isFalse();
    }

    @Test
    void takesOnlySoMuchOfWhatStillComes() {
        EmbeddedChannel channel = refused();
        ByteBuf much = Unpooled.buffer(700_000).writeZero(700_000);
        channel.writeInbound(much.retain());
        assertThat(channel.isOpen()).isTrue();
        channel.writeInbound(much);
        assertThat(channel.isOpen()).isFalse();
        assertThat(much.refCnt()).isZero();
    }
}
