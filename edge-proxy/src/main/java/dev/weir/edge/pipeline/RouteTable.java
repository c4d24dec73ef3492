package dev.weir.edge.pipeline;

import dev.weir.edge.upstream.Destination;
import dev.weir.runtime.config.HostField;
import dev.weir.runtime.config.RouteConfig;
import dev.weir.runtime.config.WeirConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The routes of the reverse listeners, in order; the first that matches host and path is taken. Immutable. */
final class RouteTable {
    /**
     * One route.
     *
     * @param host exact name, {@code *.name} for all below it, {@code *} for any
     * @param path {@code /a/}: that path and all below; {@code /a}: exactly that path
     */
    record Entry(String host, String path, Route route) {
        private boolean matches(String askedHost, String askedPath) {
            return matchesHost(askedHost) && matchesPath(askedPath);
        }

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

        private boolean matchesPath(String asked) {
            return path.endsWith("/") ? asked.startsWith(path) : asked.equals(path);
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
                    route.path(),
                    new Route(
                            new Destination.Group(route.upstream()),
                            "upstream/" + route.upstream(),
                            route.upstream(),
                            route.hostField() == HostField.TARGET,
                            route.cache(),
                            route.timeouts())));
        }
        return new RouteTable(entries);
    }

    /** The route of this host (lower case, without port) and path. */
    Optional<Route> find(String host, String path) {
        for (Entry entry : entries) {
            if (entry.matches(host, path)) {
                return Optional.of(entry.route());
            }
        }
        return Optional.empty();
    }
}
