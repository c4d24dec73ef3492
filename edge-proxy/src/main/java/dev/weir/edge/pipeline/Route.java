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
 * @param timeouts of the exchange
 */
record Route(
        Destination destination,
        String zone,
        String name,
        boolean hostOfTarget,
        boolean cache,
        ExchangeTimeouts timeouts) {
    /** The same without the cache. */
    Route uncached() {
        return cache ? new Route(destination, zone, name, hostOfTarget, false, timeouts) : this;
    }
}
