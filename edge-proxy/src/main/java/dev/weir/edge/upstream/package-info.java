/**
 * The edge's side towards origins: pools, health of targets, one exchange with an origin and its failures. Read
 * {@link dev.weir.edge.upstream.Origins} first.
 */
@NullMarked
package dev.weir.edge.upstream;

import org.jspecify.annotations.NullMarked;
