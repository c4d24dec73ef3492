package dev.weir.runtime.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All of {@code weir.yaml}; every service reads its part.
 *
 * @param state directory of what this process keeps; default {@code .weir}
 * @param secrets directory made by {@code weir init}; default {@code secrets} below the state
 * @param drain how long a process may go on with what it has begun when it is told to end; default 10 s, at most 14 s
 * @param listeners sockets for clients, names unique
 * @param routes of reverse listeners; first match wins; every upstream named here exists
 * @param upstreams groups of origins by name
 * @param forward what forward listeners may reach
 * @param cache of edges and of the shared tier
 * @param redis behind the shared tier; without it the tier lives in memory
 * @param policy the rules, or the file that holds them
 * @param log the record of what passed
 * @param cluster how processes find one another; without it a process is alone
 * @param health the port for probes and metrics
 * @param diagnostics which clients see Cache-Status and Proxy-Status
 * @param admin the port for administration
 */
public record WeirConfig(
        Path state,
        Path secrets,
        Duration drain,
        List<ListenerConfig> listeners,
        List<RouteConfig> routes,
        Map<String, UpstreamConfig> upstreams,
        ForwardConfig forward,
        CacheConfig cache,
        Optional<RedisConfig> redis,
        PolicyConfig policy,
        LogConfig log,
        Optional<ClusterConfig> cluster,
        HealthConfig health,
        DiagnosticsConfig diagnostics,
        AdminConfig admin) {
    /** Copies the collections; upstreams keep their order. */
    public WeirConfig {
        listeners = List.copyOf(listeners);
        routes = List.copyOf(routes);
        upstreams = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(upstreams));
    }
}
