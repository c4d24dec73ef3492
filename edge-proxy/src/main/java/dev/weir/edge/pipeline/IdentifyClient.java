package dev.weir.edge.pipeline;

import dev.weir.http.ForwardedFields;
import dev.weir.http.ForwardedFields.Source;
import java.net.InetAddress;

/** Finds out who asks: the address of the client, through the hops that the listener trusts. */
final class IdentifyClient implements Phase.Now {
    @Override
    public Stage stage() {
        return Stage.IDENTIFY;
    }

    @Override
    public Verdict run(Exchange exchange) {
        InetAddress peer = exchange.peer();
        InetAddress client = exchange.peerTrusted()
                ? ForwardedFields.clientAddress(
                        exchange.canonical().fields(),
                        peer,
                        Source.X_FORWARDED_FOR,
                        exchange.listener().trustedProxy())
                : peer;
        exchange.client(client);
        return Verdict.PROCEED;
    }
}
