package dev.weir.policy;

import dev.weir.http.HeaderFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What rules may look at once the head of the answer is there.
 *
 * @param mediaTypes the type or types that the answer claims, in lower case, without parameters; usually one. None:
 *     unknown
 */
public record ResponseFacts(List<String> mediaTypes) {
    private static final ResponseFacts UNKNOWN = new ResponseFacts(List.of());
    private static final int MOST_TYPES = 16;

    public ResponseFacts {
        mediaTypes = List.copyOf(mediaTypes);
    }

    /** An answer that says no type, or that has none to say (a tunnel, a 101). */
    public static ResponseFacts unknown() {
        return UNKNOWN;
    }

    /** The facts of an answer with these fields. Several Content-Types are all taken seriously, up to 16. */
    public static ResponseFacts of(HeaderFields fields) {
        List<String> types = new ArrayList<>(1);
        for (String line : fields.all("Content-Type")) {
            for (String value : line.split(",", MOST_TYPES)) {
                int semicolon = value.indexOf(';');
                String type = (semicolon < 0 ? value : value.substring(0, semicolon))
                        .trim()
                        .toLowerCase(Locale.ROOT);
                if (type.indexOf('/') > 0 && types.size() < MOST_TYPES) {
                    types.add(type);
                }
            }
        }
        return types.isEmpty() ? UNKNOWN : new ResponseFacts(types);
    }
}
