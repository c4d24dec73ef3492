package dev.weir.http;

/** The delivery networks that a request has passed (RFC 8586), which nobody on the way may take away. */
public final class CdnLoop {
    /** The name of the field. */
    public static final String NAME = "CDN-Loop";

    private CdnLoop() {}

    /** Whether the request has passed the network of this name; members that aren't well-formed name nobody. */
    public static boolean names(HeaderFields fields, String id) {
        if (!fields.contains(NAME)) {
            return false;
        }
        for (String member : FieldSyntax.list(fields, NAME)) {
            int end = FieldSyntax.memberEnd(member, 0, ';');
            if (FieldSyntax.trimmed(member, 0, end).equalsIgnoreCase(id)) {
                return true;
            }
        }
        return false;
    }
}
