package dev.weir.edge.upstream;

/** A connection as its pool sees it. Lives on a single event loop. */
interface PooledConnection {
    /** Takes a place on it. */
    OriginStream open();

    /** Whether it can take another exchange now. */
    boolean hasRoom();

    /** Whether it carries no exchange. */
    boolean isIdle();

    boolean isClosed();

    /** Until when it is kept without an exchange. */
    long idleUntil();

    /** Whether the far end has not given a sign of life that was due. */
    boolean isDead(long nowNanos);

    void close();
}
