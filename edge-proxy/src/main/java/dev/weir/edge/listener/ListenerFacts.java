package dev.weir.edge.listener;

import dev.weir.runtime.config.Mode;
import io.vertx.core.net.SocketAddress;

/**
 * What is known of a request from where it came in.
 *
 * @param name of the listener
 * @param mode of the listener
 * @param scheme {@code http} or {@code https}: what the connection speaks
 * @param local the address the connection was accepted on
 * @param client the peer's address, or what a PROXY header told
 * @param clientUntold whether a PROXY header was needed to tell of the client and didn't
 * @param loopback whether the listener is bound to an address of this machine alone
 */
public record ListenerFacts(
        String name,
        Mode mode,
        String scheme,
        SocketAddress local,
        SocketAddress client,
        boolean clientUntold,
        boolean loopback) {}
