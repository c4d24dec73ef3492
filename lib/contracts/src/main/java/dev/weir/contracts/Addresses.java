package dev.weir.contracts;

import dev.weir.contracts.audit.AuditAck;
import dev.weir.contracts.audit.AuditBatch;
import dev.weir.contracts.audit.AuditPage;
import dev.weir.contracts.audit.AuditQuery;
import dev.weir.contracts.cache.CacheLookup;
import dev.weir.contracts.cache.CacheLookupReply;
import dev.weir.contracts.cache.CacheStore;
import dev.weir.contracts.cache.CacheStoreReply;
import dev.weir.contracts.cache.ExplainRequest;
import dev.weir.contracts.cache.Explanation;
import dev.weir.contracts.cache.LeaseLookup;
import dev.weir.contracts.cache.LeaseLookupReply;
import dev.weir.contracts.cache.LeasedStore;
import dev.weir.contracts.cache.LeasesHeld;
import dev.weir.contracts.cache.LeasesLost;
import dev.weir.contracts.cache.PurgeApplied;
import dev.weir.contracts.cache.PurgeLog;
import dev.weir.contracts.cache.PurgeMet;
import dev.weir.contracts.cache.PurgeNotice;
import dev.weir.contracts.cache.PurgeOrder;
import dev.weir.contracts.cache.PurgePair;
import dev.weir.contracts.cache.PurgeReceipt;
import dev.weir.contracts.cache.PurgeReport;
import dev.weir.contracts.cache.PurgeRequest;
import dev.weir.contracts.cache.PurgesSince;
import dev.weir.contracts.cache.ScopeCount;
import dev.weir.contracts.cache.ScopeCounted;
import dev.weir.contracts.cache.ScopeLog;
import dev.weir.contracts.cache.ScopeNotice;
import dev.weir.contracts.cluster.NodeStatus;
import dev.weir.contracts.policy.DecideReply;
import dev.weir.contracts.policy.DecideRequest;
import dev.weir.contracts.policy.PseudonymKey;
import dev.weir.contracts.policy.PseudonymKeyRequest;
import dev.weir.contracts.policy.PublishReply;
import dev.weir.contracts.policy.PublishRequest;
import dev.weir.contracts.policy.RevisionAnnouncement;
import dev.weir.contracts.policy.RevisionChunk;
import dev.weir.contracts.policy.RevisionFetch;

/** Every address on the bus, with the wire forms of what travels there. */
public final class Addresses {
    /** Served by cache-service. */
    public static final Address<CacheLookup, CacheLookupReply> CACHE_LOOKUP =
            new Address<>("weir.cache.lookup", CacheLookup.CODEC, CacheLookupReply.CODEC);

    /** Served by cache-service: {@link #CACHE_LOOKUP} for somebody who wants to know and not to use it; not counted. */
    public static final Address<CacheLookup, CacheLookupReply> CACHE_PEEK =
            new Address<>("weir.cache.peek", CacheLookup.CODEC, CacheLookupReply.CODEC);

    /** Served by cache-service. */
    public static final Address<CacheStore, CacheStoreReply> CACHE_STORE =
            new Address<>("weir.cache.store", CacheStore.CODEC, CacheStoreReply.CODEC);

    /** Served by cache-service: {@link #CACHE_LOOKUP} for somebody who asks the origin for others too. */
    public static final Address<LeaseLookup, LeaseLookupReply> CACHE_LEASE_LOOKUP =
            new Address<>("weir.cache.lease-lookup", LeaseLookup.CODEC, LeaseLookupReply.CODEC);

    /** Served by cache-service: {@link #CACHE_STORE} of what was fetched under a token. */
    public static final Address<LeasedStore, CacheStoreReply> CACHE_LEASED_STORE =
            new Address<>("weir.cache.leased-store", LeasedStore.CODEC, CacheStoreReply.CODEC);

    /** Served by cache-service. */
    public static final Address<LeasesHeld, LeasesLost> CACHE_LEASES =
            new Address<>("weir.cache.leases", LeasesHeld.CODEC, LeasesLost.CODEC);

    /** Served by cache-service. */
    public static final Address<PurgeRequest, PurgeReceipt> CACHE_PURGE =
            new Address<>("weir.cache.purge", PurgeRequest.CODEC, PurgeReceipt.CODEC);

    /** Served by cache-service. */
    public static final Address<PurgesSince, PurgeLog> CACHE_PURGES_SINCE =
            new Address<>("weir.cache.purges-since", PurgesSince.CODEC, PurgeLog.CODEC);

    /** Served by cache-service; {@link #CACHE_PURGE} is what it was when there were only URLs. */
    public static final Address<PurgeOrder, PurgeReport> CACHE_PURGE_SCOPES =
            new Address<>("weir.cache.purge-scopes", PurgeOrder.CODEC, PurgeReport.CODEC);

    /** Served by cache-service; {@link #CACHE_PURGES_SINCE} is what it was when there were only URLs. */
    public static final Address<PurgesSince, ScopeLog> CACHE_SCOPES_SINCE =
            new Address<>("weir.cache.scopes-since", PurgesSince.CODEC, ScopeLog.CODEC);

    /**
     * Told by cache-service of purges that were ordered, heard by edges, who tell by {@link #CACHE_PURGE_MET} what they
     * met.
     */
    public static final Topic<ScopeNotice> CACHE_PURGED_SCOPE =
            new Topic<>("weir.cache.purged-scope", ScopeNotice.CODEC);

    /** Told by cache-service, heard by edges. */
    public static final Topic<ScopeCount> CACHE_COUNT = new Topic<>("weir.cache.count", ScopeCount.CODEC);

    /** Told by edges, heard by cache-service. */
    public static final Topic<ScopeCounted> CACHE_COUNTED = new Topic<>("weir.cache.counted", ScopeCounted.CODEC);

    /** Told by edges, heard by cache-service. */
    public static final Topic<PurgeMet> CACHE_PURGE_MET = new Topic<>("weir.cache.purge-met", PurgeMet.CODEC);

    /** Told by cache-service of purges of one URL that nobody waits for the count of, heard by edges. */
    public static final Topic<PurgeNotice> CACHE_PURGED = new Topic<>("weir.cache.purged", PurgeNotice.CODEC);

    /** Told by cache-service each second, heard by edges. */
    public static final Topic<PurgePair> CACHE_PAIR = new Topic<>("weir.cache.pair", PurgePair.CODEC);

    /** Told by edges, heard by cache-service. */
    public static final Topic<PurgeApplied> CACHE_APPLIED = new Topic<>("weir.cache.applied", PurgeApplied.CODEC);

    /** Told by policy-service on change and each second, heard by edges. */
    public static final Topic<RevisionAnnouncement> POLICY_CURRENT =
            new Topic<>("weir.policy.current", RevisionAnnouncement.CODEC);

    /** Served by policy-service. */
    public static final Address<RevisionFetch, RevisionChunk> POLICY_FETCH =
            new Address<>("weir.policy.fetch", RevisionFetch.CODEC, RevisionChunk.CODEC);

    /** Served by policy-service. */
    public static final Address<DecideRequest, DecideReply> POLICY_DECIDE =
            new Address<>("weir.policy.decide", DecideRequest.CODEC, DecideReply.CODEC);

    /** Served by policy-service. */
    public static final Address<PublishRequest, PublishReply> POLICY_PUBLISH =
            new Address<>("weir.policy.publish", PublishRequest.CODEC, PublishReply.CODEC);

    /** Served by policy-service. */
    public static final Address<PseudonymKeyRequest, PseudonymKey> PSEUDONYM_KEY =
            new Address<>("weir.policy.pseudonym-key", PseudonymKeyRequest.CODEC, PseudonymKey.CODEC);

    /** Served by audit-service. */
    public static final Address<AuditBatch, AuditAck> AUDIT_APPEND =
            new Address<>("weir.audit.append", AuditBatch.CODEC, AuditAck.CODEC);

    /**
     * Served by audit-service: {@link #AUDIT_APPEND} for a batch that goes on where one ends that may still be under way;
     * refused unless that one is there.
     */
    public static final Address<AuditBatch, AuditAck> AUDIT_APPEND_NEXT =
            new Address<>("weir.audit.append-next", AuditBatch.CODEC, AuditAck.CODEC);

    /** Served by audit-service. */
    public static final Address<AuditQuery, AuditPage> AUDIT_QUERY =
            new Address<>("weir.audit.query", AuditQuery.CODEC, AuditPage.CODEC);

    /** Told by every process each second. */
    public static final Topic<NodeStatus> NODE_STATUS = new Topic<>("weir.node.status", NodeStatus.CODEC);

    private Addresses() {}

    /** Served by the edge of this name. */
    public static Address<ExplainRequest, Explanation> explain(String node) {
        return new Address<>("weir.edge.explain." + node, ExplainRequest.CODEC, Explanation.CODEC);
    }
}
