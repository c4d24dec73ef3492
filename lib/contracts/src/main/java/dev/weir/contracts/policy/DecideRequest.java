package dev.weir.contracts.policy;

import dev.weir.contracts.Codec;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;

/**
 * Asks for a verdict that the asker cannot reach by itself.
 *
 * @param listener name of the listener
 * @param mode reverse or forward
 * @param loopback whether the listener is on loopback
 * @param client address of the client, through trusted hops
 * @param scheme http or https
 * @param method request method
 * @param host host, lower case, without port
 * @param hostVerified whether the host is known to be where the request goes
 * @param port port of the authority
 * @param path raw path
 * @param query raw query without its question mark; empty for none
 * @param responseType media type of the response; empty while there is none
 */
public record DecideRequest(
        String listener,
        String mode,
        boolean loopback,
        String client,
        String scheme,
        String method,
        String host,
        boolean hostVerified,
        int port,
        String path,
        String query,
        String responseType) {
    /** The wire form. */
    public static final Codec<DecideRequest> CODEC = new Codec<>() {
        @Override
        public void encode(DecideRequest message, WireWriter out) {
            out.text(message.listener())
                    .text(message.mode())
                    .bool(message.loopback())
                    .text(message.client())
                    .text(message.scheme())
                    .text(message.method())
                    .text(message.host())
                    .bool(message.hostVerified())
                    .int32(message.port())
                    .text(message.path())
                    .text(message.query())
                    .text(message.responseType());
        }

        @Override
        public DecideRequest decode(WireReader in) {
            return new DecideRequest(
                    in.text(),
                    in.text(),
                    in.bool(),
                    in.text(),
                    in.text(),
                    in.text(),
                    in.text(),
                    in.bool(),
                    in.int32(),
                    in.text(),
                    in.text(),
                    in.text());
        }
    };
}
