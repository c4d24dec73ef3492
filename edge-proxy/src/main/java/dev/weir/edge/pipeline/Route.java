package dev.weir.edge.pipeline;

import dev.weir.edge.upstream.Destination;
import dev.weir.runtime.config.ExchangeTimeouts;

/**
 * Where a request goes.
 *
 * @param destination to be asked
 * @param zone the cache's zone; empty if nothing may be stored or looked up
 * @param name of the upstream, or of the mode
 * @param hostOfTarget whether the origin sees its own name as Host, and not the client's
 * @param cache whether it may be answered from what is stored
 * @param protocol that answers are received by: {@code HTTP/2}, or {@code HTTP/1.1} for either version of HTTP/1
 * @param timeouts of the exchange
 */
record Route(
        Destination destination,
        String zone,
        String name,
        boolean hostOfTarget,
        boolean cache,
        String protocol,
        ExchangeTimeouts timeouts) {
    /**
     * The zone of a request, where its answer may depend on what the cache's key lacks.
     *
     * @param unkeyed what {@link IdentityFields#unkeyed} says of it
     */
    String zone(String unkeyed) {
        return zone.isEmpty() || unkeyed.isEmpty() ? zone : zone + '~' + Fingerprint.of(unkeyed);
    }

    /** The same without the cache. */
    Route uncached() {
        return cache ? new Route(destination, zone, name, hostOfTarget, false, protocol, timeouts) : this;
    }
}
