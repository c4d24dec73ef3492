package dev.weir.runtime.config;

import dev.weir.http.caching.QueryRule;
import java.util.List;
import java.util.Optional;

/**
 * Which parameters of a query count. The others are no part of the cache's key, and don't go to the origin with a request
 * that may be answered from the cache: the origin is asked for exactly what the key says. Names are compared decoded, with
 * regard to case; {@code utm_*} means all that begin so. A purge of a URL finds what is stored for it, however its query is
 * written.
 *
 * @param drop these don't count; at most 256
 * @param keep only these count, none with {@code []}; in place of {@code drop}
 * @param sort whether parameters are brought into the order of their names (those of one name stay in their order), so that
 *     {@code a=1&b=2} and {@code b=2&a=1} are one; default false. More than 256 parameters stay as they are
 */
public record CacheQueryConfig(List<String> drop, Optional<List<String>> keep, boolean sort) {
    /** Copies the names. */
    public CacheQueryConfig {
        drop = List.copyOf(drop);
        keep = keep.map(List::copyOf);
    }

    QueryRule rule() {
        return new QueryRule(keep.orElse(drop), keep.isPresent(), sort);
    }
}
