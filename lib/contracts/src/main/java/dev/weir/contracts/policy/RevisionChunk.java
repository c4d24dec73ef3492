package dev.weir.contracts.policy;

import dev.weir.contracts.Codec;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;
import io.vertx.core.buffer.Buffer;

/**
 * A piece of a signed revision.
 *
 * @param offset where the piece starts
 * @param total length of the whole; 0 if there is no such revision
 * @param bytes at most 32 KiB
 */
public record RevisionChunk(long offset, long total, Buffer bytes) {
    /** The wire form. */
    public static final Codec<RevisionChunk> CODEC = new Codec<>() {
        @Override
        public void encode(RevisionChunk message, WireWriter out) {
            out.int64(message.offset()).int64(message.total()).bytes(message.bytes());
        }

        @Override
        public RevisionChunk decode(WireReader in) {
            return new RevisionChunk(in.int64(), in.int64(), in.bytes());
        }
    };
}
