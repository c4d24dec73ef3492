package dev.weir.edge.upstream;

import java.time.Duration;

/**
 * What one event loop spends on origins.
 *
 * @param connectionsPerTarget on this event loop: divide a target's bound by the number of loops
 * @param waitingPerTarget requests that wait for a connection; the next one fails at once
 * @param idleConnections kept open without a request, over all targets
 * @param keepAlive after which an idle connection is closed
 * @param statusLineBytes longest status line
 * @param headBytes longest field section of an answer, and longest trailer section
 * @param interimAnswers 1xx answers to one request
 * @param continueWait how long {@code Expect: 100-continue} holds back a request's body (RFC 9110 §10.1.1)
 */
public record OriginLimits(
        int connectionsPerTarget,
        int waitingPerTarget,
        int idleConnections,
        Duration keepAlive,
        int statusLineBytes,
        int headBytes,
        int interimAnswers,
        Duration continueWait) {
    /** The defaults for one event loop out of {@code loops}: 1,024 connections and 1,024 waiting per target in all. */
    public static OriginLimits share(int loops) {
        int each = Math.max(1, (1024 + loops - 1) / loops);
        return new OriginLimits(each, each, each, Duration.ofSeconds(50), 8192, 65536, 32, Duration.ofSeconds(1));
    }
}
