package dev.weir.runtime.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Sets Logback up, without files: to standard error, so that standard output stays for what a command answers; a line an
 * event, plain or JSON ({@code WEIR_LOG_FORMAT=json}); never waiting for the terminal. {@code WEIR_LOG} sets levels:
 * {@code debug}, or {@code info,dev.weir.edge=debug}.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {
    private static final String WORDS = "(?i)(off|error|warn|info|debug|trace)";
    private static volatile Optional<LineAppender> current = Optional.empty();

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        boolean json = "json".equalsIgnoreCase(System.getenv("WEIR_LOG_FORMAT"));
        LineAppender appender = new LineAppender(json ? LogLine.json() : LogLine.plain(), System.err);
        appender.setContext(context);
        appender.start();
        levels(Optional.ofNullable(System.getenv("WEIR_LOG")).orElse(""))
                .forEach((name, level) -> context.getLogger(name).setLevel(level));
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
        current = Optional.of(appender);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Levels by logger: what is quiet of itself, and then what was asked for. What makes no sense is passed over. */
    static Map<String, Level> levels(String asked) {
        Map<String, Level> levels = new LinkedHashMap<>();
        levels.put(Logger.ROOT_LOGGER_NAME, Level.INFO);
        // Each failed attempt to join would be a stack trace, each lost peer a flood; the keeper says it in one line.
        levels.put("com.hazelcast", Level.OFF);
        levels.put("io.vertx", Level.ERROR);
        levels.put("io.vertx.core.impl.VertxImpl", Level.OFF);
        levels.put("io.vertx.core.eventbus.impl", Level.OFF);
        levels.put("io.vertx.spi.cluster", Level.OFF);
        levels.put("io.netty", Level.ERROR);
        for (String part : asked.split(",", -1)) {
            int equals = part.indexOf('=');
            String level = part.substring(equals + 1).strip();
            if (level.matches(WORDS)) {
                String name = equals < 0
                        ? Logger.ROOT_LOGGER_NAME
                        : part.substring(0, equals).strip();
                levels.put(name, Level.toLevel(level));
            }
        }
        return levels;
    }

    /** Log lines that were dropped, as more came than could be written. */
    public static long dropped() {
        return current.map(LineAppender::dropped).orElse(0L);
    }

    /** Waits, a second at most, until what was logged is written; for the end of a process. */
    public static void flush() {
        current.ifPresent(LineAppender::flush);
    }
}
