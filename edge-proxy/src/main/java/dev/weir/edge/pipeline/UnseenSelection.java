package dev.weir.edge.pipeline;

import dev.weir.http.HeaderFields;
import dev.weir.http.HopByHop;
import dev.weir.http.caching.Vary;
import dev.weir.runtime.config.Identity;
import java.util.List;

/**
 * Whether an origin has chosen its answer by a selecting field (RFC 9111 §4.1) that it was sent otherwise than the
 * client has written it: by what Weir adds for this client, or takes off because the client's Connection names it. Stored
 * by the client's fields, such an answer would be given to others for whom the origin has another one.
 */
final class UnseenSelection {
    private UnseenSelection() {}

    /** Whether the answer with these fields was chosen so. */
    static boolean isIn(Exchange exchange, HeaderFields response) {
        if (!response.contains("Vary")) {
            return false;
        }
        HeaderFields request = exchange.canonical().fields();
        boolean told = exchange.listener().identity() == Identity.DISCLOSE;
        List<String> names = Vary.of(response).names();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            if ((told && isOfTheClient(name)) || (request.contains(name) && HopByHop.isTakenOff(request, name))) {
                return true;
            }
        }
        return false;
    }

    /** Whether Weir writes the client's address into the field of this name, in lower case. */
    private static boolean isOfTheClient(String name) {
        return name.equals("x-forwarded-for") || name.equals("forwarded");
    }
}
