package dev.weir.edge.upstream;

import java.time.Duration;

/**
 * How long an exchange may take, none of them zero. They are kept by a sweep twenty times a second.
 *
 * @param connect until a connection is there: waiting for one, name, TCP and TLS
 * @param firstByte from the whole request sent (or no more of it moving) to the head of the final answer
 * @param idle without a byte of either body moving while the other side is willing
 * @param total of the exchange, last byte included
 */
public record TimeoutSpec(Duration connect, Duration firstByte, Duration idle, Duration total) {
    /** The defaults: 5 s, 60 s, 60 s, 1 h. */
    public static final TimeoutSpec DEFAULT =
            new TimeoutSpec(Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofHours(1));

    /** Refuses what isn't positive. */
    public TimeoutSpec {
        check("connect", connect);
        check("first-byte", firstByte);
        check("idle", idle);
        check("total", total);
    }

    private static void check(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: more than zero)");
        }
    }
}
