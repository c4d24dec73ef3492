package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An intermediary's duties towards clients of HTTP/2, by frames. */
class EdgeHopsHttp2Test {
    private static final int HEADERS = 1;
    private static final int END_STREAM = 1;
    private static final int PRIORITY = 0x20;
    private static final int END_STREAM_AND_HEADERS = 5;

    @TempDir
    private Path directory;

    private final Origin origin = new Origin();
    private EdgeRig edge;

    @BeforeEach
    void start() throws IOException {
        edge = EdgeRig.before(directory, origin);
    }

    @AfterEach
    void stop() throws IOException {
        edge.settles();
        edge.close();
        origin.close();
    }

    /** All heads that answer one request, in order. */
    private List<Http2Headers> heads(String... namesAndValues) throws IOException, Http2Exception {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            block.write(0);
            for (String text : new String[] {namesAndValues[i], namesAndValues[i + 1]}) {
                block.write(text.length());
                block.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        sent.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        sent.writeBytes(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
        sent.writeBytes(new byte[] {0, 0, (byte) block.size(), HEADERS, END_STREAM_AND_HEADERS, 0, 0, 0, 1});
        sent.writeBytes(block.toByteArray());
        try (RawClient client = edge.client()) {
            client.sends(sent.toByteArray());
            DataInputStream in = new DataInputStream(client.stream());
            DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder();
            List<Http2Headers> heads = new ArrayList<>();
            while (true) {
                int length = in.readUnsignedShort() << 8 | in.readUnsignedByte();
                int type = in.readUnsignedByte();
                int flags = in.readUnsignedByte();
                int stream = in.readInt();
                byte[] payload = in.readNBytes(length);
                if (stream == 1 && type == HEADERS) {
                    int priority = (flags & PRIORITY) == 0 ? 0 : 5;
                    heads.add(decoder.decodeHeaders(
                            1, Unpooled.wrappedBuffer(payload, priority, payload.length - priority)));
                }
                if (stream == 1 && (type == 3 || (type <= HEADERS && (flags & END_STREAM) != 0))) {
                    return heads;
                }
            }
        }
    }

    private List<Http2Headers> heads(String method, String path, String name, String value)
            throws IOException, Http2Exception {
        return heads(":method", method, ":scheme", "http", ":authority", "site.example", ":path", path, name, value);
    }

    private static String status(List<Http2Headers> heads) {
        return heads.get(heads.size() - 1).status().toString();
    }

    @Test
    void interimAnswersPass() throws Exception {
        origin.answers(
                "/i",
                "HTTP/1.1 102 Processing\r\nX-A: 1\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                        + "HTTP/1.1 199 Odd\r\nX-B: 2\r\n\r\n" + Origin.ok("", "hi"));
        List<Http2Headers> heads = heads("GET", "/i", "accept", "*/*");
        assertThat(heads.stream().map(head -> head.status().toString())).containsExactly("102", "103", "199", "200");
        assertThat(heads.get(0).get("x-a")).hasToString("1");
        assertThat(heads.get(1).get("link")).hasToString("</a>");
        assertThat(heads.get(2).get("x-b")).hasToString("2");
    }

    @Test
    void maxForwardsIsForOptionsAndTrace() throws Exception {
        origin.serves("/o", "", "");
        List<Http2Headers> last = heads("OPTIONS", "/o", "max-forwards", "0");
        assertThat(status(last)).isEqualTo("200");
        assertThat(last.get(0).get("allow")).isNotNull();
        assertThat(origin.heads).isEmpty();
        assertThat(status(heads("OPTIONS", "/o", "max-forwards", "3"))).isEqualTo("200");
        assertThat(origin.heads("/o").get(0)).containsIgnoringCase("\r\nmax-forwards: 2\r\n");
        assertThat(heads("OPTIONS", "/o", "max-forwards", "x"))
                .as("a stream error")
                .isEmpty();
        assertThat(status(heads("TRACE", "/o", "max-forwards", "3"))).isEqualTo("405");
        assertThat(origin.heads("/o")).hasSize(1);
    }

    @Test
    void aRequestThatWasHereIsALoop() throws Exception {
        assertThat(status(heads("GET", "/l", "via", "2 weir-test"))).isEqualTo("508");
        assertThat(status(heads("GET", "/l", "cdn-loop", "a, weir-test"))).isEqualTo("508");
        assertThat(origin.heads).isEmpty();
    }

    @Test
    void whatReadsAsAnotherFieldDoesntPass() throws Exception {
        origin.serves("/u", "", "");
        assertThat(status(heads("GET", "/u", "content_length", "7"))).isEqualTo("200");
        assertThat(status(heads("GET", "/u", "x-forwarded-for", "192.0.2.7"))).isEqualTo("200");
        assertThat(origin.heads("/u").toString())
                .doesNotContainIgnoringCase("content_length")
                .doesNotContain("192.0.2.7")
                .contains("X-Forwarded-For: 127.0.0.1", "Via: 2 weir-test");
    }
}
