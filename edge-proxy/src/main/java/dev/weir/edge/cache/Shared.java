package dev.weir.edge.cache;

import dev.weir.http.HeaderFields;
import dev.weir.http.caching.CacheRule;
import dev.weir.http.caching.Freshness;
import dev.weir.http.caching.StoredHead;
import dev.weir.http.caching.Vary;

/** What the head of an answer means to those who wait for it, each of whom acts on it at once. */
public sealed interface Shared {
    /** The answer is for those alone who asked for it: each goes to the origin by itself. */
    Shared ALONE = new Alone();

    /** What is stored has changed: look again. */
    Shared AGAIN = new Again();

    /** The origin has answered with an error: what is stored may stand in for it, or each asks by itself. */
    Shared ERROR = new OriginError();

    /** See {@link #ALONE}. */
    record Alone() implements Shared {}

    /** See {@link #AGAIN}. */
    record Again() implements Shared {}

    /** See {@link #ERROR}. */
    record OriginError() implements Shared {}

    /** There is no answer. What is stored may stand in for it; else all share the failure. */
    record Failed(Throwable failure) implements Shared {}

    /**
     * The answer is for whoever it is fresh for and who selects it; its body is read from the seat.
     *
     * @param variant of the request that it answers
     */
    record Storable(StoredHead head, Freshness freshness, Vary vary, String variant) implements Shared {
        static Storable of(StoredHead head, HeaderFields request, CacheRule rule) {
            Vary vary = rule.vary(head.fields());
            return new Storable(head, Freshness.of(head, rule), vary, vary.variant(request));
        }

        /** Whether it answers a request with these fields. */
        public boolean matches(HeaderFields request) {
            return vary.matches(request, variant);
        }
    }
}
