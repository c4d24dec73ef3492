package dev.weir.edge.upstream;

import io.vertx.core.Future;

/**
 * An exchange under way.
 *
 * @param <T> what comes of it
 */
public final class OriginCall<T> {
    private final Future<T> answer;
    private final Runnable abort;

    OriginCall(Future<T> answer, Runnable abort) {
        this.answer = answer;
        this.abort = abort;
    }

    /** The final answer's head, or a {@link ProxyFailure}; completed on the event loop that called. */
    public Future<T> answer() {
        return answer;
    }

    /**
     * Ends the exchange, the client being gone: before an answer the future fails, behind it the body stops without a
     * further event, and the connection is closed. After the end of the body it does nothing.
     */
    public void abort() {
        abort.run();
    }
}
