package dev.weir.edge.pipeline;

import dev.weir.edge.upstream.Destination;
import dev.weir.http.PathPattern;
import dev.weir.http.PathReadings;
import dev.weir.runtime.config.HostField;
import dev.weir.runtime.config.OriginProtocol;
import dev.weir.runtime.config.PathStrictness;
import dev.weir.runtime.config.RouteConfig;
import dev.weir.runtime.config.UpstreamConfig;
import dev.weir.runtime.config.WeirConfig;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The routes of the reverse listeners, in order; the first that matches host and path is taken. Where the path can be
 * read in several ways, the path as it came chooses the route, and the strictest of all routes that another reading
 * belongs to holds: an upstream is reached only if every reading leads there, a stored answer serves only if every route
 * allows it, also on an origin without regard to case. Immutable.
 */
final class RouteTable {
    /**
     * One route.
     *
     * @param host exact name, {@code *.name} for all below it, {@code *} for any
     */
    record Entry(String host, PathPattern path, boolean strict, Route route) {
        private boolean matchesHost(String asked) {
            if (host.equals("*")) {
                return true;
            }
            if (host.startsWith("*.")) {
                return asked.length() > host.length() - 1
                        && asked.regionMatches(true, asked.length() - host.length() + 1, host, 1, host.length() - 1);
            }
            return host.equalsIgnoreCase(asked);
        }
    }

    private final List<Entry> entries;

    RouteTable(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /** The routes of {@code config}. */
    static RouteTable of(WeirConfig config) {
        List<Entry> entries = new ArrayList<>();
        for (RouteConfig route : config.routes()) {
            entries.add(new Entry(
                    route.host(),
                    PathPattern.of(route.path()),
                    route.normalise() == PathStrictness.STRICT,
                    new Route(
                            new Destination.Group(route.upstream()),
                            "upstream/" + route.upstream(),
                            route.upstream(),
                            route.hostField() == HostField.TARGET,
                            route.cache(),
                            protocol(config.upstreams().get(route.upstream())),
                            route.timeouts())));
        }
        return new RouteTable(entries);
    }

    private static String protocol(@Nullable UpstreamConfig upstream) {
        return upstream != null && upstream.protocol() == OriginProtocol.HTTP2 ? "HTTP/2" : "HTTP/1.1";
    }

    /** The route of this host (lower case, without port) and path. */
    Routing find(String host, PathReadings path) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        List<String> readings = path.all();
        Strictest strictest = new Strictest();
        Entry own = first(name, readings.get(0), strictest);
        if (own == null) {
            return Routing.NONE;
        }
        for (int i = 1; i < readings.size(); i++) {
            strictest.add(first(name, readings.get(i), strictest), own);
        }
        if (!path.areAll()) {
            for (Entry entry : entries) {
                if (entry.matchesHost(name)) {
                    strictest.add(entry, own);
                }
            }
        }
        if ((own.strict() || strictest.strict) && !path.isUnambiguous()) {
            return Routing.REFUSED;
        }
        if (strictest.elsewhere) {
            return Routing.AMBIGUOUS;
        }
        return new Routing.Taken(strictest.uncached ? own.route().uncached() : own.route());
    }

    private @Nullable Entry first(String host, String reading, Strictest strictest) {
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            if (entry.matchesHost(host)) {
                if (entry.path().matches(reading)) {
                    return entry;
                }
                if (!entry.route().cache() && entry.path().matchesInAnyCase(reading)) {
                    strictest.uncached = true;
                }
            }
        }
        return null;
    }

    /** What the routes of all readings ask for together. */
    private static final class Strictest {
        private boolean elsewhere;
        private boolean uncached;
        private boolean strict;

        void add(@Nullable Entry entry, Entry own) {
            if (entry == null) {
                elsewhere = true;
                return;
            }
            elsewhere |= !entry.route().name().equals(own.route().name());
            uncached |= !entry.route().cache();
            strict |= entry.strict();
        }
    }
}
