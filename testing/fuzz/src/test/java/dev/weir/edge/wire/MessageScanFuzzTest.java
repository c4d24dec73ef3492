package dev.weir.edge.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Streams of requests: read alike however they are cut, and by Netty behind as we say. */
class MessageScanFuzzTest {
    private static final String CHUNKED_HEAD = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

    @FuzzTest
    void requests(byte[] stream) {
        Followed singly = Followed.singly(stream, scan(8192, 32768, 100));
        assertThat(Followed.whole(stream, scan(8192, 32768, 100)).outcome()).isEqualTo(singly.outcome());
        assertThat(Followed.pieces(stream, scan(8192, 32768, 100)).outcome()).isEqualTo(singly.outcome());
        agreesWithNetty(singly);
    }

    @FuzzTest
    void requestsAtTheirLimits(byte[] stream) {
        Followed singly = Followed.singly(stream, scan(100, 80, 4));
        assertThat(Followed.whole(stream, scan(100, 80, 4)).outcome()).isEqualTo(singly.outcome());
        assertThat(Followed.pieces(stream, scan(100, 80, 4)).outcome()).isEqualTo(singly.outcome());
        agreesWithNetty(singly);
    }

    @FuzzTest
    void chunkedContent(byte[] content) {
        byte[] head = CHUNKED_HEAD.getBytes(StandardCharsets.US_ASCII);
        byte[] stream = new byte[head.length + content.length];
        System.arraycopy(head, 0, stream, 0, head.length);
        System.arraycopy(content, 0, stream, head.length, content.length);
        requests(stream);
    }

    /** What was let through is, to the decoder behind, exactly the messages that were followed. */
    private static void agreesWithNetty(Followed followed) {
        List<PlainReading> ours = new ArrayList<>();
        for (Followed.Message message : followed.messages()) {
            if (message.complete()) {
                ours.add(PlainReading.of(message));
            }
        }
        assertThat(nettys(followed.passed())).isEqualTo(ours);
    }

    private static List<PlainReading> nettys(String stream) {
        EmbeddedChannel channel = new EmbeddedChannel(new HttpRequestDecoder(
                new HttpDecoderConfig().setMaxInitialLineLength(16384).setMaxHeaderSize(65536)));
        List<PlainReading> read = new ArrayList<>();
        String startLine = "";
        List<String> fields = List.of();
        StringBuilder content = new StringBuilder();
        try {
            boolean written = channel.writeInbound(Unpooled.copiedBuffer(stream, StandardCharsets.ISO_8859_1));
            for (Object next = channel.readInbound(); next != null; next = channel.readInbound()) {
                assertThat(((HttpObject) next).decoderResult().isSuccess())
                        .as("%s", ((HttpObject) next).decoderResult())
                        .isTrue();
                if (next instanceof HttpRequest request) {
                    startLine = request.method() + " " + request.uri() + " "
                            + request.protocolVersion().text();
                    fields = PlainReading.fields(request.headers());
                    content.setLength(0);
                }
                if (next instanceof HttpContent part) {
                    content.append(part.content().toString(StandardCharsets.ISO_8859_1));
                }
                if (next instanceof LastHttpContent last) {
                    read.add(new PlainReading(
                            startLine, fields, content.toString(), PlainReading.fields(last.trailingHeaders())));
                }
                ReferenceCountUtil.release(next);
            }
            assertThat(written || read.isEmpty()).isTrue();
            return read;
        } finally {
            var unused = channel.finishAndReleaseAll();
        }
    }

    private static Followed.Scan scan(int maxLine, int maxHead, int maxFields) {
        MessageScan scan = new MessageScan(maxLine, maxHead, maxFields);
        return new Followed.Scan() {
            @Override
            public boolean isAtHead() {
                return scan.isAtHead();
            }

            @Override
            public int head(ByteBuf in) {
                return scan.head(in);
            }

            @Override
            public int body(ByteBuf in, int from) {
                return scan.body(in, from);
            }

            @Override
            public HeadFault fault() {
                return scan.fault();
            }
        };
    }
}
