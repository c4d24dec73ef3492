package dev.weir.contracts.cache;

import dev.weir.contracts.Codec;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;

/**
 * A purge that happened: drop what is stored for the URL.
 *
 * @param pair its place in the sequence of purges
 * @param url absolute URL
 * @param soft whether to keep it as stale instead of dropping it
 */
public record PurgeNotice(SequencePair pair, String url, boolean soft) {
    /** The wire form. */
    public static final Codec<PurgeNotice> CODEC = new Codec<>() {
        @Override
        public void encode(PurgeNotice message, WireWriter out) {
            out.pair(message.pair()).text(message.url()).bool(message.soft());
        }

        @Override
        public PurgeNotice decode(WireReader in) {
            return new PurgeNotice(in.pair(), in.text(), in.bool());
        }
    };
}
