package dev.weir.runtime.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A group of equal origins.
 *
 * @param name as routes name it
 * @param targets at least one
 * @param protocol what all targets speak: {@code http1}, or {@code http2} (by ALPN for https, which a target must choose, and
 *     by prior knowledge for http; changes of protocol such as WebSocket aren't asked for); default http1
 * @param balance how requests are spread; default round robin
 * @param ca PEM file of the authorities that an https target's certificate is checked against; default the platform's
 * @param health when a target is left out
 * @param timeouts of exchanges
 * @param limits for each target
 */
public record UpstreamConfig(
        String name,
        List<Target> targets,
        OriginProtocol protocol,
        Balance balance,
        Optional<Path> ca,
        PassiveHealth health,
        ExchangeTimeouts timeouts,
        ExchangeLimits limits) {
    /**
     * A target that fails is left out for a while, but never the last one of its upstream.
     *
     * @param failures connections refused or answers broken in a row; default 5 (1 to 1,000)
     * @param out how long; default 10 s (100 ms to 1 h)
     */
    public record PassiveHealth(int failures, Duration out) {}

    /** Copies the list. */
    public UpstreamConfig {
        targets = List.copyOf(targets);
    }
}
