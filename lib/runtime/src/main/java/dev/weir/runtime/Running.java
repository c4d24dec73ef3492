package dev.weir.runtime;

import io.vertx.core.Future;

/** A started service. */
public interface Running {
    /**
     * Takes nothing new, finishes what it has begun, writes down what must last; then the future is done. The process
     * waits {@code drain} for all services together, and ends all the same.
     */
    Future<Void> drain();
}
