package dev.weir.edge.forward;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** Asks for the addresses of a name. */
@FunctionalInterface
public interface NameLookup {
    /** All addresses of {@code name}, in the order to dial them; never blocks. */
    Future<List<InetAddress>> addresses(String name);

    /** The look-up that {@code vertx} itself uses: the hosts file, then the system's name servers, asynchronously. */
    static NameLookup of(Vertx vertx) {
        return name -> ((VertxInternal) vertx)
                .nameResolver()
                .resolveAll(name)
                .map(found -> found.stream().map(InetSocketAddress::getAddress).toList());
    }
}
