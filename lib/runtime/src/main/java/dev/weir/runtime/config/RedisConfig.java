package dev.weir.runtime.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The Redis behind the shared tier.
 *
 * @param endpoints {@code ["redis://host:6379"]}, one; with {@code sentinel} those of the sentinels (1 to 16; port 26379 if
 *     none is named). {@code rediss://} is TLS, for all of them and for Redis itself
 * @param ca with {@code rediss://} a PEM file of the authorities that sign the servers' certificates; default those of the
 *     JDK
 * @param sentinel says that the endpoints are sentinels, who know which Redis is the master
 * @param user of Redis' access list
 * @param password of the user
 * @param connect time-out of a connection, sentinels included; default 2 s (10 ms to 1 m)
 * @param command time-out of a command; default 500 ms (5 ms to 1 m)
 */
public record RedisConfig(
        List<RedisEndpoint> endpoints,
        Optional<Path> ca,
        Optional<SentinelConfig> sentinel,
        Optional<String> user,
        Optional<Secret> password,
        Duration connect,
        Duration command) {
    /** Copies the list. */
    public RedisConfig {
        endpoints = List.copyOf(endpoints);
    }

    /** Whether it is spoken to by TLS. */
    public boolean tls() {
        return endpoints.stream().anyMatch(RedisEndpoint::tls);
    }
}
