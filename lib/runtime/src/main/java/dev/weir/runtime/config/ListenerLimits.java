package dev.weir.runtime.config;

import dev.weir.settings.ByteSize;
import dev.weir.settings.Section;

/**
 * Size limits towards clients.
 *
 * @param connections open at once; default 50,000 (1 to 1,000,000)
 * @param connectionsPerClient open at once from one address; default 4,096 (1 to 1,000,000)
 * @param line the request line; default 16 KiB (1 KiB to 64 KiB)
 * @param head all field lines of a request together; default 64 KiB (1 KiB to 256 KiB)
 * @param fields field lines in a request; default 200 (10 to 2,000)
 * @param body of a request; default 64 GiB (0 B to 16 TiB)
 * @param streams of one HTTP/2 connection; default 100 (1 to 1,000)
 */
public record ListenerLimits(
        int connections,
        int connectionsPerClient,
        ByteSize line,
        ByteSize head,
        int fields,
        ByteSize body,
        int streams) {
    static ListenerLimits read(Section section) {
        return new ListenerLimits(
                section.integer("connections", 1, 1_000_000, 50_000),
                section.integer("connections-per-client", 1, 1_000_000, 4_096),
                section.size("line", ByteSize.ofKiB(1), ByteSize.ofKiB(64), ByteSize.ofKiB(16)),
                section.size("head", ByteSize.ofKiB(1), ByteSize.ofKiB(256), ByteSize.ofKiB(64)),
                section.integer("fields", 10, 2_000, 200),
                section.size("body", new ByteSize(0), ByteSize.ofGiB(16 * 1024), ByteSize.ofGiB(64)),
                section.integer("streams", 1, 1_000, 100));
    }
}
