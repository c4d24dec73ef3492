package dev.weir.contracts.cache;

import dev.weir.contracts.Codec;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;

/**
 * An edge has applied all purges up to a place.
 *
 * @param node the edge
 * @param pair the newest applied
 */
public record PurgeApplied(String node, SequencePair pair) {
    /** The wire form. */
    public static final Codec<PurgeApplied> CODEC = new Codec<>() {
        @Override
        public void encode(PurgeApplied message, WireWriter out) {
            out.text(message.node()).pair(message.pair());
        }

        @Override
        public PurgeApplied decode(WireReader in) {
            return new PurgeApplied(in.text(), in.pair());
        }
    };
}
