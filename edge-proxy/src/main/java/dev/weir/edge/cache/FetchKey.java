package dev.weir.edge.cache;

import dev.weir.http.caching.CacheKey;

/**
 * What requests have in common that one fetch may answer.
 *
 * @param key of the cache
 * @param group of those among them who are answered alike; empty unless something sets requests apart
 */
record FetchKey(CacheKey key, String group) {}
