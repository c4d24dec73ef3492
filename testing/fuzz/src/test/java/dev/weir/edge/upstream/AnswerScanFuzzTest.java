package dev.weir.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weir.edge.wire.AnswerScan;
import dev.weir.edge.wire.PlainReading;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;

/**
 * Streams of answers: followed alike however they are cut, and by the decoder behind as we say. The first octet of an
 * input is {@code H} where the requests were HEAD.
 */
class AnswerScanFuzzTest {
    /** What was let through of each answer that ended, and how the stream ended. */
    private record Followed(List<String> answers, String open, String end) {
        List<String> outcome() {
            List<String> outcome = new ArrayList<>(answers);
            outcome.add(end);
            return outcome;
        }
    }

    @FuzzTest
    void answers(byte[] data) {
        follow(data, 8192, 32768, 100);
    }

    @FuzzTest
    void answersAtTheirLimits(byte[] data) {
        follow(data, 40, 80, 4);
    }

    private static void follow(byte[] data, int maxLine, int maxHead, int maxFields) {
        if (data.length == 0) {
            return;
        }
        boolean toHead = data[0] == 'H';
        byte[] stream = Arrays.copyOfRange(data, 1, data.length);
        Followed singly = followed(stream, toHead, new AnswerScan(maxLine, maxHead, maxFields), () -> 1);
        Followed whole = followed(stream, toHead, new AnswerScan(maxLine, maxHead, maxFields), () -> stream.length);
        assertThat(whole.outcome()).isEqualTo(singly.outcome());
        Random random = new Random(Arrays.hashCode(stream));
        Followed pieces =
                followed(stream, toHead, new AnswerScan(maxLine, maxHead, maxFields), () -> 1 + random.nextInt(40));
        assertThat(pieces.outcome()).isEqualTo(singly.outcome());
        agreesWithTheDecoder(singly, toHead);
    }

    private static Followed followed(byte[] stream, boolean toHead, AnswerScan scan, IntSupplier sizes) {
        List<String> answers = new ArrayList<>();
        StringBuilder answer = new StringBuilder();
        ByteBuf in = Unpooled.buffer(stream.length);
        scan.expect(toHead);
        for (int at = 0; at < stream.length; ) {
            int size = Math.min(sizes.getAsInt(), stream.length - at);
            in.writeBytes(stream, at, size);
            at += size;
            while (in.isReadable()) {
                if (scan.isOver()) {
                    answers.add(answer.toString());
                    answer.setLength(0);
                    scan.expect(toHead);
                }
                int end = scan.scan(in);
                if (end == AnswerScan.REFUSED) {
                    return new Followed(answers, answer.toString(), scan.fault().token());
                }
                answer.append(in.readCharSequence(end - in.readerIndex(), StandardCharsets.ISO_8859_1));
                if (!scan.isOver()) {
                    break;
                }
            }
        }
        if (scan.isOver()) {
            answers.add(answer.toString());
            answer.setLength(0);
        }
        String end = scan.isSwitched() ? "switched" : scan.isEndedByClose() ? "to close" : "open";
        return new Followed(answers, answer.toString(), end);
    }

    /** What was let through is, to the decoder behind, exactly the answers that were followed. */
    private static void agreesWithTheDecoder(Followed followed, boolean toHead) {
        List<PlainReading> ours = new ArrayList<>();
        StringBuilder passed = new StringBuilder();
        for (String answer : followed.answers()) {
            passed.append(answer);
            plain(answer).forEach(message -> ours.add(toHead ? withoutCoding(message) : message));
        }
        assertThat(decoded(passed.toString(), toHead)).isEqualTo(ours);
        // And what has not ended for us, has not for the decoder; interim heads apart.
        List<PlainReading> open = decoded(followed.open(), toHead);
        assertThat(open).allMatch(message -> message.startLine().matches("HTTP/1\\.[01] 1[0-9][0-9]"));
    }

    /** Where no content can come the decoder drops the field that announces it. */
    private static PlainReading withoutCoding(PlainReading message) {
        List<String> fields = message.fields().stream()
                .filter(field -> !field.regionMatches(true, 0, "Transfer-Encoding:", 0, 18))
                .toList();
        return new PlainReading(message.startLine(), fields, message.content(), message.trailers());
    }

    /** Interim heads, then the final head and its content. */
    private static List<PlainReading> plain(String answer) {
        List<PlainReading> messages = new ArrayList<>();
        int at = 0;
        while (true) {
            int end = answer.indexOf("\r\n\r\n", at) + 4;
            String head = answer.substring(at, end);
            boolean interim = head.charAt(9) == '1';
            PlainReading message = PlainReading.of(head, interim ? "" : answer.substring(end));
            messages.add(new PlainReading(
                    message.startLine().substring(0, 12), message.fields(), message.content(), message.trailers()));
            if (!interim) {
                return messages;
            }
            at = end;
        }
    }

    private static List<PlainReading> decoded(String stream, boolean toHead) {
        AnswerDecoder decoder = new AnswerDecoder();
        decoder.expect(toHead);
        EmbeddedChannel channel = new EmbeddedChannel(decoder);
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
                if (next instanceof HttpResponse response) {
                    startLine = response.protocolVersion().text() + " "
                            + response.status().code();
                    fields = PlainReading.fields(response.headers());
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
}
