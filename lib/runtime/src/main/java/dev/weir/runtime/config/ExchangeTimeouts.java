package dev.weir.runtime.config;

import dev.weir.settings.Section;
import java.time.Duration;

/**
 * Time-outs of an exchange with an origin. A route's hold before its upstream's, and these before the defaults.
 *
 * @param resolve looking a name up; default 5 s (10 ms to 1 m)
 * @param connect opening a connection, TLS included; default 5 s (10 ms to 2 m)
 * @param poolWait for a free connection of the pool; default 5 s (10 ms to 2 m)
 * @param firstByte from the request's last byte to the answer's head; default 60 s (10 ms to 1 h)
 * @param idle between two pieces of a body; default 60 s (10 ms to 1 h)
 * @param total the whole exchange; default 24 h (10 ms to 7 d)
 * @param keepAlive how long an unused connection is kept; default 30 s (1 s to 1 h)
 */
public record ExchangeTimeouts(
        Duration resolve,
        Duration connect,
        Duration poolWait,
        Duration firstByte,
        Duration idle,
        Duration total,
        Duration keepAlive) {
    private static final Duration LEAST = Duration.ofMillis(10);

    /** What holds where nothing is written. */
    public static final ExchangeTimeouts DEFAULT = new ExchangeTimeouts(
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Duration.ofHours(24),
            Duration.ofSeconds(30));

    /** The same with another one for the head; what is no time at all is the least there is. */
    public ExchangeTimeouts withFirstByte(Duration other) {
        return new ExchangeTimeouts(
                resolve, connect, poolWait, other.compareTo(LEAST) < 0 ? LEAST : other, idle, total, keepAlive);
    }

    static ExchangeTimeouts read(Section section, ExchangeTimeouts absent) {
        return new ExchangeTimeouts(
                section.duration("resolve", LEAST, Duration.ofMinutes(1), absent.resolve),
                section.duration("connect", LEAST, Duration.ofMinutes(2), absent.connect),
                section.duration("wait", LEAST, Duration.ofMinutes(2), absent.poolWait),
                section.duration("first-byte", LEAST, Duration.ofHours(1), absent.firstByte),
                section.duration("idle", LEAST, Duration.ofHours(1), absent.idle),
                section.duration("total", LEAST, Duration.ofDays(7), absent.total),
                section.duration("keep-alive", Duration.ofSeconds(1), Duration.ofHours(1), absent.keepAlive));
    }
}
