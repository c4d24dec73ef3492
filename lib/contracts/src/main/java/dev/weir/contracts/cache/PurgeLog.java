package dev.weir.contracts.cache;

import dev.weir.contracts.Codec;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;
import java.util.List;

/**
 * The purges after a place.
 *
 * @param complete false if the log does not reach back that far, or not all fit: drop everything
 * @param current the newest
 * @param notices in order
 */
public record PurgeLog(boolean complete, SequencePair current, List<PurgeNotice> notices) {
    /** The wire form. */
    public static final Codec<PurgeLog> CODEC = new Codec<>() {
        @Override
        public void encode(PurgeLog message, WireWriter out) {
            out.bool(message.complete())
                    .pair(message.current())
                    .list(message.notices(), (w, each) -> PurgeNotice.CODEC.encode(each, w));
        }

        @Override
        public PurgeLog decode(WireReader in) {
            return new PurgeLog(in.bool(), in.pair(), in.list(PurgeNotice.CODEC::decode));
        }
    };

    /** Copies its collections. */
    public PurgeLog {
        notices = List.copyOf(notices);
    }
}
