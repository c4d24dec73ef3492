package dev.weir.edge.pipeline;

import io.vertx.core.Future;

/**
 * One step on a request's way: it gathers facts, calls a pure function, acts on the answer. A phase sees heads only;
 * bodies flow past it.
 */
sealed interface Phase {
    /** Where this phase stands in the order. */
    Stage stage();

    /** A phase that decides at once. */
    non-sealed interface Now extends Phase {
        /** Decides. */
        Verdict run(Exchange exchange);
    }

    /** A phase that may have to ask another process, or wait for a socket. */
    non-sealed interface Later extends Phase {
        /** Decides, on the exchange's context; complete already if nothing had to be asked. */
        Future<Verdict> run(Exchange exchange);
    }
}
