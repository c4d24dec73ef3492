package dev.weir.edge.upstream;

import dev.weir.http.ProxyError;

/** What the way to origins has to tell the metrics. Called on event loops; must not block or throw. */
public interface OriginMetrics {
    /** Tells nobody. */
    OriginMetrics NONE = new OriginMetrics() {};

    /** A connection to {@code target} could not be made. */
    default void connectFailed(String target, ProxyError why) {}

    /** A connection to {@code target} was made, within {@code nanos}. */
    default void connected(String target, long nanos) {}

    /** A request was sent again, to {@code target}, after {@code why}. */
    default void retried(String target, ProxyError why) {}

    /** A request had to wait {@code nanos} for a connection to {@code target}. */
    default void waited(String target, long nanos) {}

    /** A request was refused: {@code target} has no connection free and its queue is full. */
    default void refused(String target) {}

    /** {@code target} is out for a while: too many failures in a row. */
    default void ejected(String target) {}

    /** An answer of {@code target} was broken off or broke the protocol. */
    default void brokenAnswer(String target, ProxyError why) {}
}
