package dev.weir.edge.cache;

import dev.weir.contracts.cache.CacheStoreReply;

/** What is counted here, each with its words in metrics: of which doing, and what came of it. */
enum CacheCounter {
    LOOKUP_L1("lookup", "l1"),
    LOOKUP_L2("lookup", "l2"),
    LOOKUP_MISSING("lookup", "missing"),
    LOOKUP_REFUSED("shared-lookup", "not-stored-lately"),
    LOOKUP_LATE("shared-lookup", "late"),
    LOOKUP_FAILED("shared-lookup", "failed"),
    LOOKUP_BEHIND("shared-lookup", "behind"),
    LOOKUP_BREAKER_OPEN("shared-lookup", "breaker-open"),
    LOOKUP_TOO_MANY("shared-lookup", "too-many"),
    LOOKUP_TOO_LARGE("shared-lookup", "too-large"),
    LOOKUP_STALLED("shared-lookup", "own-loop-late"),
    LEASE_GRANTED("lease", "granted"),
    LEASE_LATE_GRANT("lease", "late-grant"),
    LEASE_RENEWED("lease", "renewed"),
    LEASE_NOT_RENEWED("lease", "not-renewed"),
    LEASE_LOST("lease", "lost"),
    LEASE_GIVEN_BACK("lease", "given-back"),
    LEASE_LEFT("lease", "left-to-end"),
    LEASE_OVERRUN("lease", "overrun"),
    LEASE_NONE("lease", "none-given"),
    ELSEWHERE_TOLD("elsewhere", "told"),
    STORE_SHARED("shared-store", "stored"),
    STORE_PURGED("shared-store", "purged"),
    STORE_OUTRANKED("shared-store", "outranked"),
    STORE_LATE("shared-store", "late"),
    STORE_UNAVAILABLE("shared-store", "unavailable"),
    STORE_NOT_SHARED("shared-store", "not-shared"),
    STORE_DROPPED("shared-store", "dropped"),
    STORE_FAILED("shared-store", "failed"),
    PURGE_ASKED("shared-purge", "done"),
    PURGE_FAILED("shared-purge", "failed"),
    PURGE_DROPPED("shared-purge", "dropped"),
    RECORD_STORED("store", "stored"),
    RECORD_PURGED("store", "purged"),
    RECORD_OUTRANKED("store", "outranked"),
    RECORD_TOO_BIG("store", "too-big"),
    RECORD_TOO_MANY_TAGS("store", "too-many-tags"),
    RECORD_NO_MEMORY("store", "no-memory"),
    RECORD_BROKEN("store", "broken"),
    RECORD_ABORTED("store", "aborted"),
    RECORD_PART_CONTRADICTS("store", "part-contradicts"),
    RECORD_PART_ALONE("store", "part-alone"),
    HEAD_CONTRADICTED("head", "contradicted"),
    FETCH_LED("fetch", "led"),
    FETCH_JOINED("fetch", "joined"),
    FETCH_UNSHARED("fetch", "unshared-lately"),
    FETCH_FULL("fetch", "full"),
    FETCH_PURGED("fetch", "purged"),
    FETCH_TOO_SLOW("fetch", "too-slow"),
    FETCH_FOLLOWED("fetch-joined", "followed"),
    FETCH_AGAIN("fetch-joined", "again"),
    FETCH_RELEASED("fetch-joined", "released"),
    FETCH_FAILED("fetch-joined", "failed"),
    FETCH_ANEW("fetch-joined", "anew"),
    FETCH_LATE("fetch-joined", "late"),
    RENEWAL_BEGUN("renewal", "begun"),
    RENEWAL_DONE("renewal", "done"),
    RENEWAL_FAILED("renewal", "failed"),
    PURGE_APPLIED("purge", "applied"),
    PURGE_WIDE("purge", "wide"),
    PURGE_EMPTY("purge", "nothing-stored"),
    PURGE_CAUGHT_UP("purge", "caught-up"),
    PURGE_EARLIER_LIFE("purge", "earlier-life"),
    PURGE_CLEARED_ALL("purge", "cleared-all"),
    PURGE_LOCAL("purge", "local");

    private final String doing;
    private final String outcome;

    CacheCounter(String doing, String outcome) {
        this.doing = doing;
        this.outcome = outcome;
    }

    String doing() {
        return doing;
    }

    String outcome() {
        return outcome;
    }

    static CacheCounter of(CacheStoreReply reply) {
        return switch (reply.outcome()) {
            case STORED -> STORE_SHARED;
            case PURGED -> STORE_PURGED;
            case OUTRANKED -> STORE_OUTRANKED;
            case LATE -> STORE_LATE;
            case UNAVAILABLE -> STORE_UNAVAILABLE;
        };
    }
}
