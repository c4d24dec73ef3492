package dev.weir.contracts.cache;

import dev.weir.contracts.Codec;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;
import dev.weir.http.caching.PurgeScope;
import java.util.List;

/**
 * Asks that stored responses be dropped, on every edge and in the shared tier; or how many there are.
 *
 * @param scopes which
 * @param soft whether to have them confirmed before their next use, instead of dropping them
 * @param dryRun whether to count them only
 */
public record PurgeOrder(List<PurgeScope> scopes, boolean soft, boolean dryRun) {
    /** How many scopes one order may have. */
    public static final int MOST_SCOPES = 100;

    /** The wire form. */
    public static final Codec<PurgeOrder> CODEC = new Codec<>() {
        @Override
        public void encode(PurgeOrder message, WireWriter out) {
            out.list(message.scopes(), ScopeNotice::write).bool(message.soft()).bool(message.dryRun());
        }

        @Override
        public PurgeOrder decode(WireReader in) {
            return new PurgeOrder(in.list(ScopeNotice::scope), in.bool(), in.bool());
        }
    };

    /** Copies its collections. */
    public PurgeOrder {
        scopes = List.copyOf(scopes);
    }
}
