package dev.weir.edge.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A head at its bounds and one octet behind them is judged alike, whether it comes whole, in pieces, or with more. */
class HeadBoundsTest {
    private static final int LINE = 40;
    private static final int FIELDS = 60;
    private static final int LINES = 3;
    private static final String MORE = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";

    /** @param line octets of method, blank and target; {@code fields} of the field lines with the empty line */
    @ParameterizedTest
    @CsvSource(textBlock = """
            40, 60, 2, ok
            39, 59, 2, ok
            40, 60, 3, ok
            41, 60, 2, line-too-long
            41, 61, 2, line-too-long
            40, 61, 2, fields-too-large
            40, 61, 3, fields-too-large
            40, 99, 2, fields-too-large
            40, 60, 4, fields-too-many
            """)
    void judgesAHeadAtItsBoundsHoweverItComes(int line, int fields, int lines, String expected) {
        String head = head(line, fields, lines);
        int length = head.length();
        for (String behind : new String[] {"", "x", MORE, MORE.repeat(200)}) {
            for (int first = 1; first <= length; first++) {
                assertThat(judged(head + behind, first, (head + behind).length()))
                        .as("behind the head %d octets, first read %d", behind.length(), first)
                        .isEqualTo(expected.equals("ok") ? "ok " + length : expected);
            }
        }
        assertThat(judged(head, 1, 1)).isEqualTo(expected.equals("ok") ? "ok " + length : expected);
        assertThat(judged(head, 7, 7)).isEqualTo(expected.equals("ok") ? "ok " + length : expected);
    }

    private static String head(int line, int fields, int lines) {
        StringBuilder head = new StringBuilder("GET /" + "p".repeat(line - 5) + " HTTP/1.1\r\n");
        int begin = head.length();
        head.append("Host: a\r\n").append("x:\r\n".repeat(lines - 2));
        int padding = fields - (head.length() - begin) - 6;
        return head.append("y:").append("v".repeat(padding)).append("\r\n\r\n").toString();
    }

    /** Reads {@code first} octets, and then {@code step} at a time. */
    private static String judged(String stream, int first, int step) {
        MessageScan scan = new MessageScan(LINE, FIELDS, LINES);
        byte[] octets = stream.getBytes(StandardCharsets.US_ASCII);
        ByteBuf in = Unpooled.buffer(octets.length);
        int outcome = MessageScan.INCOMPLETE;
        for (int at = 0; at < octets.length && outcome == MessageScan.INCOMPLETE; ) {
            int more = Math.min(at == 0 ? first : step, octets.length - at);
            in.writeBytes(octets, at, more);
            at += more;
            outcome = scan.head(in);
        }
        if (outcome == MessageScan.REFUSED) {
            return scan.fault().token();
        }
        return outcome == MessageScan.INCOMPLETE ? "incomplete" : "ok " + outcome;
    }
}
