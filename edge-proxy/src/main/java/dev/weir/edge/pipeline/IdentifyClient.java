package dev.weir.edge.pipeline;

import dev.weir.http.ForwardedFields;
import dev.weir.runtime.config.Mode;
import java.net.InetAddress;

/**
 * Finds out who asks: the address of the client, through the hops that the listener trusts. On a reverse listener such a
 * hop also says which scheme the client used; that is the request's from here on, to rules, cache key and origin alike.
 */
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
                        exchange.canonical().fields(), peer, exchange.listener().trustedProxy())
                : peer;
        exchange.client(client);
        if (exchange.peerTrusted() && exchange.listener().mode() == Mode.REVERSE) {
            ForwardedFields.scheme(exchange.canonical().fields())
                    .ifPresent(scheme -> exchange.canonical(exchange.canonical().withScheme(scheme)));
        }
        return Verdict.PROCEED;
    }
}
