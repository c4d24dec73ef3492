package dev.weir.runtime;

import dev.weir.runtime.config.WeirConfig;
import io.vertx.core.Future;
import io.vertx.core.VertxBuilder;

/** One of Weir's services, as a process starts it. */
public interface Service {
    /** The fixed name, such as {@code edge-proxy}. */
    String name();

    /**
     * Starts it; the future is done when it serves. Called on a context of its own of the plain Vert.x, so that what it
     * opens there belongs to it. Must not wait for the cluster.
     */
    Future<Running> start(ServiceContext context);

    /** Whether a process with this service holds a part of the cluster's data; edges and consoles do not. */
    default boolean holdsClusterData() {
        return true;
    }

    /** Whether a process with this service takes long bodies from others, or gives them. */
    default boolean usesBodyChannel() {
        return false;
    }

    /** Lets the service have its say on the process's plain Vert.x, such as a transport of its own. */
    default VertxBuilder prepare(VertxBuilder builder, WeirConfig config) {
        return builder;
    }
}
