package dev.weir.edge.cache;

import dev.weir.contracts.cache.Lease;

/**
 * What a fetch was given by the shared tier: nothing, or not yet; a lease to ask the origin for all edges; or a token of
 * its own where somebody else has that. Thread-safe.
 */
public final class Claim {
    private final Leases leases;
    private final Fetch fetch;
    private volatile Lease lease = Lease.NONE;

    Claim(Leases leases, Fetch fetch) {
        this.leases = leases;
        this.fetch = fetch;
    }

    /** What is fetched is stored under this; of no token if there is none. */
    Lease lease() {
        return lease;
    }

    void lease(Lease given) {
        lease = given;
    }

    Fetch fetch() {
        return fetch;
    }

    /** The lease goes to the shared tier with what is to be stored. */
    void handedOver() {
        leases.forget(lease);
    }

    /** Nobody joins the fetch any more. */
    void over() {
        leases.giveBack(lease);
    }
}
