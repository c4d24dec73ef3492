package dev.weir.runtime.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LogLineTest {
    private final Logger logger = new LoggerContext().getLogger("dev.weir.edge.EdgeService");

    private LoggingEvent event(String message, @Nullable Throwable thrown) {
        return new LoggingEvent(LogLineTest.class.getName(), logger, Level.WARN, message, thrown, new Object[0]);
    }

    private LoggingEvent event(String message) {
        return event(message, null);
    }

    @Test
    void plainLinesCannotBeBroken() {
        String line = LogLine.plain().apply(event("a\nb\u001b[31m\u2028c"));
        assertThat(line).endsWith(" WARN  EdgeService: a\\u000ab\\u001b[31m\\u2028c");
    }

    @Test
    void jsonLinesAreObjects() {
        String line = LogLine.json().apply(event("a\n\"b\"", new IllegalStateException("x")));
        assertThat(line).doesNotContain("\n");
        JsonObject json = new JsonObject(line);
        assertThat(json.getString("message")).isEqualTo("a\n\"b\"");
        assertThat(json.getString("level")).isEqualTo("warn");
        assertThat(json.getString("logger")).isEqualTo("dev.weir.edge.EdgeService");
        assertThat(json.getString("exception")).contains("IllegalStateException: x");
    }

    @Test
    void levelsComeFromOneVariable() {
        assertThat(LogSetup.levels("")).containsEntry("ROOT", Level.INFO).containsEntry("com.hazelcast", Level.OFF);
        assertThat(LogSetup.levels("debug")).containsEntry("ROOT", Level.DEBUG);
        assertThat(LogSetup.levels("warn,dev.weir.edge=trace,nonsense,com.hazelcast=info"))
                .containsEntry("ROOT", Level.WARN)
                .containsEntry("dev.weir.edge", Level.TRACE)
                .containsEntry("com.hazelcast", Level.INFO)
                .doesNotContainKey("nonsense");
    }

    @Test
    void dropsAndCountsWhenTheTerminalStands() {
        CountDownLatch stuck = new CountDownLatch(1);
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        OutputStream slow = new OutputStream() {
            @Override
            public void write(int b) {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                try {
                    stuck.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                written.write(bytes, offset, length);
            }
        };
        LineAppender appender = new LineAppender(LogLine.plain(), new PrintStream(slow, true, StandardCharsets.UTF_8));
        appender.start();
        for (int i = 0; i < 10_000; i++) {
            appender.doAppend(event("line " + i));
        }
        assertThat(appender.dropped()).isGreaterThan(1_000);
        stuck.countDown();
        appender.flush();
        assertThat(written.toString(StandardCharsets.UTF_8))
                .contains("line 0\n")
                .contains("log lines dropped)");
    }
}
