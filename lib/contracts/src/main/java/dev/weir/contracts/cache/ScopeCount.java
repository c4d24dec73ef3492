package dev.weir.contracts.cache;

import dev.weir.contracts.Codec;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;
import dev.weir.http.caching.PurgeScope;
import java.util.List;

/**
 * Asks every edge how many responses a purge would meet.
 *
 * @param id for the answers
 * @param scopes of the purge
 */
public record ScopeCount(long id, List<PurgeScope> scopes) {
    /** The wire form. */
    public static final Codec<ScopeCount> CODEC = new Codec<>() {
        @Override
        public void encode(ScopeCount message, WireWriter out) {
            out.int64(message.id()).list(message.scopes(), ScopeNotice::write);
        }

        @Override
        public ScopeCount decode(WireReader in) {
            return new ScopeCount(in.int64(), in.list(ScopeNotice::scope));
        }
    };

    /** Copies its collections. */
    public ScopeCount {
        scopes = List.copyOf(scopes);
    }
}
