package dev.weir.contracts.cache;

import dev.weir.contracts.Codec;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;

/**
 * The place of the newest purge; told each second, so that nobody stays behind unknowing.
 *
 * @param pair the newest
 */
public record PurgePair(SequencePair pair) {
    /** The wire form. */
    public static final Codec<PurgePair> CODEC = new Codec<>() {
        @Override
        public void encode(PurgePair message, WireWriter out) {
            out.pair(message.pair());
        }

        @Override
        public PurgePair decode(WireReader in) {
            return new PurgePair(in.pair());
        }
    };
}
