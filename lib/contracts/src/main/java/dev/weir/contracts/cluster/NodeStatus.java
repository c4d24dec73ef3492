package dev.weir.contracts.cluster;

import dev.weir.contracts.Codec;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a process is; told each second.
 *
 * @param name of the node
 * @param kind which service
 * @param instance random, made at start
 * @param startedMillis since 1970
 * @param state ready, degraded or not-ready
 * @param reason why not ready or degraded; else empty
 * @param numbers counters and gauges, by name
 * @param words version, revision and the like, by name
 */
public record NodeStatus(
        String name,
        String kind,
        String instance,
        long startedMillis,
        String state,
        String reason,
        Map<String, Long> numbers,
        Map<String, String> words) {
    /** The wire form. */
    public static final Codec<NodeStatus> CODEC = new Codec<>() {
        @Override
        public void encode(NodeStatus message, WireWriter out) {
            out.text(message.name())
                    .text(message.kind())
                    .text(message.instance())
                    .int64(message.startedMillis())
                    .text(message.state())
                    .text(message.reason())
                    .map(message.numbers(), WireWriter::int64)
                    .map(message.words(), WireWriter::text);
        }

        @Override
        public NodeStatus decode(WireReader in) {
            return new NodeStatus(
                    in.text(),
                    in.text(),
                    in.text(),
                    in.int64(),
                    in.text(),
                    in.text(),
                    in.map(WireReader::int64),
                    in.map(WireReader::text));
        }
    };

    /** Copies its collections; maps in the order of their keys. */
    public NodeStatus {
        numbers = Collections.unmodifiableMap(new TreeMap<>(numbers));
        words = Collections.unmodifiableMap(new TreeMap<>(words));
    }
}
