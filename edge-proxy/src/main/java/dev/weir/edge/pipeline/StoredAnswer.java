package dev.weir.edge.pipeline;

import dev.weir.edge.cache.L1Entry;
import dev.weir.http.caching.StoredHead;

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
        exchange.stored(head.responseTime(), ageSeconds);
        exchange.receivedProtocol(exchange.route().protocol());
        exchange.answer(new Answer(head.status(), head.fields(), Answer.Body.Stored.all(entry)));
    }
}
