package dev.weir.runtime.cluster;

import dev.weir.contracts.Topic;
import dev.weir.runtime.metrics.Count;
import io.vertx.core.Context;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A topic that this process listens to: notices go to the context that registered; those beyond a bound are dropped. */
final class Listening<N> {
    private static final Logger LOG = LoggerFactory.getLogger(Listening.class);
    private static final int MOST_WAITING = 10_000;

    private final Topic<N> topic;
    private final Context context;
    private final Consumer<N> listener;
    private final Count dropped;
    private final AtomicInteger waiting = new AtomicInteger();

    Listening(Topic<N> topic, Context context, Consumer<N> listener, Count dropped) {
        this.topic = topic;
        this.context = context;
        this.listener = listener;
        this.dropped = dropped;
    }

    Topic<N> topic() {
        return topic;
    }

    void tell(N notice) {
        if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            dropped.increment();
            return;
        }
        try {
            context.runOnContext(here -> {
                waiting.decrementAndGet();
                accept(notice);
            });
        } catch (RejectedExecutionException ending) {
            waiting.decrementAndGet();
        }
    }

    private void accept(N notice) {
        try {
            listener.accept(notice);
        } catch (RuntimeException e) {
            LOG.error("{}: a listener failed", topic.name(), e);
        }
    }
}
