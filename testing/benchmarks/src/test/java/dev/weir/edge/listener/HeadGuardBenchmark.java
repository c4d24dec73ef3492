package dev.weir.edge.listener;

import dev.weir.edge.wire.MessageScan;
import dev.weir.runtime.config.ListenerLimits;
import dev.weir.runtime.config.ListenerTimeouts;
import dev.weir.runtime.metrics.Metrics;
import dev.weir.settings.ByteSize;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What a head costs on its way through the {@link HeadGuard}, and what the bare scanner takes of that. {@link #nothing} is
 * the same way through a pipeline without a guard.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HeadGuardBenchmark {
    private static final String SHORT =
            "GET /index.html HTTP/1.1\r\nHost: www.example.com\r\nAccept: */*\r\nX-Y: 123456789\r\n\r\n";

    /** What a browser asks for a page with. */
    private static final String BROWSER = String.join(
            "\r\n",
            "GET /articles/2026/05/one-reading?utm_source=feed&page=2 HTTP/1.1",
            "Host: www.example.com",
            "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
            "Accept-Language: en-GB,en;q=0.7,de;q=0.3",
            "Accept-Encoding: gzip, deflate, br, zstd",
            "Referer: https://www.example.com/articles/2026/05/",
            "Connection: keep-alive",
            "Cookie: session=0123456789abcdef0123456789abcdef; theme=dark",
            "Upgrade-Insecure-Requests: 1",
            "Sec-Fetch-Dest: document",
            "Sec-Fetch-Mode: navigate",
            "Sec-Fetch-Site: same-origin",
            "",
            "");

    /** Octets of the head. */
    @Param({"80", "640"})
    public int size;

    private final MessageScan scan = new MessageScan(16 * 1024, 64 * 1024, 200);
    private ByteBuf head = Unpooled.EMPTY_BUFFER;
    private final HeadGuard guard = new HeadGuard(listener(), false);
    private final ChannelPipeline guarded = new EmbeddedChannel().pipeline();
    private final ChannelPipeline unguarded = new EmbeddedChannel().pipeline();
    private ChannelHandlerContext ledger = guarded.firstContext();

    private static final class Passing extends ChannelInboundHandlerAdapter {}

    private static final class End extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
        }
    }

    private static GuardedListener listener() {
        Duration time = Duration.ofSeconds(60);
        return new GuardedListener(
                "benchmark",
                new ListenerLimits(1, 1, ByteSize.ofKiB(16), ByteSize.ofKiB(64), 200, ByteSize.ofMiB(1), 100),
                new ListenerTimeouts(time, time, time, time, time, time),
                Optional.empty(),
                (name, client, reason, excerpt) -> {
                    throw new IllegalStateException("refused: " + reason);
                },
                new ListenerMeters(new Metrics(), "benchmark"));
    }

    /** Puts guard, a stand-in for the codec and an end into a pipeline; the first head places the ledger. */
    @Setup
    public void open() {
        byte[] octets = (size == 80 ? SHORT : padded()).getBytes(StandardCharsets.US_ASCII);
        if (octets.length != size) {
            throw new IllegalStateException("head: " + octets.length + " octets (expected: " + size + ")");
        }
        head = Unpooled.directBuffer(size).writeBytes(octets);
        guarded.addLast("guard", guard).addLast("httpEncoder", new Passing()).addLast("end", new End());
        unguarded
                .addLast("httpEncoder", new Passing())
                .addLast("ledger", new Passing())
                .addLast("end", new End());
        guarded.fireChannelRead(head.retain());
        ledger = guarded.context(ExchangeLedger.class);
        guard.answered(ledger, false, ledger.newSucceededFuture());
    }

    private String padded() {
        int missing = size - BROWSER.length() - "X-Pad: \r\n".length();
        return BROWSER.substring(0, BROWSER.length() - 2) + "X-Pad: " + "x".repeat(missing) + "\r\n\r\n";
    }

    /** The scanner alone. */
    @Benchmark
    public int scanner() {
        return scan.head(head.setIndex(0, size));
    }

    /** The guard as it stands in a connection's pipeline, the answer's end included. */
    @Benchmark
    public int guard() {
        guarded.fireChannelRead(head.setIndex(0, size).retain());
        guard.answered(ledger, false, ledger.newSucceededFuture());
        return head.refCnt();
    }

    /** The same without a guard. */
    @Benchmark
    public int nothing() {
        unguarded.fireChannelRead(head.setIndex(0, size).retain());
        return head.refCnt();
    }
}
