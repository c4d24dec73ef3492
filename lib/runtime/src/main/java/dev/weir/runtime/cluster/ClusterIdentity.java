package dev.weir.runtime.cluster;

/**
 * Who a process is in its cluster.
 *
 * @param nodeName of the process
 * @param holdsData whether it holds a part of the cluster's data; edges and consoles do not, so that scaling them moves
 *     nothing
 */
public record ClusterIdentity(String nodeName, boolean holdsData) {}
