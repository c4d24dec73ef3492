/**
 * The replica of the policy at an edge: in memory, on the disk, and the lease that heartbeats renew. Read {@link
 * dev.weir.edge.policy.PolicyReplica} first.
 */
@NullMarked
package dev.weir.edge.policy;

import org.jspecify.annotations.NullMarked;
