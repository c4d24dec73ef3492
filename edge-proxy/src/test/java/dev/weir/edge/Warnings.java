package dev.weir.edge;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** What this process logs as a warning or worse, from here on. */
final class Warnings extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    final Queue<String> logged = new ConcurrentLinkedQueue<>();
    private final Logger root = (Logger) LoggerFactory.getLogger("ROOT");

    Warnings() {
        start();
        root.addAppender(this);
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
            logged.add(event.getFormattedMessage());
        }
    }

    @Override
    public void close() {
        root.detachAppender(this);
    }
}
