package dev.weir.runtime.config;

import dev.weir.settings.Section;
import java.time.Duration;

/**
 * Time-outs towards clients.
 *
 * @param handshake TLS, from accept; default 10 s (100 ms to 2 m)
 * @param head of a request, from its first byte, or from accept for the first; default 10 s (100 ms to 5 m)
 * @param idle a connection without a request; default 60 s (100 ms to 1 h)
 * @param body between two pieces of a request's body; default 30 s (100 ms to 1 h)
 * @param write a client that takes nothing; default 30 s (100 ms to 1 h)
 * @param tunnel a CONNECT tunnel or a WebSocket without a byte in either direction; default 5 m (1 s to 24 h)
 */
public record ListenerTimeouts(
        Duration handshake, Duration head, Duration idle, Duration body, Duration write, Duration tunnel) {
    private static final Duration LEAST = Duration.ofMillis(100);

    static ListenerTimeouts read(Section section) {
        return new ListenerTimeouts(
                section.duration("handshake", LEAST, Duration.ofMinutes(2), Duration.ofSeconds(10)),
                section.duration("head", LEAST, Duration.ofMinutes(5), Duration.ofSeconds(10)),
                section.duration("idle", LEAST, Duration.ofHours(1), Duration.ofSeconds(60)),
                section.duration("body", LEAST, Duration.ofHours(1), Duration.ofSeconds(30)),
                section.duration("write", LEAST, Duration.ofHours(1), Duration.ofSeconds(30)),
                section.duration("tunnel", Duration.ofSeconds(1), Duration.ofHours(24), Duration.ofMinutes(5)));
    }
}
