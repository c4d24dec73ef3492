package dev.weir.contracts.policy;

import dev.weir.contracts.Codec;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;
import io.vertx.core.buffer.Buffer;

/**
 * Asks that a policy be put in force.
 *
 * @param text the policy file, gzip; at most 48 KiB
 * @param dryRun only say whether it would do
 * @param by who asks, for the log
 */
public record PublishRequest(Buffer text, boolean dryRun, String by) {
    /** The wire form. */
    public static final Codec<PublishRequest> CODEC = new Codec<>() {
        @Override
        public void encode(PublishRequest message, WireWriter out) {
            out.bytes(message.text()).bool(message.dryRun()).text(message.by());
        }

        @Override
        public PublishRequest decode(WireReader in) {
            return new PublishRequest(in.bytes(), in.bool(), in.text());
        }
    };
}
