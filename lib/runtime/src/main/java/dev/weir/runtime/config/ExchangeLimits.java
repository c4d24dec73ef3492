package dev.weir.runtime.config;

import dev.weir.settings.ByteSize;
import dev.weir.settings.Section;

/**
 * Limits towards one origin (a target of an upstream, or an origin of the forward proxy).
 *
 * @param connections open at once; default 1,024 (1 to 100,000)
 * @param waiting requests waiting for one; default 1,024 (0 to 100,000); more are answered 503
 * @param head all field lines of an answer together; default 64 KiB (1 KiB to 256 KiB)
 */
public record ExchangeLimits(int connections, int waiting, ByteSize head) {
    static ExchangeLimits read(Section section) {
        return new ExchangeLimits(
                section.integer("connections", 1, 100_000, 1_024),
                section.integer("waiting", 0, 100_000, 1_024),
                section.size("head", ByteSize.ofKiB(1), ByteSize.ofKiB(256), ByteSize.ofKiB(64)));
    }
}
