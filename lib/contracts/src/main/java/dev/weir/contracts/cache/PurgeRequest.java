package dev.weir.contracts.cache;

import dev.weir.contracts.Codec;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;

/**
 * Asks that every stored response of a URL be dropped, on every edge.
 *
 * @param url absolute URL
 * @param soft whether to keep it as stale instead of dropping it
 */
public record PurgeRequest(String url, boolean soft) {
    /** The wire form. */
    public static final Codec<PurgeRequest> CODEC = new Codec<>() {
        @Override
        public void encode(PurgeRequest message, WireWriter out) {
            out.text(message.url()).bool(message.soft());
        }

        @Override
        public PurgeRequest decode(WireReader in) {
            return new PurgeRequest(in.text(), in.bool());
        }
    };
}
