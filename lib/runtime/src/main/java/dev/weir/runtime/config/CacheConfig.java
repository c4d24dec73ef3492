package dev.weir.runtime.config;

import dev.weir.http.caching.CacheRules;
import dev.weir.http.caching.TargetList;
import dev.weir.settings.ByteSize;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The caches.
 *
 * @param memory of an edge's own cache, bodies and overhead; default 256 MiB (0 B, which switches it off, to 1 TiB)
 * @param sharedMemory of the shared tier when it has no Redis and serves other processes; default 128 MiB (1 MiB to 1 TiB)
 * @param profile {@code strict-rfc} (default): all that RFC 9111 allows; {@code cautious}: no Set-Cookie, no 4xx or 5xx
 * @param maxObject the largest body stored; default 1 GiB (0 B to 1 TiB)
 * @param maxVariants stored answers of one URL that differ by Vary; default 64 (1 to 1,000)
 * @param purgeLease how long an edge trusts its cache without word of purges; default 10 s (2 s to 1 h)
 * @param whenCutOff what it does then: {@code serve} (default) or {@code revalidate}
 * @param targeted response fields that count instead of Cache-Control and Expires (RFC 9213), the first valid one;
 *     default {@code [CDN-Cache-Control]}, {@code []} for none (at most 8)
 * @param disconnected how long past its freshness a stored answer is used while the origin can't be reached and nothing
 *     in it forbids that (RFC 9111 §4.2.4); default 1 d ({@code off}, or 1 s to 365 d)
 * @param lookup how long a request waits for the shared tier; default 20 ms (1 ms to 1 s)
 * @param waiting requests that share one fetch from the origin, the next ones go by themselves; default 4,096 (0, with
 *     which each goes by itself, to 1,000,000)
 * @param purge who may purge by the method PURGE; default: nobody, it goes on to the origin
 * @param rules where the rules of HTTP are bent, in order; default none (at most 256). The same for all services: edges and
 *     cache-service both go by them
 */
public record CacheConfig(
        ByteSize memory,
        ByteSize sharedMemory,
        CacheProfile profile,
        ByteSize maxObject,
        int maxVariants,
        Duration purgeLease,
        WhenCutOff whenCutOff,
        Duration lookup,
        List<String> targeted,
        Duration disconnected,
        int waiting,
        Optional<PurgeConfig> purge,
        List<CacheRuleConfig> rules) {
    /** Copies names and rules. */
    public CacheConfig {
        targeted = List.copyOf(targeted);
        rules = List.copyOf(rules);
    }

    /** The rules as they are applied. */
    public CacheRules applied() {
        TargetList targets = new TargetList(targeted);
        return new CacheRules(rules.stream().map(rule -> rule.entry(targets)).toList(), targets);
    }
}
