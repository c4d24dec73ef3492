/**
 * Destinations that a client names: what may be dialled, names resolved once and checked, tunnels relayed. Read
 * {@link dev.weir.edge.forward.DestinationGuard} first.
 */
@NullMarked
package dev.weir.edge.forward;

import org.jspecify.annotations.NullMarked;
