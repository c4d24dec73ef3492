package dev.weir.edge.cache;

import io.netty.buffer.ByteBuf;

/** The octets of a stored response, all of them or some, with a count of those who hold them. Thread-safe. */
sealed interface HeldBody permits StoredBody, SparseBody {
    /** Becomes a holder, unless the last holder has already gone. */
    boolean tryRetain();

    /**
     * One holder less; the last one gives the memory back.
     *
     * @throws IllegalStateException if there is no holder left
     */
    void release();

    /** Some of the octets, all of which are held, as a buffer of its own that its receiver releases. Only for holders. */
    ByteBuf take(long first, int octets);

    /** How many octets lie in one piece of memory from {@code first} on; 0 if none is held there. */
    int contiguous(long first);

    /** Whether all octets from {@code first} to {@code last} are held. */
    boolean holds(long first, long last);

    /** Whether there is nothing more to have. */
    boolean isWhole();

    /** Of the representation, in octets. */
    long length();

    /** What it really occupies, in bytes: the allocator rounds up. */
    int weight();
}
