package dev.weir.contracts.policy;

import dev.weir.contracts.Codec;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;
import io.vertx.core.buffer.Buffer;

/**
 * The key of a day's pseudonyms.
 *
 * @param epochDay day, UTC, counted from 1970-01-01
 * @param key 32 bytes; empty if that day is over or too far ahead
 */
public record PseudonymKey(long epochDay, Buffer key) {
    /** The wire form. */
    public static final Codec<PseudonymKey> CODEC = new Codec<>() {
        @Override
        public void encode(PseudonymKey message, WireWriter out) {
            out.int64(message.epochDay()).bytes(message.key());
        }

        @Override
        public PseudonymKey decode(WireReader in) {
            return new PseudonymKey(in.int64(), in.bytes());
        }
    };
}
