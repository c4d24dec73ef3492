package dev.weir.policy;

import dev.weir.http.PathPattern;
import dev.weir.http.PathReadings;
import dev.weir.policy.HostCondition.HostMatch;
import java.util.List;
import java.util.Set;

/**
 * What a rule asks of a request and its answer. An empty component asks nothing; several must all hold; within one any
 * of its values will do. A fact that is unknown, or that can be read in several ways, is held against the request: a
 * rule that allows needs it known and whole, one that doesn't is content with any reading.
 */
record Condition(
        Set<String> listeners,
        List<AddressRange> clients,
        Set<String> methods,
        List<PortRange> ports,
        HostCondition hosts,
        List<PathPattern> paths,
        List<MediaPattern> responseTypes) {
    /** Asks nothing. */
    static final Condition ALWAYS =
            new Condition(Set.of(), List.of(), Set.of(), List.of(), HostCondition.ANY, List.of(), List.of());

    Condition {
        listeners = Set.copyOf(listeners);
        clients = List.copyOf(clients);
        methods = Set.copyOf(methods);
        ports = List.copyOf(ports);
        paths = List.copyOf(paths);
        responseTypes = List.copyOf(responseTypes);
    }

    /** Whether every request and every answer satisfies it. */
    boolean isAlways() {
        return listeners.isEmpty() && clients.isEmpty() && asksAtMostForClient();
    }

    /** Whether it asks for nothing but the listener and the client's address. */
    boolean asksAtMostForClient() {
        return methods.isEmpty() && ports.isEmpty() && hosts.isAny() && paths.isEmpty() && responseTypes.isEmpty();
    }

    boolean appliesTo(String listener) {
        return listeners.isEmpty() || listeners.contains(listener);
    }

    boolean asksForResponse() {
        return !responseTypes.isEmpty();
    }

    /** The same, for the hosts of these lists too. */
    Condition withLists(List<DomainList> lists) {
        HostCondition all = new HostCondition(hosts.names(), hosts.suffixes(), lists);
        return new Condition(listeners, clients, methods, ports, all, paths, responseTypes);
    }

    /** Whether the request satisfies this, as far as it says anything of requests; the host is what may be listed. */
    HostMatch matchRequest(RequestFacts request, Certainty needed) {
        if (!appliesTo(request.listener())
                || !(methods.isEmpty() || methods.contains(request.method()))
                || !(ports.isEmpty() || matchesPort(request, needed))
                || !(clients.isEmpty() || anyClient(request.client()))
                || !(paths.isEmpty() || matchesPath(request.path(), needed))) {
            return HostMatch.MISS;
        }
        if (hosts.isAny()) {
            return HostMatch.BY_RULE;
        }
        return needed == Certainty.EVERY_READING && !request.hostVerified()
                ? HostMatch.MISS
                : hosts.match(request.host());
    }

    /** Whether the answer satisfies this. */
    boolean matchesResponse(ResponseFacts response, boolean allows) {
        List<String> types = response.mediaTypes();
        if (types.isEmpty()) {
            return false;
        }
        for (int i = 0; i < types.size(); i++) {
            if (anyType(types.get(i)) != allows) {
                return !allows;
            }
        }
        return allows;
    }

    private boolean matchesPath(PathReadings path, Certainty needed) {
        List<String> readings = path.all();
        if (readings.isEmpty()) {
            return false;
        }
        boolean every = needed == Certainty.EVERY_READING;
        if (!path.areAll()) {
            return !every;
        }
        for (int i = 0; i < readings.size(); i++) {
            if (anyPath(readings.get(i), needed) != every) {
                return !every;
            }
        }
        return every;
    }

    private boolean anyPath(String reading, Certainty needed) {
        for (int i = 0; i < paths.size(); i++) {
            PathPattern pattern = paths.get(i);
            if (needed == Certainty.SOME_READING_IN_ANY_CASE
                    ? pattern.matchesInAnyCase(reading)
                    : pattern.matches(reading)) {
                return true;
            }
        }
        return false;
    }

    private boolean anyType(String mediaType) {
        for (int i = 0; i < responseTypes.size(); i++) {
            if (responseTypes.get(i).matches(mediaType)) {
                return true;
            }
        }
        return false;
    }

    private boolean matchesPort(RequestFacts request, Certainty needed) {
        boolean claimed = anyPort(request.port());
        if (request.localPort() == request.port()) {
            return claimed;
        }
        return needed == Certainty.EVERY_READING
                ? claimed && anyPort(request.localPort())
                : claimed || anyPort(request.localPort());
    }

    private boolean anyPort(int port) {
        for (int i = 0; i < ports.size(); i++) {
            if (ports.get(i).contains(port)) {
                return true;
            }
        }
        return false;
    }

    private boolean anyClient(IpAddress client) {
        for (int i = 0; i < clients.size(); i++) {
            if (clients.get(i).contains(client)) {
                return true;
            }
        }
        return false;
    }
}
