/** The event bus as the services see it, in one process and over many. Read {@link dev.weir.runtime.cluster.Bus} first. */
@NullMarked
package dev.weir.runtime.cluster;

import org.jspecify.annotations.NullMarked;
