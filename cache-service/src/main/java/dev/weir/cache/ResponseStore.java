package dev.weir.cache;

import dev.weir.contracts.SequencePair;
import dev.weir.contracts.cache.CacheLookupReply;
import dev.weir.contracts.cache.CacheStore;
import dev.weir.contracts.cache.CacheStoreReply;
import dev.weir.contracts.cache.PurgeReport;
import dev.weir.contracts.cache.ScopeLog;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.PurgeScope;
import io.vertx.core.Future;
import java.util.List;

/**
 * Where the shared tier keeps responses and the sequence of purges. Every method is atomic against every other, answers
 * within a deadline of its own, and fails with {@link StoreException} and nothing else. Confined to one context.
 */
interface ResponseStore {
    /** Responses of one key, told apart by Vary, that are kept; the oldest go first. */
    int VARIANTS_OF_KEY = 64;

    /** Responses of one URL, over all zones, that are kept. */
    int RESPONSES_OF_URL = 256;

    /** Purges that are remembered. */
    int PURGES_REMEMBERED = 10_000;

    /**
     * Purges that are not of one URL that are remembered for what is stored, each by the last of its kind and subject.
     * What is older than one that was forgotten isn't used any more.
     */
    int WIDE_PURGES_REMEMBERED = 10_000;

    /** The response under {@code key} that these request fields select. */
    Future<Found> lookup(String key, String url, HeaderFields request);

    /**
     * Keeps a response, unless its URL, or whatever else it can be purged by, was purged since its {@link CacheStore#purges()}, or could have been, or it is an
     * error and a success that is still of use would be hidden by it.
     */
    Future<CacheStoreReply.Outcome> store(CacheStore response);

    /** Numbers a purge and remembers it: from now on no response that it is of is found, or as stale only. */
    Future<Purged> purge(PurgeScope scope, boolean soft);

    /** How many responses a purge of any of these scopes would meet; after a while only how many there are at least. */
    Future<Counted> count(List<PurgeScope> scopes);

    /** The newest purge. */
    Future<SequencePair> newestPurge();

    /** The purges after {@code since}, if all are known and at most {@code most}. */
    Future<ScopeLog> purgesSince(SequencePair since, int most);

    /** Whether the store does its work at present; the reason if it does not, or not as it should; else empty. */
    String trouble();

    /** Ends it. */
    Future<Void> close();

    /** What a look-up found. */
    sealed interface Found {
        /** A response. */
        record Response(CacheLookupReply.Hit hit) implements Found {}

        /** None; with the newest purge at that moment. */
        record Nothing(SequencePair purges) implements Found {}
    }

    /**
     * A purge that was done.
     *
     * @param pair its place
     * @param met how many responses; {@link PurgeReport#UNKNOWN} where they are not looked for
     */
    record Purged(SequencePair pair, long met) {}

    /**
     * Responses that were counted.
     *
     * @param met how many
     * @param whole false if there may be more
     */
    record Counted(long met, boolean whole) {}
}
