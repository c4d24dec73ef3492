/** The cache as the edge sees it: memory of its own, the shared tier, purges. Read {@link dev.weir.edge.cache.EdgeCache} first. */
@NullMarked
package dev.weir.edge.cache;

import org.jspecify.annotations.NullMarked;
