package dev.weir.contracts.cache;

import dev.weir.contracts.Codec;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;
import java.util.List;

/**
 * What became of a purge, by node.
 *
 * @param pair its place in the sequence of purges
 * @param removed entries removed from the shared tier
 * @param applied edges that said they applied it
 * @param unreachable edges known, that did not say so in time
 */
public record PurgeReceipt(SequencePair pair, long removed, List<String> applied, List<String> unreachable) {
    /** The wire form. */
    public static final Codec<PurgeReceipt> CODEC = new Codec<>() {
        @Override
        public void encode(PurgeReceipt message, WireWriter out) {
            out.pair(message.pair())
                    .int64(message.removed())
                    .list(message.applied(), WireWriter::text)
                    .list(message.unreachable(), WireWriter::text);
        }

        @Override
        public PurgeReceipt decode(WireReader in) {
            return new PurgeReceipt(in.pair(), in.int64(), in.list(WireReader::text), in.list(WireReader::text));
        }
    };

    /** Copies its collections. */
    public PurgeReceipt {
        applied = List.copyOf(applied);
        unreachable = List.copyOf(unreachable);
    }
}
