package dev.weir.runtime.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FrameReaderTest {
    private final List<String> frames = new ArrayList<>();
    private final FrameReader reader = new FrameReader((kind, content) -> {
        frames.add(kind + ":" + content);
        return !content.toString().equals("enough");
    });

    private static Buffer frame(FrameKind kind, String content) {
        return Buffer.buffer()
                .appendUnsignedByte((short) kind.number())
                .appendInt(content.length())
                .appendString(content);
    }

    private static Buffer several() {
        return frame(FrameKind.BEAT, "")
                .appendBuffer(frame(FrameKind.HEAD, "head"))
                .appendBuffer(frame(FrameKind.PIECE, "0123456789"))
                .appendBuffer(frame(FrameKind.BEAT, ""))
                .appendBuffer(frame(FrameKind.END, "e"));
    }

    @Test
    void framesMayBeSplitAnywhere() {
        Buffer all = several();
        for (int first = 0; first <= all.length(); first++) {
            for (int second = first; second <= all.length(); second++) {
                frames.clear();
                FrameReader split = new FrameReader((kind, content) -> frames.add(kind + ":" + content));
                assertThat(split.read(all.getBuffer(0, first))).isTrue();
                assertThat(split.read(all.getBuffer(first, second))).isTrue();
                assertThat(split.read(all.getBuffer(second, all.length()))).isTrue();
                assertThat(frames).containsExactly("BEAT:", "HEAD:head", "PIECE:0123456789", "BEAT:", "END:e");
                assertThat(split.isBetweenFrames()).isTrue();
            }
        }
    }

    @Test
    void framesMayComeOctetByOctet() {
        Buffer all = several();
        for (int i = 0; i < all.length(); i++) {
            assertThat(reader.read(all.getBuffer(i, i + 1))).isTrue();
        }
        assertThat(frames).containsExactly("BEAT:", "HEAD:head", "PIECE:0123456789", "BEAT:", "END:e");
    }

    @Test
    void whatIsGivenOutStaysAsItIs() {
        List<Buffer> given = new ArrayList<>();
        FrameReader keeping = new FrameReader((kind, content) -> given.add(content));
        Buffer all = several();
        assertThat(keeping.read(all.getBuffer(0, 7))).isTrue();
        assertThat(keeping.read(all.getBuffer(7, 20))).isTrue();
        assertThat(keeping.read(all.getBuffer(20, all.length()))).isTrue();
        assertThat(given).hasToString("[, head, 0123456789, , e]");
    }

    @ParameterizedTest
    @EnumSource(FrameKind.class)
    void lengthsAreBounded(FrameKind kind) {
        Buffer most = Buffer.buffer()
                .appendUnsignedByte((short) kind.number())
                .appendInt(kind.most())
                .appendBytes(new byte[kind.most()]);
        assertThat(reader.read(most)).isTrue();
        assertThat(frames).hasSize(1);
        Buffer longer =
                Buffer.buffer().appendUnsignedByte((short) kind.number()).appendInt(kind.most() + 1);
        assertThat(reader.read(longer)).isFalse();
        assertThat(frames).hasSize(1);
    }

    @Test
    void aBadFrameEndsTheReading() {
        Buffer bad = frame(FrameKind.HEAD, "head")
                .appendUnsignedByte((short) 6)
                .appendInt(0)
                .appendBuffer(frame(FrameKind.END, ""));
        assertThat(reader.read(bad)).isFalse();
        assertThat(frames).containsExactly("HEAD:head");
        Buffer negative = Buffer.buffer().appendByte((byte) 3).appendInt(-1);
        assertThat(new FrameReader((kind, content) -> true).read(negative)).isFalse();
        Buffer unknown = Buffer.buffer().appendByte((byte) -1).appendInt(0);
        assertThat(new FrameReader((kind, content) -> true).read(unknown)).isFalse();
    }

    @Test
    void nothingIsTakenOnceTheTakerHasEnough() {
        assertThat(reader.read(frame(FrameKind.PIECE, "enough").appendBuffer(several())))
                .isTrue();
        assertThat(reader.read(several())).isTrue();
        assertThat(frames).containsExactly("PIECE:enough");
    }

    @Test
    void aPartOfAFrameIsNone() {
        assertThat(reader.read(frame(FrameKind.PIECE, "123").getBuffer(0, 7))).isTrue();
        assertThat(reader.isBetweenFrames()).isFalse();
        assertThat(frames).isEmpty();
    }
}
