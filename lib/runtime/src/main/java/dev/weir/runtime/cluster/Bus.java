package dev.weir.runtime.cluster;

import dev.weir.contracts.Address;
import dev.weir.contracts.Topic;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The event bus. Every message may arrive twice, late or never. Callbacks run on the context (of the process's plain
 * Vert.x) that called the method; call from there. Nothing here throws for want of a cluster, and nothing blocks.
 */
public interface Bus {
    /** No message is longer on the wire: a long one would delay the pulses behind it. */
    int LARGEST_FRAME = 64 * 1024;

    /**
     * Asks one of those who serve the address. Fails with {@link BusException} alone.
     *
     * @throws FrameTooLargeException at once, if the body is too large for a frame
     */
    <Q, A> Future<A> request(Address<Q, A> address, Q body, Duration timeout);

    /**
     * Tells all who have subscribed, this process included; when the cluster is not joined, only those of this process.
     *
     * @throws FrameTooLargeException at once, if the notice is too large for a frame
     */
    <N> void publish(Topic<N> topic, N notice);

    /** Serves an address until closed, over every loss and return of the cluster. */
    <Q, A> Registration serve(Address<Q, A> address, Function<Q, Future<A>> handler);

    /** Listens to a topic until closed, over every loss and return of the cluster. */
    <N> Registration subscribe(Topic<N> topic, Consumer<N> listener);

    /** Whether requests have a way out at this moment. */
    boolean joined();
}
