package dev.weir.contracts.policy;

import dev.weir.contracts.Codec;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;

/**
 * The revision in force; told on change and each second, which renews the lease of the edges that hold it.
 *
 * @param pair its number
 * @param hash SHA-256 of the signed revision, lower-case hex
 * @param size its length in bytes
 */
public record RevisionAnnouncement(SequencePair pair, String hash, long size) {
    /** The wire form. */
    public static final Codec<RevisionAnnouncement> CODEC = new Codec<>() {
        @Override
        public void encode(RevisionAnnouncement message, WireWriter out) {
            out.pair(message.pair()).text(message.hash()).int64(message.size());
        }

        @Override
        public RevisionAnnouncement decode(WireReader in) {
            return new RevisionAnnouncement(in.pair(), in.text(), in.int64());
        }
    };
}
