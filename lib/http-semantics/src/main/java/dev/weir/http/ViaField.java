package dev.weir.http;

/** The intermediaries that a message has passed (RFC 9110 §7.6.3). */
public final class ViaField {
    private ViaField() {}

    /**
     * The member that this intermediary appends, as a field line of its own.
     *
     * @param protocol what the message was received by: {@code HTTP/1.1}, {@code HTTP/2}, …
     * @param pseudonym the name of this intermediary
     */
    public static String member(String protocol, String pseudonym) {
        return (protocol.startsWith("HTTP/") ? protocol.substring(5) : protocol) + ' ' + pseudonym;
    }

    /** Whether the message has passed an intermediary of this name: a loop, if the name is unique. */
    public static boolean names(HeaderFields fields, String pseudonym) {
        if (!fields.contains("Via")) {
            return false;
        }
        for (String member : FieldSyntax.list(fields, "Via")) {
            int start = 0;
            while (start < member.length() && !FieldSyntax.isBlank(member.charAt(start))) {
                start++;
            }
            while (start < member.length() && FieldSyntax.isBlank(member.charAt(start))) {
                start++;
            }
            int end = start;
            while (end < member.length() && !FieldSyntax.isBlank(member.charAt(end))) {
                end++;
            }
            if (end - start == pseudonym.length()
                    && member.regionMatches(true, start, pseudonym, 0, pseudonym.length())) {
                return true;
            }
        }
        return false;
    }
}
