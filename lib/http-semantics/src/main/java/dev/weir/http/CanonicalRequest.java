package dev.weir.http;

/**
 * A request head, read once and strictly: policy, cache key, routing, log and the bytes sent upstream are views of it.
 * Made by {@link RequestCheck}.
 *
 * @param method a token, case as it came
 * @param scheme {@code http} or {@code https}; empty for CONNECT
 * @param authority of an absolute target or {@code :authority}, else of Host
 * @param path as it came, begins with a slash; {@code *} for OPTIONS on the server as a whole; empty for CONNECT
 * @param query as it came with its question mark; empty if there is none
 * @param fields as they came, but with exactly one Host, which says what {@code authority} says, in whatever case
 * @param protocol {@code HTTP/1.0}, {@code HTTP/1.1} or {@code HTTP/2}
 * @param form how the target was written
 * @param framing what follows the head
 */
public record CanonicalRequest(
        String method,
        String scheme,
        Authority authority,
        String path,
        String query,
        HeaderFields fields,
        String protocol,
        TargetForm form,
        Framing framing) {
    /** How a target was written (RFC 9112 §3.2). */
    public enum TargetForm {
        /** A path; in HTTP/2 every request but the two below. */
        ORIGIN,
        /** A whole URI; HTTP/1 only. */
        ABSOLUTE,
        /** Host and port of a CONNECT. */
        AUTHORITY,
        /** OPTIONS for the server as a whole. */
        ASTERISK
    }

    /** Whether there is a query, be it an empty one. */
    public boolean hasQuery() {
        return !query.isEmpty();
    }

    /** Path and query: the target in origin form. */
    public String pathAndQuery() {
        return query.isEmpty() ? path : path + query;
    }

    /** The target URI (RFC 9110 §7.1); for CONNECT the authority alone. */
    public String uri() {
        if (scheme.isEmpty()) {
            return authority.toString();
        }
        return scheme + "://" + authority + (path.equals("*") ? "" : pathAndQuery());
    }

    /** This request with other fields. */
    public CanonicalRequest withFields(HeaderFields other) {
        return new CanonicalRequest(method, scheme, authority, path, query, other, protocol, form, framing);
    }

    /** This request with another scheme: the one that the client used, by the word of a trusted hop. */
    public CanonicalRequest withScheme(String other) {
        return new CanonicalRequest(method, other, authority, path, query, fields, protocol, form, framing);
    }
}
