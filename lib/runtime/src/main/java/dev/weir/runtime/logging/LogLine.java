package dev.weir.runtime.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.Function;

/** The two forms of a log line. What came from outside cannot break the line or steer a terminal in either. */
final class LogLine {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneId.systemDefault());

    private LogLine() {}

    static Function<ILoggingEvent, String> json() {
        return event -> {
            JsonObject line = new JsonObject()
                    .put("time", Instant.ofEpochMilli(event.getTimeStamp()).toString())
                    .put("level", event.getLevel().toString().toLowerCase(Locale.ROOT))
                    .put("logger", event.getLoggerName())
                    .put("message", event.getFormattedMessage());
            IThrowableProxy thrown = event.getThrowableProxy();
            if (thrown != null) {
                line.put("exception", ThrowableProxyUtil.asString(thrown));
            }
            return line.encode();
        };
    }

    static Function<ILoggingEvent, String> plain() {
        return event -> {
            String name = event.getLoggerName();
            StringBuilder line = new StringBuilder(160)
                    .append(TIME.format(Instant.ofEpochMilli(event.getTimeStamp())))
                    .append(' ')
                    .append(String.format(Locale.ROOT, "%-5s", event.getLevel()))
                    .append(' ')
                    .append(name.substring(name.lastIndexOf('.') + 1))
                    .append(": ");
            printable(line, event.getFormattedMessage());
            IThrowableProxy thrown = event.getThrowableProxy();
            if (thrown != null) {
                line.append('\n').append(ThrowableProxyUtil.asString(thrown).stripTrailing());
            }
            return line.toString();
        };
    }

    private static void printable(StringBuilder out, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c) || c == 0x2028 || c == 0x2029) {
                out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
    }
}
