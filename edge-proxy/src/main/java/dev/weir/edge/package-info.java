/** The data plane as a service of its own. Read {@link dev.weir.edge.EdgeService} first. */
@NullMarked
package dev.weir.edge;

import org.jspecify.annotations.NullMarked;
