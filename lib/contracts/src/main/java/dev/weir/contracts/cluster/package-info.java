/** Messages that every process sends. Read {@link dev.weir.contracts.cluster.NodeStatus} first. */
@NullMarked
package dev.weir.contracts.cluster;

import org.jspecify.annotations.NullMarked;
