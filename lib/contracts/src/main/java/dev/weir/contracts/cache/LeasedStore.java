package dev.weir.contracts.cache;

import dev.weir.contracts.Codec;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;

/**
 * Gives the shared tier a response to keep that was fetched under a token, which counts here. The lease, if it is still
 * held under that token, is over with it.
 *
 * @param response what to keep
 * @param lease name of what was leased
 */
public record LeasedStore(CacheStore response, String lease) {
    /** The wire form. */
    public static final Codec<LeasedStore> CODEC = new Codec<>() {
        @Override
        public void encode(LeasedStore message, WireWriter out) {
            CacheStore.CODEC.encode(message.response(), out);
            out.text(message.lease());
        }

        @Override
        public LeasedStore decode(WireReader in) {
            return new LeasedStore(CacheStore.CODEC.decode(in), in.text());
        }
    };
}
