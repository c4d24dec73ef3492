package dev.weir.edge.pipeline;

import dev.weir.edge.cache.L1Entry;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.StoredHead;
import io.vertx.core.internal.buffer.BufferInternal;

/** A stored response as the answer to a request. */
final class StoredAnswer {
    private StoredAnswer() {}

    /** Answers with the body of {@code entry}, whose hold passes to the answer, under {@code head}. */
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
        exchange.answer(new Answer(
                head.status(),
                fields.build(),
                new Answer.Body.Whole(BufferInternal.buffer(entry.takeBody()), entry::release)));
    }
}
