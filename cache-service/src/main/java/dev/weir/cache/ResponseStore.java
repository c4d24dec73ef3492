package dev.weir.cache;

import dev.weir.contracts.SequencePair;
import dev.weir.contracts.cache.CacheLookupReply;
import dev.weir.contracts.cache.CacheStore;
import dev.weir.contracts.cache.CacheStoreReply;
import dev.weir.contracts.cache.LeaseLookup;
import dev.weir.contracts.cache.LeaseLookupReply;
import dev.weir.contracts.cache.LeasesHeld;
import dev.weir.contracts.cache.LeasesLost;
import dev.weir.contracts.cache.PurgeReport;
import dev.weir.contracts.cache.ScopeLog;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.PurgeScope;
import io.vertx.core.Future;
import java.time.Duration;
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

    /** How long a lease lasts that isn't renewed. */
    Duration LEASE = Duration.ofSeconds(3);

    /** The response under {@code key} that these request fields select. */
    Future<Found> lookup(String key, String url, HeaderFields request);

    /**
     * The same, for somebody who asks the origin for others too: if there is no response, the lease for that, or word of
     * who holds it. It isn't word of the asker's own node, whose earlier fetch nobody joins any more or which has begun
     * a new life, nor of who has asked before a purge that may concern what comes.
     */
    Future<LeaseLookupReply> lookup(LeaseLookup asked, String url);

    /** Renews leases, each for {@link #LEASE}, and takes some back. */
    Future<LeasesLost> leases(LeasesHeld leases);

    /**
     * Keeps a response, unless its URL, or whatever else it can be purged by, was purged since its
     * {@link CacheStore#purges()}, or could have been, or what is there for the same requests, or being fetched under the
     * lease by somebody else, was asked for later, or it is an error and a success that is still of use would be hidden
     * by it. What is stored ends the lease if that is held under the response's token.
     *
     * @param response its token is 0 if it has none; then what came later counts as asked for later
     * @param lease name of the lease; empty without one
     */
    Future<CacheStoreReply.Outcome> store(CacheStore response, String lease);

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
