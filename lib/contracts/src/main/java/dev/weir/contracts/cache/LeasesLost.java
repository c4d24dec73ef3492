package dev.weir.contracts.cache;

import dev.weir.contracts.Codec;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;
import java.util.List;

/**
 * Answers {@link LeasesHeld}.
 *
 * @param tokens of the leases that could not be renewed, as they are somebody else's by now or nobody's
 */
public record LeasesLost(List<Long> tokens) {
    /** The wire form. */
    public static final Codec<LeasesLost> CODEC = new Codec<>() {
        @Override
        public void encode(LeasesLost message, WireWriter out) {
            out.list(message.tokens(), WireWriter::int64);
        }

        @Override
        public LeasesLost decode(WireReader in) {
            return new LeasesLost(in.list(WireReader::int64));
        }
    };

    /** Copies its collection. */
    public LeasesLost {
        tokens = List.copyOf(tokens);
    }
}
