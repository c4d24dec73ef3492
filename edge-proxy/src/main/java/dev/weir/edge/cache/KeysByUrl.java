package dev.weir.edge.cache;

import dev.weir.http.caching.CacheKey;
import dev.weir.http.caching.CacheRule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

/**
 * Under which keys something is stored of each URL: of several zones, or of several contents of POST. Whoever goes through
 * the keys of a URL sees all that were there before; of what comes meanwhile perhaps not all. Thread-safe.
 */
final class KeysByUrl {
    /** That many are in a list that is copied; more have a set. */
    static final int FEW = 8;

    /** Contents of POST: a purge of the URL goes through them all. */
    static final int MOST_POSTS = 4_096;

    private final ConcurrentMap<String, Collection<CacheKey>> keys = new ConcurrentHashMap<>();

    void add(String url, CacheKey key) {
        keys.compute(url, (u, present) -> {
            if (present == null) {
                return List.of(key);
            }
            if (present instanceof Set<CacheKey> many) {
                many.add(key);
                return many;
            }
            if (present.contains(key)) {
                return present;
            }
            Collection<CacheKey> more = present.size() < FEW ? new ArrayList<>(present) : many(present);
            more.add(key);
            return more instanceof Set ? more : List.copyOf(more);
        });
    }

    void remove(String url, CacheKey key) {
        keys.computeIfPresent(url, (u, present) -> {
            if (present instanceof Set<CacheKey> many) {
                many.remove(key);
                return many.isEmpty() ? null : many;
            }
            List<CacheKey> fewer = new ArrayList<>(present);
            fewer.remove(key);
            return fewer.isEmpty() ? null : List.copyOf(fewer);
        });
    }

    /** Of one URL. */
    Collection<CacheKey> of(String url) {
        return keys.getOrDefault(url, List.of());
    }

    void forEach(Consumer<CacheKey> action) {
        keys.values().forEach(each -> each.forEach(action));
    }

    /** Which one has to go for this one to come; empty if there is room. */
    Optional<CacheKey> surplus(String url, CacheKey key) {
        if (!CacheRule.isOfPost(key)) {
            return Optional.empty();
        }
        Collection<CacheKey> present = of(url);
        return present.size() < MOST_POSTS || present.contains(key)
                ? Optional.empty()
                : present.stream().filter(CacheRule::isOfPost).findAny();
    }

    private static Set<CacheKey> many(Collection<CacheKey> few) {
        Set<CacheKey> many = ConcurrentHashMap.newKeySet();
        many.addAll(few);
        return many;
    }
}
