package dev.weir.cache;

import dev.weir.http.RequestTarget;
import dev.weir.http.caching.CacheKey;
import java.util.Optional;

/** The URL of a purge in the form that cache keys have. */
final class PurgeUrl {
    private static final int LONGEST = 8 * 1024;

    private PurgeUrl() {}

    /** Empty if it is not an absolute http or https URL, or longer than 8 KiB. */
    static Optional<String> normalise(String url) {
        if (url.length() > LONGEST) {
            return Optional.empty();
        }
        RequestTarget target = RequestTarget.parse("GET", url);
        if (!(target instanceof RequestTarget.AbsoluteForm absolute)) {
            return Optional.empty();
        }
        String authority =
                absolute.authority().withoutDefaultPort(absolute.scheme()).toString();
        return Optional.of(new CacheKey("any", absolute.scheme(), authority, absolute.path(), absolute.query()).uri());
    }
}
