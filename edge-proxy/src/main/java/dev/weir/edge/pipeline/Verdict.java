package dev.weir.edge.pipeline;

import io.vertx.core.Future;

/** What a phase says about the rest of the way. */
sealed interface Verdict {
    /** On to the next phase. */
    Verdict PROCEED = new Proceed();

    /** {@link #PROCEED}, from a phase that might have had to wait and did not. */
    Future<Verdict> PROCEEDED = Future.succeededFuture(PROCEED);

    /** The exchange is no longer a request with an answer; whoever took it over ends it. */
    Verdict TAKEN_OVER = new TakenOver();

    /** On to the next phase. */
    record Proceed() implements Verdict {}

    /** The exchange became a tunnel. */
    record TakenOver() implements Verdict {}

    /** Weir answers by itself; the phases in between are left out. */
    record Reply(LocalAnswer answer) implements Verdict {}
}
