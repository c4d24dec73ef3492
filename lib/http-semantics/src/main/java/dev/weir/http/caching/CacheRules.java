package dev.weir.http.caching;

import dev.weir.http.HostPattern;
import dev.weir.http.PathPattern;
import dev.weir.http.PathReadings;
import dev.weir.http.RequestTarget;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules of an operator, in order: the first that means a URL holds for it. A rule holds only if every reading of the
 * path leads to it, or a path that an origin takes for another one could be stored by a rule that isn't meant for it; an
 * origin without regard to case counts for that, too. Immutable.
 */
public final class CacheRules {
    /**
     * For which URLs a rule is.
     *
     * @param hosts any of them; none for any host
     * @param paths any of them; none for any path
     */
    public record Entry(List<HostPattern> hosts, List<PathPattern> paths, CacheRule rule) {
        /** Copies the lists. */
        public Entry {
            hosts = List.copyOf(hosts);
            paths = List.copyOf(paths);
        }

        private boolean matchesHost(String host) {
            if (hosts.isEmpty()) {
                return true;
            }
            for (int i = 0; i < hosts.size(); i++) {
                if (hosts.get(i).matches(host)) {
                    return true;
                }
            }
            return false;
        }

        private boolean matches(String reading, boolean inAnyCase) {
            if (paths.isEmpty()) {
                return true;
            }
            for (int i = 0; i < paths.size(); i++) {
                if (inAnyCase
                        ? paths.get(i).matchesInAnyCase(reading)
                        : paths.get(i).matches(reading)) {
                    return true;
                }
            }
            return false;
        }
    }

    private final List<Entry> entries;
    private final CacheRule none;

    /**
     * These rules.
     *
     * @param targets the fields that count where no rule holds
     */
    public CacheRules(List<Entry> entries, TargetList targets) {
        this.entries = List.copyOf(entries);
        this.none = CacheRule.none(targets);
    }

    /** No rules. */
    public static CacheRules none(TargetList targets) {
        return new CacheRules(List.of(), targets);
    }

    /** The rules, in order. */
    public List<CacheRule> all() {
        return entries.stream().map(Entry::rule).toList();
    }

    /**
     * The rule that holds.
     *
     * @param host lower case, without a port
     */
    public CacheRule of(String host, PathReadings path) {
        if (entries.isEmpty() || !path.areAll()) {
            return none;
        }
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        List<String> readings = path.all();
        CacheRule rule = null;
        for (int i = 0; i < readings.size(); i++) {
            CacheRule mine = first(name, readings.get(i));
            if (mine == null || (rule != null && !mine.equals(rule))) {
                return none;
            }
            rule = mine;
        }
        return rule == null ? none : rule;
    }

    /** The rule that holds for what is stored under a key. */
    public CacheRule of(CacheKey key) {
        return entries.isEmpty() ? none : of(host(key.authority()), PathReadings.of(key.path()));
    }

    /** The key under which responses are stored for whoever asks for {@code key}. */
    public CacheKey stored(CacheKey key) {
        return entries.isEmpty() ? key : of(key).of(key);
    }

    /** What a purge is of, if it names a URL as a client might ask for it. */
    public PurgeScope stored(PurgeScope scope) {
        if (entries.isEmpty()
                || scope.isWide()
                || !(RequestTarget.parse("GET", scope.subject()) instanceof RequestTarget.AbsoluteForm url)) {
            return scope;
        }
        CacheKey asked = CacheKey.of("any", url.scheme(), url.authority(), url.path(), url.query());
        return new PurgeScope(PurgeScope.Kind.URL, stored(asked).uri());
    }

    /** The same of several. */
    public List<PurgeScope> stored(List<PurgeScope> scopes) {
        if (entries.isEmpty()) {
            return scopes;
        }
        List<PurgeScope> stored = new ArrayList<>(scopes.size());
        scopes.forEach(scope -> stored.add(stored(scope)));
        return stored;
    }

    private @Nullable CacheRule first(String host, String reading) {
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            if (entry.matchesHost(host)) {
                if (entry.matches(reading, false)) {
                    return entry.rule();
                }
                if (entry.matches(reading, true)) {
                    return null;
                }
            }
        }
        return null;
    }

    private static String host(String authority) {
        int bracket = authority.lastIndexOf(']');
        int colon = authority.lastIndexOf(':');
        return colon > bracket ? authority.substring(0, colon) : authority;
    }
}
