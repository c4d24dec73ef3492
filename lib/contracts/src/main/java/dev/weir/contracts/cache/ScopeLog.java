package dev.weir.contracts.cache;

import dev.weir.contracts.Codec;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;
import java.util.List;

/**
 * The purges after a place, of whatever scope.
 *
 * @param complete false if the log does not reach back that far, or not all fit: drop everything
 * @param current the newest
 * @param notices in order
 */
public record ScopeLog(boolean complete, SequencePair current, List<ScopeNotice> notices) {
    /** The wire form. */
    public static final Codec<ScopeLog> CODEC = new Codec<>() {
        @Override
        public void encode(ScopeLog message, WireWriter out) {
            out.bool(message.complete())
                    .pair(message.current())
                    .list(message.notices(), (w, each) -> ScopeNotice.CODEC.encode(each, w));
        }

        @Override
        public ScopeLog decode(WireReader in) {
            return new ScopeLog(in.bool(), in.pair(), in.list(ScopeNotice.CODEC::decode));
        }
    };

    /** Copies its collections. */
    public ScopeLog {
        notices = List.copyOf(notices);
    }
}
