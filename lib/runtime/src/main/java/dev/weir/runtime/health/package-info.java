/** Liveness, readiness and what stands in their way. Read {@link dev.weir.runtime.health.Health} first. */
@NullMarked
package dev.weir.runtime.health;

import org.jspecify.annotations.NullMarked;
