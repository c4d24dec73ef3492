package dev.weir.runtime.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * Hands lines to a thread that writes them. Nobody waits: when the queue is full, the line is dropped and counted, and
 * the next line that gets through is preceded by how many are missing.
 */
final class LineAppender extends AppenderBase<ILoggingEvent> {
    private static final int MOST_WAITING = 8_192;
    private static final int LONGEST = 16 * 1024;

    private sealed interface Item permits Line, Mark {}

    private record Line(String text) implements Item {}

    private record Mark(CountDownLatch reached) implements Item {}

    private final Function<ILoggingEvent, String> form;
    private final PrintStream out;
    private final BlockingQueue<Item> queue = new ArrayBlockingQueue<>(MOST_WAITING);
    private final LongAdder dropped = new LongAdder();

    LineAppender(Function<ILoggingEvent, String> form, PrintStream out) {
        this.form = form;
        this.out = out;
    }

    @Override
    public void start() {
        super.start();
        Thread writer = new Thread(this::write, "log-writer");
        writer.setDaemon(true);
        writer.start();
    }

    @Override
    protected void append(ILoggingEvent event) {
        String text = form.apply(event);
        if (!queue.offer(new Line(text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text))) {
            dropped.increment();
        }
    }

    private void write() {
        long told = 0;
        try {
            while (true) {
                Item item = queue.take();
                if (item instanceof Mark mark) {
                    out.flush();
                    mark.reached().countDown();
                } else if (item instanceof Line line) {
                    long missing = dropped.sum();
                    if (missing > told) {
                        print("(" + (missing - told) + " log lines dropped)");
                        told = missing;
                    }
                    print(line.text());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void print(String line) {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        out.write(bytes, 0, bytes.length);
        if (queue.isEmpty()) {
            out.flush();
        }
    }

    long dropped() {
        return dropped.sum();
    }

    void flush() {
        CountDownLatch reached = new CountDownLatch(1);
        try {
            if (!queue.offer(new Mark(reached), 1, TimeUnit.SECONDS) || !reached.await(1, TimeUnit.SECONDS)) {
                out.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
