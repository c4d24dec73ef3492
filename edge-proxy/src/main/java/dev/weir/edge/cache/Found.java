package dev.weir.edge.cache;

/** What a look-up found. Whether what is stored may be used is for {@code Reuse} to say; each kind can be filled. */
public sealed interface Found {
    /** For what is fetched instead, or to validate it with. */
    Fill fill();

    /**
     * Stored in this edge. The receiver releases the entry.
     *
     * @param entry the response
     * @param fill should it not be used
     */
    record InL1(L1Entry entry, Fill fill) implements Found {}

    /**
     * Stored in the shared tier, and now here too. The receiver releases the entry.
     *
     * @param entry the response
     * @param fill should it not be used
     */
    record InL2(L1Entry entry, Fill fill) implements Found {}

    /**
     * Stored nowhere, as far as could be told in time.
     *
     * @param fill for what is fetched
     */
    record Missing(Fill fill) implements Found {}
}
