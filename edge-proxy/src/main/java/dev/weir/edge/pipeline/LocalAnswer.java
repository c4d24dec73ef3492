package dev.weir.edge.pipeline;

import dev.weir.http.HeaderFields;
import dev.weir.http.ProxyError;

/**
 * An answer that Weir makes itself.
 *
 * @param status its status
 * @param reason the one word for log, metrics and Proxy-Status
 * @param errorType the RFC 9209 error type, or empty where the answer is no error
 * @param fields further fields
 * @param closes whether the connection ends with it
 * @param termination how the exchange ended
 * @param content of an answer that is no error: JSON; else empty
 */
record LocalAnswer(
        int status,
        String reason,
        String errorType,
        HeaderFields fields,
        boolean closes,
        Termination termination,
        String content) {
    /** The methods that every resource may have. */
    static final String METHODS = "GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH";

    LocalAnswer(
            int status, String reason, String errorType, HeaderFields fields, boolean closes, Termination termination) {
        this(status, reason, errorType, fields, closes, termination, "");
    }

    /** What was asked for was done here; with what there is to say of it, in JSON. */
    static LocalAnswer said(String reason, String content) {
        HeaderFields fields = HeaderFields.of("Content-Type", "application/json", "Cache-Control", "no-store");
        return new LocalAnswer(200, reason, "", fields, false, Termination.COMPLETE, content);
    }

    /** What this proxy offers, to an OPTIONS that asks it and nobody behind it; without content. */
    static LocalAnswer options() {
        return new LocalAnswer(200, "max-forwards", "", HeaderFields.of("Allow", METHODS), false, Termination.COMPLETE);
    }

    /** An error of this type (RFC 9209 §2.3). */
    static LocalAnswer error(int status, String reason, String errorType) {
        return new LocalAnswer(status, reason, errorType, HeaderFields.empty(), false, Termination.FAILED);
    }

    /** The client may come back in a few seconds: something here isn't ready yet. */
    static LocalAnswer unavailable(String reason, String errorType) {
        return new LocalAnswer(503, reason, errorType, HeaderFields.of("Retry-After", "2"), false, Termination.FAILED);
    }

    /** The client is sent elsewhere. */
    static LocalAnswer redirect(int status, String location) {
        return new LocalAnswer(
                status, "redirect", "", HeaderFields.of("Location", location), false, Termination.COMPLETE);
    }

    /** A rule doesn't let it pass. */
    static LocalAnswer denied(int status) {
        return denied(status, "denied-by-rule");
    }

    /** It isn't let pass, for this reason. */
    static LocalAnswer denied(int status, String reason) {
        return new LocalAnswer(
                status,
                reason,
                ProxyError.HTTP_REQUEST_DENIED.token(),
                HeaderFields.empty(),
                false,
                Termination.DENIED);
    }

    /** A destination that is never dialled. */
    static LocalAnswer prohibited(String errorType) {
        return new LocalAnswer(403, errorType, errorType, HeaderFields.empty(), false, Termination.DENIED);
    }

    /** The request can't be read, or not one way only: nothing behind it can be either. */
    static LocalAnswer malformed(int status, String reason) {
        return new LocalAnswer(
                status,
                reason,
                ProxyError.HTTP_REQUEST_ERROR.token(),
                HeaderFields.empty(),
                true,
                Termination.MALFORMED);
    }

    /** A sound request that has no place here; the connection ends with it. */
    static LocalAnswer refused(int status, String reason, HeaderFields fields) {
        return new LocalAnswer(status, reason, ProxyError.HTTP_REQUEST_ERROR.token(), fields, true, Termination.FAILED);
    }
}
