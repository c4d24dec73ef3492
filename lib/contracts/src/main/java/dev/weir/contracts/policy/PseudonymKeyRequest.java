package dev.weir.contracts.policy;

import dev.weir.contracts.Codec;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;

/**
 * Asks for the key of a day's pseudonyms.
 *
 * @param epochDay day, UTC, counted from 1970-01-01
 */
public record PseudonymKeyRequest(long epochDay) {
    /** The wire form. */
    public static final Codec<PseudonymKeyRequest> CODEC = new Codec<>() {
        @Override
        public void encode(PseudonymKeyRequest message, WireWriter out) {
            out.int64(message.epochDay());
        }

        @Override
        public PseudonymKeyRequest decode(WireReader in) {
            return new PseudonymKeyRequest(in.int64());
        }
    };
}
