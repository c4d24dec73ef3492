package dev.weir.runtime.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A reader that takes note. */
final class Heard implements Incoming.Reader {
    private final BlockingQueue<String> words = new LinkedBlockingQueue<>();
    final Buffer pieces = Buffer.buffer();
    volatile @Nullable Incoming stream;
    volatile boolean closesAtEnd = true;

    @Override
    public void frame(FrameKind kind, Buffer content) {
        Incoming of = stream;
        if (kind == FrameKind.PIECE) {
            pieces.appendBuffer(content);
        } else {
            if (kind == FrameKind.END && closesAtEnd && of != null) {
                of.close();
            }
            words.add(kind + ":" + content);
        }
    }

    @Override
    public void lost(Loss why) {
        words.add("lost:" + why);
    }

    /** What is heard next, pieces apart. */
    String next() throws InterruptedException {
        String word = words.poll(20, TimeUnit.SECONDS);
        assertThat(word).as("something is heard").isNotNull();
        return String.valueOf(word);
    }

    boolean hasMore() {
        return !words.isEmpty();
    }
}
