package dev.weir.contracts.cache;

import dev.weir.contracts.Codec;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.WireException;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;
import dev.weir.http.caching.PurgeScope;

/**
 * A purge that happened, of whatever scope. {@link PurgeNotice} is what it was when there were only URLs, and still tells
 * of those that nobody ordered.
 *
 * @param pair its place in the sequence of purges
 * @param scope what is purged
 * @param soft whether to keep it as stale instead of dropping it
 */
public record ScopeNotice(SequencePair pair, PurgeScope scope, boolean soft) {
    /** The wire form. */
    public static final Codec<ScopeNotice> CODEC = new Codec<>() {
        @Override
        public void encode(ScopeNotice message, WireWriter out) {
            write(out.pair(message.pair()), message.scope());
            out.bool(message.soft());
        }

        @Override
        public ScopeNotice decode(WireReader in) {
            return new ScopeNotice(in.pair(), scope(in), in.bool());
        }
    };

    static void write(WireWriter out, PurgeScope scope) {
        out.text(scope.toString());
    }

    static PurgeScope scope(WireReader in) {
        String text = in.text();
        return PurgeScope.parse(text)
                .orElseThrow(() -> new WireException("scope: '" + text + "' (expected: a scope of a purge)"));
    }
}
