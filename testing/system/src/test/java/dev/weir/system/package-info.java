/**
 * Weir from outside: real processes on free ports, killed and stopped by pid, checked by what clients hold in their
 * hands. Read {@link dev.weir.system.ClusterDemoIT} first.
 */
@NullMarked
package dev.weir.system;

import org.jspecify.annotations.NullMarked;
