package dev.weir.contracts.cache;

import dev.weir.contracts.Codec;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;

/**
 * Whether the shared tier kept it.
 *
 * @param outcome what became of it
 */
public record CacheStoreReply(Outcome outcome) {
    /** The wire form. */
    public static final Codec<CacheStoreReply> CODEC = new Codec<>() {
        @Override
        public void encode(CacheStoreReply message, WireWriter out) {
            out.word(message.outcome());
        }

        @Override
        public CacheStoreReply decode(WireReader in) {
            return new CacheStoreReply(in.word(Outcome.values()));
        }
    };

    /** What became of a response given to the shared tier. Constants are only ever appended. */
    public enum Outcome {
        /** Kept. */
        STORED,
        /** Not kept: a purge of its URL came since the fill began, or could have. */
        PURGED,
        /** Not kept: the store could not. */
        UNAVAILABLE,
        /** Not kept: an error, and it would hide a success that is still of use. */
        OUTRANKED,
        /**
         * Not kept: fetched before what is there or is being fetched. Said at {@code CACHE_LEASED_STORE} alone, as who
         * asks elsewhere may not know the word.
         */
        LATE
    }
}
