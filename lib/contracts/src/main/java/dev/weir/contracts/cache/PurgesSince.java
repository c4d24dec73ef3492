package dev.weir.contracts.cache;

import dev.weir.contracts.Codec;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;

/**
 * Asks for the purges after a place.
 *
 * @param since the newest that the asker has applied
 */
public record PurgesSince(SequencePair since) {
    /** The wire form. */
    public static final Codec<PurgesSince> CODEC = new Codec<>() {
        @Override
        public void encode(PurgesSince message, WireWriter out) {
            out.pair(message.since());
        }

        @Override
        public PurgesSince decode(WireReader in) {
            return new PurgesSince(in.pair());
        }
    };
}
