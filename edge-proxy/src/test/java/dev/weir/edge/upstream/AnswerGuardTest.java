package dev.weir.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.edge.AnswerCase;
import dev.weir.edge.AnswerCase.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the guard lets the decoder see doesn't depend on how an answer's octets are cut into reads. */
@Tag("S5")
@SuppressWarnings("StringConcatToTextBlock") // octets on the wire, line ends included
class AnswerGuardTest {
    private static final int HEAD_BYTES = 64 * 1024;
    /** Answers longer than this are cut into pieces, not into octets. */
    private static final int SHORT = 2000;

    /** All that came out of a decoder, written down. */
    private static final class Decoded {
        private final StringBuilder text = new StringBuilder();
        private boolean broken;
        private boolean finalHead;
        private boolean ended;

        void take(EmbeddedChannel channel) {
            for (Object part = channel.readInbound(); part != null; part = channel.readInbound()) {
                if (part instanceof BrokenAnswer) {
                    broken = true;
                } else if (part instanceof HttpObject object) {
                    assertThat(object.decoderResult().isFailure())
                            .as("%s", object)
                            .isFalse();
                    take(object);
                }
                ReferenceCountUtil.release(part);
            }
        }

        private void take(HttpObject part) {
            if (part instanceof HttpResponse response) {
                finalHead |= response.status().code() >= 200;
                text.append(response.status().code()).append(response.headers().entries());
            }
            if (part instanceof HttpContent content) {
                text.append(content.content().toString(StandardCharsets.ISO_8859_1));
            }
            if (part instanceof LastHttpContent last && finalHead) {
                ended = true;
                text.append(last.trailingHeaders().entries());
            }
        }
    }

    private static Decoded decoded(AnswerCase answer, List<ByteBuf> reads) {
        AnswerGuard guard = new AnswerGuard(HEAD_BYTES);
        AnswerDecoder decoder = new AnswerDecoder();
        EmbeddedChannel channel = new EmbeddedChannel(guard, decoder);
        guard.expect(answer.method().equals("HEAD"));
        decoder.expect(answer.method().equals("HEAD"));
        Decoded decoded = new Decoded();
        for (ByteBuf read : reads) {
            if (channel.isOpen()) {
                channel.writeInbound(read);
                decoded.take(channel);
            } else {
                read.release();
            }
        }
        assertThat(channel.close().isSuccess()).isTrue();
        decoded.take(channel);
        if (answer.outcome() == Outcome.ONCE && answer.status() != 205) {
            assertThat(guard.hasResidue()).isTrue();
        }
        return decoded;
    }

    private static ByteBuf octets(String latin1) {
        return Unpooled.copiedBuffer(latin1, StandardCharsets.ISO_8859_1);
    }

    private static List<ByteBuf> singly(String octets) {
        return octets.chars().mapToObj(c -> octets(String.valueOf((char) c))).toList();
    }

    private static List<ByteBuf> pieces(String octets, Random random) {
        List<ByteBuf> pieces = new ArrayList<>();
        for (int at = 0; at < octets.length(); ) {
            int end = Math.min(octets.length(), at + 1 + random.nextInt(1 + octets.length() / 4));
            pieces.add(octets(octets.substring(at, end)));
            at = end;
        }
        return pieces;
    }

    static List<AnswerCase> answers() {
        return AnswerCase.all();
    }

    @ParameterizedTest
    @MethodSource("answers")
    void readsTheSameHoweverItIsCut(AnswerCase answer) {
        Decoded whole = decoded(answer, List.of(octets(answer.octets())));
        check(answer, whole);
        assertThat(answer.outcome() == Outcome.EXCESS && whole.finalHead).isFalse();
        Random random = new Random(answer.octets().hashCode());
        for (int round = 0; round < 5; round++) {
            compare(answer, whole, decoded(answer, pieces(answer.octets(), random)));
        }
        if (answer.octets().length() < SHORT) {
            compare(answer, whole, decoded(answer, singly(answer.octets())));
        }
    }

    private static void compare(AnswerCase answer, Decoded whole, Decoded cut) {
        check(answer, cut);
        if (answer.outcome().isWhole()) {
            assertThat(cut.text).hasToString(whole.text.toString());
        }
    }

    private static void check(AnswerCase answer, Decoded decoded) {
        // Which 101 and how many interim answers fit is for the exchange to say; so is a 205 that has content.
        boolean judgedAbove = answer.why().contains("flood") || answer.why().contains("switch");
        if (answer.outcome() == Outcome.EXCESS) {
            assertThat(decoded.broken).isTrue();
            assertThat(decoded.ended).isEqualTo(decoded.finalHead);
        } else if (answer.outcome().isWhole()) {
            assertThat(decoded.ended).isTrue();
        } else if (answer.outcome() == Outcome.BREAK) {
            assertThat(decoded.ended).isFalse();
        } else if (!judgedAbove) {
            assertThat(decoded.finalHead).isFalse();
            assertThat(decoded.broken || answer.ends()).isTrue();
        }
    }

    @Test
    void octetsThatNobodyAskedForEndTheConnection() {
        AnswerGuard guard = new AnswerGuard(HEAD_BYTES);
        EmbeddedChannel channel = new EmbeddedChannel(guard, new AnswerDecoder());
        assertThat(channel.writeInbound(octets("HTTP/1.1 408 Timeout\r\nContent-Length: 0\r\n\r\n")))
                .isTrue();
        Object only = channel.readInbound();
        assertThat(only).isInstanceOf(BrokenAnswer.class);
        Object more = channel.readInbound();
        assertThat(more).isNull();
        assertThat(channel.isOpen()).isFalse();
        assertThat(guard.hasResidue()).isTrue();
    }

    @Test
    void whatFollowsASwitchIsKeptForTheNewProtocol() {
        AnswerGuard guard = new AnswerGuard(HEAD_BYTES);
        EmbeddedChannel channel = new EmbeddedChannel(guard);
        guard.expect(false);
        String head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\n\r\n";
        assertThat(channel.writeInbound(octets(head + "\u0000\n any"), octets("thing")))
                .isTrue();
        assertThat(next(channel)).isEqualTo(head);
        assertThat(next(channel)).isEmpty();
        channel.pipeline().remove(guard);
        assertThat(next(channel)).isEqualTo("\u0000\n anything");
    }

    @Test
    void whatWasLetThroughIsNotHeld() {
        UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(false, true);
        EmbeddedChannel channel = answering(memory, new AnswerGuard(HEAD_BYTES));
        String interim = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
        reads(channel, memory, interim.substring(0, 20));
        int heads = 0;
        for (int i = 0; i < 5000; i++) {
            reads(channel, memory, interim.substring(20) + interim.substring(0, 20));
            for (Object part = channel.readInbound(); part != null; part = channel.readInbound()) {
                heads += part instanceof HttpResponse ? 1 : 0;
                ReferenceCountUtil.release(part);
            }
        }
        assertThat(heads).isEqualTo(5000);
        assertThat(memory.metric().usedHeapMemory()).isLessThan(16 * 1024);
        assertThat(channel.finishAndReleaseAll()).isFalse();
        assertThat(memory.metric().usedHeapMemory()).isZero();
    }

    private static EmbeddedChannel answering(ByteBufAllocator memory, AnswerGuard guard) {
        EmbeddedChannel channel = new EmbeddedChannel(guard, new AnswerDecoder());
        channel.config().setAllocator(memory);
        guard.expect(false);
        return channel;
    }

    private static void reads(EmbeddedChannel channel, ByteBufAllocator memory, String octets) {
        byte[] bytes = octets.getBytes(StandardCharsets.ISO_8859_1);
        var unused = channel.writeOneInbound(memory.buffer(2 * bytes.length).writeBytes(bytes));
    }

    /** However the connection ends, nothing that was held is lost. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nX: ",
                "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 2",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\n\r\nearly",
                "HTTP/1.1 200 OK\r\nX\r\n\r\nrefused",
                "HTTP/1.1 204 No Content\r\n\r\nbehind",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"
            })
    void whatIsHeldIsReleased(String octets) {
        for (boolean twice : new boolean[] {false, true}) {
            for (boolean removed : new boolean[] {false, true}) {
                UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(false, true);
                AnswerGuard guard = new AnswerGuard(HEAD_BYTES);
                EmbeddedChannel channel = answering(memory, guard);
                reads(channel, memory, octets);
                if (twice && channel.isOpen()) {
                    reads(channel, memory, octets);
                }
                if (removed && channel.isOpen()) {
                    channel.pipeline().remove(guard);
                }
                assertThat(channel.finishAndReleaseAll()).isIn(true, false);
                assertThat(memory.metric().usedHeapMemory()).isZero();
            }
        }
    }

    private static String next(EmbeddedChannel channel) {
        ByteBuf read = channel.readInbound();
        if (read == null) {
            return "";
        }
        String text = read.toString(StandardCharsets.ISO_8859_1);
        read.release();
        return text;
    }
}
