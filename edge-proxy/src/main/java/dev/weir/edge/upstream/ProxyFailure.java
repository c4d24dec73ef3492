package dev.weir.edge.upstream;

import dev.weir.http.ProxyError;

/**
 * Why an exchange with an origin failed: one exception for every cause, made without a stack trace since failing is
 * ordinary here. {@link #getMessage} is for the log only; it can name addresses that a client must not learn.
 */
public final class ProxyFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Whose fault it is. */
    public enum Source {
        /** The client sent something that can't be forwarded, or went away. */
        CLIENT,
        /** The origin, or the way to it. */
        ORIGIN,
        /** This proxy: its limits, its configuration, its drain. */
        SELF
    }

    private final ProxyError type;
    private final Source source;
    private final int status;
    private final boolean aborted;

    private ProxyFailure(ProxyError type, Source source, int status, boolean aborted, String detail) {
        super(detail, null, false, false);
        this.type = type;
        this.source = source;
        this.status = status;
        this.aborted = aborted;
    }

    /** A failure of this type. */
    public static ProxyFailure of(ProxyError type, Source source, String detail) {
        return new ProxyFailure(type, source, type.status(), false, detail);
    }

    /** A failure of this type that is answered with another status than the type's own. */
    public static ProxyFailure of(ProxyError type, Source source, int status, String detail) {
        return new ProxyFailure(type, source, status, false, detail);
    }

    /** The failure of an exchange that our own side ended: nobody waits for an answer any more. */
    public static ProxyFailure aborted(Source source, String detail) {
        return new ProxyFailure(ProxyError.HTTP_REQUEST_ERROR, source, 400, true, detail);
    }

    /** The RFC 9209 error type. */
    public ProxyError type() {
        return type;
    }

    /** Whose fault it is. */
    public Source source() {
        return source;
    }

    /** Whether the exchange was ended by our own side, so that there is nobody to answer. */
    public boolean isAborted() {
        return aborted;
    }

    /** The status code that answers a client whose response has not begun. */
    public int status() {
        return status;
    }
}
