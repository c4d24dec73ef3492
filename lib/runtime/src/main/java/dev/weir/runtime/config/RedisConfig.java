package dev.weir.runtime.config;

import dev.weir.settings.HostPort;
import java.time.Duration;
import java.util.Optional;

/**
 * The Redis behind the shared tier.
 *
 * @param endpoint from {@code endpoints: ["redis://host:6379"]}; one for now
 * @param user of Redis' access list
 * @param password of the user
 * @param connect time-out of a connection; default 2 s (10 ms to 1 m)
 * @param command time-out of a command; default 500 ms (5 ms to 1 m)
 */
public record RedisConfig(
        HostPort endpoint, Optional<String> user, Optional<Secret> password, Duration connect, Duration command) {}
