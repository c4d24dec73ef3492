package dev.weir.edge.upstream;

import org.jspecify.annotations.Nullable;

/**
 * The pool that one try of an exchange uses, and the target behind it.
 *
 * @param upstream that the target belongs to; null for a destination that the client named
 * @param index of the address among those checked; 0 for a configured target
 */
record Route(TargetPool pool, TargetSpec target, @Nullable UpstreamSpec upstream, int index) {}
