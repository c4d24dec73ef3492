package dev.weir.contracts.cache;

import dev.weir.contracts.Codec;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;

/**
 * How many responses a purge has met on an edge.
 *
 * @param pair the purge's place in the sequence of purges
 * @param node the edge
 * @param met how many, each of them counted for one hard purge only
 */
public record PurgeMet(SequencePair pair, String node, long met) {
    /** The wire form. */
    public static final Codec<PurgeMet> CODEC = new Codec<>() {
        @Override
        public void encode(PurgeMet message, WireWriter out) {
            out.pair(message.pair()).text(message.node()).int64(message.met());
        }

        @Override
        public PurgeMet decode(WireReader in) {
            return new PurgeMet(in.pair(), in.text(), in.int64());
        }
    };
}
