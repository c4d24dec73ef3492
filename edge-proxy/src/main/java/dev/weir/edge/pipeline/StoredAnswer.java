package dev.weir.edge.pipeline;

import dev.weir.edge.cache.L1Entry;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.StoredHead;
import io.netty.buffer.ByteBuf;
import io.vertx.core.internal.buffer.BufferInternal;

/** A stored response as the answer to a request. */
final class StoredAnswer {
    private StoredAnswer() {}

    /**
     * A body in direct memory on its way to a client. What Vert.x is given to write it does not release, so that is for
     * us to do, once, when it is written or will not be.
     */
    private static final class Sending implements Runnable {
        private final ByteBuf body;
        private boolean released;

        Sending(ByteBuf body) {
            this.body = body;
        }

        @Override
        public void run() {
            if (!released) {
                released = true;
                body.release();
            }
        }
    }

    /** Answers with the body of {@code entry}, which is released, under {@code head}. */
    static void serve(
            Exchange exchange,
            L1Entry entry,
            StoredHead head,
            CacheOutcome.Word how,
            long ageSeconds,
            long ttlSeconds) {
        exchange.cache().hit(how, ttlSeconds);
        HeaderFields.Builder fields = head.fields().toBuilder();
        fields.set("Age", Long.toString(ageSeconds));
        exchange.storedAt(head.responseTime());
        ByteBuf body = entry.takeBody();
        entry.release();
        exchange.answer(new Answer(
                head.status(), fields.build(), new Answer.Body.Whole(BufferInternal.buffer(body), new Sending(body))));
    }
}
