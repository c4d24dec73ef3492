package dev.weir.http;

/** How this proxy handled a response: members of Proxy-Status (RFC 9209). Each is appended as a field line of its own. */
public final class ProxyStatusField {
    /** The field's name. */
    public static final String NAME = "Proxy-Status";

    private ProxyStatusField() {}

    /**
     * A member that tells of an error.
     *
     * @param proxy this proxy's name, a token
     * @param details for people, empty for none; what isn't printable ASCII becomes a question mark
     */
    public static String error(String proxy, ProxyError error, String details) {
        String member = proxy + "; error=" + error.token();
        return details.isEmpty() ? member : member + "; details=" + FieldSyntax.quote(details);
    }

    /** A member that tells the status received from the next hop (RFC 9209 §2.1.4). */
    public static String received(String proxy, int status) {
        return proxy + "; received-status=" + status;
    }
}
