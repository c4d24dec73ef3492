package dev.weir.edge.listener;

import io.vertx.core.http.HttpServerRequest;

/** What a listener hands its requests to. */
@FunctionalInterface
public interface RequestEntry {
    /**
     * Takes a request over; called on the event loop of its connection, in the order of arrival, and on HTTP/1 never
     * before the answer to the request before it was written whole.
     */
    void accept(HttpServerRequest request, ListenerFacts facts);
}
