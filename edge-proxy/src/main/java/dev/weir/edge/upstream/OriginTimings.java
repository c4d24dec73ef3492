package dev.weir.edge.upstream;

/**
 * Where an answer came from and how long that took.
 *
 * @param address of the connection's far end, {@code address:port}
 * @param reused whether the connection had served a request before
 * @param retries 0 or 1
 * @param connectNanos from the call until a connection was there, over all tries
 * @param firstByteNanos from sending the request's head until the head of the final answer
 */
public record OriginTimings(String address, boolean reused, int retries, long connectNanos, long firstByteNanos) {}
