package dev.weir.http;

/**
 * The protocols that a client may change to on its connection (RFC 9110 §7.8). HTTP itself is none of them, in any version
 * and under any name that a lenient origin could take for it, nor is TLS within the connection (RFC 2817): what followed
 * would be requests that nobody reads. HTTP/2 over clear text begins with its preface (RFC 9113 §3.1).
 */
public final class UpgradeField {
    private UpgradeField() {}

    /**
     * The members of these lines that may go on, as one line; empty if there are none. A member is {@code name} or {@code
     * name/version}, both of them tokens; all else is dropped.
     */
    public static String withoutHttp(Iterable<String> lines) {
        StringBuilder others = new StringBuilder();
        for (String line : lines) {
            // Not as a list with quoted strings in it: a quotation mark stands in no member, so it can hide no comma.
            for (String member : line.split(",", -1)) {
                String protocol = FieldSyntax.trim(member);
                if (mayGoOn(protocol)) {
                    others.append(others.isEmpty() ? "" : ", ").append(protocol);
                }
            }
        }
        return others.toString();
    }

    private static boolean mayGoOn(String protocol) {
        int slash = protocol.indexOf('/');
        String name = slash < 0 ? protocol : protocol.substring(0, slash);
        boolean sound = FieldSyntax.isToken(name) && (slash < 0 || FieldSyntax.isToken(protocol.substring(slash + 1)));
        return sound && !isHttp(name);
    }

    private static boolean isHttp(String name) {
        return begins(name, "h2") || begins(name, "h3") || begins(name, "http") || name.equalsIgnoreCase("tls");
    }

    private static boolean begins(String name, String word) {
        return name.regionMatches(true, 0, word, 0, word.length());
    }
}
