package dev.weir.contracts.policy;

import dev.weir.contracts.Codec;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;

/**
 * Asks for a piece of a signed revision.
 *
 * @param hash SHA-256 of the signed revision, lower-case hex
 * @param offset where the piece starts
 */
public record RevisionFetch(String hash, long offset) {
    /** The wire form. */
    public static final Codec<RevisionFetch> CODEC = new Codec<>() {
        @Override
        public void encode(RevisionFetch message, WireWriter out) {
            out.text(message.hash()).int64(message.offset());
        }

        @Override
        public RevisionFetch decode(WireReader in) {
            return new RevisionFetch(in.text(), in.int64());
        }
    };
}
