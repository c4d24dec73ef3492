package dev.weir.edge.upstream;

import dev.weir.http.ProxyError;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

    private static final Set<ProxyError> UNREACHABLE = EnumSet.of(
            ProxyError.DNS_TIMEOUT,
            ProxyError.DNS_ERROR,
            ProxyError.DESTINATION_UNAVAILABLE,
            ProxyError.DESTINATION_IP_UNROUTABLE,
            ProxyError.CONNECTION_REFUSED,
            ProxyError.CONNECTION_TERMINATED,
            ProxyError.CONNECTION_TIMEOUT,
            ProxyError.CONNECTION_READ_TIMEOUT,
            ProxyError.HTTP_RESPONSE_INCOMPLETE,
            ProxyError.HTTP_RESPONSE_TIMEOUT);

    private final ProxyError type;
    private final Source source;
    private final int status;
    private final boolean aborted;
    private final boolean sent;

    private ProxyFailure(
            ProxyError type, Source source, int status, boolean aborted, boolean sent, @Nullable String detail) {
        super(detail, null, false, false);
        this.type = type;
        this.source = source;
        this.status = status;
        this.aborted = aborted;
        this.sent = sent;
    }

    /** A failure of this type. */
    public static ProxyFailure of(ProxyError type, Source source, String detail) {
        return new ProxyFailure(type, source, type.status(), false, false, detail);
    }

    /** A failure of this type that is answered with another status than the type's own. */
    public static ProxyFailure of(ProxyError type, Source source, int status, String detail) {
        return new ProxyFailure(type, source, status, false, false, detail);
    }

    /** The failure of an exchange that our own side ended: nobody waits for an answer any more. */
    public static ProxyFailure aborted(Source source, String detail) {
        return new ProxyFailure(ProxyError.HTTP_REQUEST_ERROR, source, 400, true, false, detail);
    }

    /** The same of a request that was on its way to the origin already. */
    ProxyFailure afterSending() {
        return new ProxyFailure(type, source, status, aborted, true, getMessage());
    }

    /**
     * Whether the request was on its way to the origin: what became of it needn't become of the next one. Otherwise no
     * connection was made, and none would be for others.
     */
    public boolean isAfterSending() {
        return sent;
    }

    /**
     * Whether the origin gave no answer because it could not be reached, or fell silent or left before it gave one. What
     * can't be understood, and what fails at TLS, is no such case: somebody is there.
     */
    public boolean isWithoutAnswer() {
        return source == Source.ORIGIN && UNREACHABLE.contains(type);
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
