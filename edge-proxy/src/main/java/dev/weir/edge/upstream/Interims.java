package dev.weir.edge.upstream;

import dev.weir.http.HeaderFields;

/** The interim answers of one exchange (RFC 9110 §15.2): so many at the most, and 100 once. Lives on a single event loop. */
final class Interims {
    /** Interim answers taken for one request. */
    static final int MOST = 32;

    private final InterimAnswers taker;
    private int count;
    private boolean continued;

    Interims(InterimAnswers taker) {
        this.taker = taker;
    }

    /** Hands one on, but for a second 100; false if it is one too many. */
    boolean take(AnswerHead answer) {
        if (++count > MOST) {
            return false;
        }
        if (answer.status() != 100 || !continued) {
            continued |= answer.status() == 100;
            taker.interim(answer.status(), answer.fields());
        }
        return true;
    }

    /** The client is told to go on though the origin hasn't said so. */
    void goOnAnyway() {
        continued = true;
        taker.interim(100, HeaderFields.empty());
    }
}
