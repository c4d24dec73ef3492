package dev.weir.http.caching;

import dev.weir.http.HeaderFields;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The variants of one request: each is built once, however many stored responses that vary by the same fields are asked
 * whether it selects them. Not thread-safe.
 */
public final class RequestVariants {
    private final HeaderFields request;
    private final Map<List<String>, String> byNames = new HashMap<>();

    /** Those of a request with these fields. */
    public RequestVariants(HeaderFields request) {
        this.request = request;
    }

    /** Whether the request selects the response that was stored for {@code variant}. */
    public boolean selects(Vary vary, String variant) {
        return !vary.isAny() && selects(vary.names(), variant);
    }

    /** Whether the request selects the response that varies by {@code names} and was stored for {@code variant}. */
    public boolean selects(List<String> names, String variant) {
        if (names.isEmpty()) {
            return variant.isEmpty();
        }
        return byNames.computeIfAbsent(names, each -> new Vary(each, false).variant(request))
                .equals(variant);
    }

    /** How many had to be built. */
    public int built() {
        return byNames.size();
    }
}
