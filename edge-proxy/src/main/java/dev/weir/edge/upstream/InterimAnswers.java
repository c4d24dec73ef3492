package dev.weir.edge.upstream;

import dev.weir.http.HeaderFields;

/**
 * Takes the interim (1xx) answers to a request, before its final answer. A 100 also comes when the exchange stops
 * waiting for the origin's and wants the request's body: the client may be told to send it.
 */
@FunctionalInterface
public interface InterimAnswers {
    /** One interim answer; never 101. */
    void interim(int status, HeaderFields fields);
}
