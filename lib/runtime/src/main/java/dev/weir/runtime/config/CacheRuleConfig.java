package dev.weir.runtime.config;

import dev.weir.http.HostPattern;
import dev.weir.http.PathPattern;
import dev.weir.http.caching.CacheRule;
import dev.weir.http.caching.CacheRules;
import dev.weir.http.caching.Ignored;
import dev.weir.http.caching.TargetList;
import dev.weir.settings.ByteSize;
import java.util.List;
import java.util.Set;

/**
 * Where the rules of HTTP are bent for the URLs of some hosts and paths. The first rule that means a URL holds, alone, and
 * its name is said of every request that it holds for. It must want something. A path that origins read in several ways has
 * a rule only if all readings lead to it.
 *
 * @param name in Cache-Status, log and metrics; lower-case letters, digits and hyphens, a letter first, at most 40;
 *     each once
 * @param hosts as in routes: names, {@code *.name} for all below it; default any. A rule has hosts or paths
 *     ({@code hosts: ["*"]} for everything)
 * @param paths as in routes: {@code /a/} for that path and everything below it, {@code /a} for exactly that path;
 *     default any
 * @param ttl how long answers with a status below 400 are fresh
 * @param errors the same for errors that may be stored without a word of the origin: 404, 405, 410, 414, 501
 * @param ignore what isn't heeded; the client is told all of it nevertheless. {@code no-store}: what the origin doesn't
 *     want written down is stored. {@code no-cache}: the origin isn't asked before each use. {@code private}: what the
 *     origin made for one client is <b>given to others</b>. {@code set-cookie}: an answer is stored without its Set-Cookie,
 *     which only the client gets that it was made for; what else in it is that client's is <b>given to others</b>.
 *     {@code vary}: of Vary nothing counts but Accept-Encoding and Origin; <b>others get</b> what was made for another
 *     language, cookie or device. {@code proxy-revalidate}: that directive, and what {@code s-maxage} says of the same; what is
 *     stored may be used stale as far as stale-while-revalidate, stale-if-error or {@code disconnected} allow.
 *     {@code request-directives}: Cache-Control and Pragma of requests
 * @param query which parameters count
 * @param post answers to POST with content of up to this size are stored for the same URL and content (SHA-256 of it and of
 *     its fields), on this edge only, if they say how long or {@code ttl} does, and are used while they are fresh; such a
 *     POST is no sign of a change. Content of unknown length, and what is larger, goes to the origin as it comes. Not for
 *     requests with Authorization or Cookie unless the answer says public; default 0 B: none (0 B to 1 MiB)
 */
public record CacheRuleConfig(
        String name,
        List<String> hosts,
        List<String> paths,
        CacheLifetimeConfig ttl,
        CacheLifetimeConfig errors,
        Set<Ignored> ignore,
        CacheQueryConfig query,
        ByteSize post) {
    /** Copies what is several. */
    public CacheRuleConfig {
        hosts = List.copyOf(hosts);
        paths = List.copyOf(paths);
        ignore = Set.copyOf(ignore);
    }

    CacheRules.Entry entry(TargetList targets) {
        return new CacheRules.Entry(
                hosts.stream().map(HostPattern::of).toList(),
                paths.stream().map(PathPattern::of).toList(),
                new CacheRule(name, targets, ttl.rule(), errors.rule(), ignore, query.rule(), post.bytes()));
    }
}
