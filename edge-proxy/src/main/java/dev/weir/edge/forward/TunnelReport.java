package dev.weir.edge.forward;

/**
 * What a tunnel was, when it is over.
 *
 * @param bytesUp from the client to the origin, as taken from the client
 * @param bytesDown from the origin to the client
 * @param nanos that it was open
 */
public record TunnelReport(TunnelEnd end, long bytesUp, long bytesDown, long nanos) {}
