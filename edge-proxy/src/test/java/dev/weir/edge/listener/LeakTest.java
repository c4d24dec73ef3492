package dev.weir.edge.listener;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ResourceLeakDetector;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Every way to end a connection gives its buffers back. */
class LeakTest {
    private static final List<String> WAYS = List.of(
            "",
            "\r",
            "\r\n",
            "GET / HT",
            "PRI * HTTP/2.0\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "GET / HTTP/1.1\nHost: a\r\n\r\nGET / HTTP/1.1\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\nGET",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\nhello",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz",
            "CONNECT bad:443 HTTP/1.1\r\nHost: bad\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "CONNECT good:443 HTTP/1.1\r\nHost: good\r\n\r\nearly bytes",
            "GET /pending HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");

    private final ListAppender<ILoggingEvent> reports = new ListAppender<>();
    private final Logger log = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);

    @BeforeEach
    void listen() {
        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
        reports.start();
        log.addAppender(reports);
    }

    @AfterEach
    void stop() {
        log.detachAppender(reports);
    }

    @Test
    void whateverTheConnectionEndsIn() throws Exception {
        TestEdge edge = TestEdge.clear((e, request) -> {
            if (request.path() != null && request.path().equals("/pending")) {
                return;
            }
            if (request.method().equals(HttpMethod.CONNECT) && request.uri().startsWith("good")) {
                Takeover.accept(request)
                        .onSuccess(socket -> socket.handler(bytes -> {}))
                        .onFailure(e.failures::add);
            } else if (request.method().equals(HttpMethod.CONNECT)) {
                request.response().setStatusCode(502).end().onFailure(e.failures::add);
            } else {
                TestEdge.echo(e, request);
            }
        });
        for (int round = 0; round < 20; round++) {
            for (String way : WAYS) {
                try (RawClient client = edge.client()) {
                    client.sends(way);
                    if (round % 2 == 0) {
                        client.sends("x");
                    }
                } catch (IOException e) {
                    // Closed by the edge while we were still sending: one of the ways.
                    edge.failures.add(e);
                }
            }
        }
        edge.close();
        assertThat(leaks()).isEmpty();
    }

    /** What the detector reports once the collector has run; it looks when something is allocated. */
    @CanIgnoreReturnValue
    private List<ILoggingEvent> leaks() {
        for (int i = 0; i < 5; i++) {
            System.gc();
            System.runFinalization();
            for (int k = 0; k < 20; k++) {
                ByteBuf probe = io.netty.buffer.PooledByteBufAllocator.DEFAULT.directBuffer(16);
                probe.release();
            }
        }
        return reports.list;
    }

    /** The detector would tell. */
    @Test
    void aLeakIsSeen() {
        leak();
        long end = System.nanoTime() + 10_000_000_000L;
        while (reports.list.isEmpty() && System.nanoTime() < end) {
            leaks();
        }
        assertThat(reports.list).isNotEmpty();
    }

    private static void leak() {
        EmbeddedChannel channel = new EmbeddedChannel();
        ByteBuf lost = channel.alloc().directBuffer(64);
        lost.writeBytes(Unpooled.copiedBuffer("lost", StandardCharsets.US_ASCII));
    }
}
