package dev.weir.contracts.cache;

import dev.weir.contracts.Codec;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;
import dev.weir.http.HeaderFields;

/**
 * A {@link CacheLookup} by somebody who asks the origin for others too, should nothing be stored.
 *
 * @param key the cache key, zone first
 * @param fields the fields of the request, for Vary; without credentials for the proxy
 * @param wish for a lease
 */
public record LeaseLookup(String key, HeaderFields fields, LeaseWish wish) {
    /** The wire form. */
    public static final Codec<LeaseLookup> CODEC = new Codec<>() {
        @Override
        public void encode(LeaseLookup message, WireWriter out) {
            LeaseWish.write(out.text(message.key()).fields(message.fields()), message.wish());
        }

        @Override
        public LeaseLookup decode(WireReader in) {
            return new LeaseLookup(in.text(), in.fields(), LeaseWish.read(in));
        }
    };
}
