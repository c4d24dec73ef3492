package dev.weir.edge.pipeline;

import dev.weir.http.HeaderFields;

/**
 * Whether an origin has chosen its answer by a selecting field (RFC 9111 §4.1) that it was sent otherwise than the
 * client has written it: Connection took it off, it was dropped because this client isn't believed, or it is one that is
 * written here, as X-Forwarded-For is. Stored by the client's fields, such an answer would be given to others for whom
 * the origin has another one.
 */
final class UnseenSelection {
    private UnseenSelection() {}

    /** Whether the answer with these fields was chosen so. */
    static boolean isIn(Exchange exchange, HeaderFields response) {
        if (!response.contains("Vary")) {
            return false;
        }
        HeaderFields came = exchange.canonical().fields();
        HeaderFields went = IdentityFields.forOrigin(exchange, "");
        for (String name : exchange.cache().rule().vary(response).names()) {
            if (!isOfTheKey(name) && !came.combined(name).equals(went.combined(name))) {
                return true;
            }
        }
        return false;
    }

    /** What is told of scheme and host follows from the key. */
    private static boolean isOfTheKey(String name) {
        return name.equals("x-forwarded-proto") || name.equals("x-forwarded-host");
    }
}
