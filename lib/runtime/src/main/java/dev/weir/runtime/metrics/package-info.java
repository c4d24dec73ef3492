/** Counters and timers, told in the Prometheus format. Read {@link dev.weir.runtime.metrics.Metrics} first. */
@NullMarked
package dev.weir.runtime.metrics;

import org.jspecify.annotations.NullMarked;
