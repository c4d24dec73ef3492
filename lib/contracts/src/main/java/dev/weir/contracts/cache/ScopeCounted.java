package dev.weir.contracts.cache;

import dev.weir.contracts.Codec;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;

/**
 * How many responses a purge would meet on an edge; what one has met is told by {@link PurgeMet}.
 *
 * @param id of the {@link ScopeCount}
 * @param node the edge
 * @param met how many
 */
public record ScopeCounted(long id, String node, long met) {
    /** The wire form. */
    public static final Codec<ScopeCounted> CODEC = new Codec<>() {
        @Override
        public void encode(ScopeCounted message, WireWriter out) {
            out.int64(message.id()).text(message.node()).int64(message.met());
        }

        @Override
        public ScopeCounted decode(WireReader in) {
            return new ScopeCounted(in.int64(), in.text(), in.int64());
        }
    };
}
