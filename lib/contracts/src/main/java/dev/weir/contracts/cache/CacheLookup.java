package dev.weir.contracts.cache;

import dev.weir.contracts.Codec;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;
import dev.weir.http.HeaderFields;

/**
 * Asks the shared tier for what is stored under a key and selected by these request fields.
 *
 * @param key the cache key, zone first
 * @param fields the fields of the request, for Vary; without credentials for the proxy
 */
public record CacheLookup(String key, HeaderFields fields) {
    /** The wire form. */
    public static final Codec<CacheLookup> CODEC = new Codec<>() {
        @Override
        public void encode(CacheLookup message, WireWriter out) {
            out.text(message.key()).fields(message.fields());
        }

        @Override
        public CacheLookup decode(WireReader in) {
            return new CacheLookup(in.text(), in.fields());
        }
    };
}
