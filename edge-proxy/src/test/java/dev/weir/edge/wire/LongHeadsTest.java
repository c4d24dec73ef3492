package dev.weir.edge.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Heads longer than most, in pieces of any size. */
class LongHeadsTest {
    private static final String FIELDS = "Cookie: 0123456789012345678901234567890123456789\r\n".repeat(200) + "\r\n";

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 700, 2047, 2048, 2049, 3000, 5000, 20_000})
    void aRequest(int piece) {
        byte[] head = ("GET / HTTP/1.1\r\nHost: a\r\n" + FIELDS).getBytes(StandardCharsets.US_ASCII);
        MessageScan scan = new MessageScan(8192, 65536, 1024);
        ByteBuf in = Unpooled.buffer();
        int length = MessageScan.INCOMPLETE;
        for (int i = 0; i < head.length; i += piece) {
            assertThat(length).isEqualTo(MessageScan.INCOMPLETE);
            in.writeBytes(head, i, Math.min(piece, head.length - i));
            length = scan.head(in);
        }
        assertThat(length).isEqualTo(head.length);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 700, 2047, 2048, 2049, 3000, 5000, 20_000})
    void anAnswer(int piece) {
        byte[] head = ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + FIELDS).getBytes(StandardCharsets.US_ASCII);
        AnswerScan scan = new AnswerScan(8192, 65536, 1024);
        scan.expect(false);
        ByteBuf in = Unpooled.buffer();
        int end = 0;
        for (int i = 0; i < head.length; i += piece) {
            assertThat(end).isZero();
            in.writeBytes(head, i, Math.min(piece, head.length - i));
            end = scan.scan(in);
        }
        assertThat(end).isEqualTo(head.length);
        assertThat(scan.isOver()).isTrue();
    }
}
