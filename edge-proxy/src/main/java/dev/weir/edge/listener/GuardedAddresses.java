package dev.weir.edge.listener;

import dev.weir.runtime.config.ListenerLimits;
import dev.weir.runtime.config.ListenerTimeouts;
import dev.weir.runtime.metrics.Metrics;
import dev.weir.settings.ByteSize;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which listener a local address belongs to. A local address is this process's as a whole, and so is this. Thread-safe.
 * An address that nobody named gets the strictest answer: guarded, by default limits.
 */
final class GuardedAddresses {
    private record Key(Optional<InetAddress> host, int port) {
        static Key of(InetSocketAddress address) {
            InetAddress host = address.getAddress();
            return new Key(
                    host == null || host.isAnyLocalAddress() ? Optional.empty() : Optional.of(host), address.getPort());
        }
    }

    /** Guarded by a listener, or, without one, not guarded. */
    private final ConcurrentHashMap<Key, Optional<GuardedListener>> seats = new ConcurrentHashMap<>();

    /** For addresses that nobody named; made when first needed. */
    private static final class Unnamed {
        static final GuardedListener LISTENER = new GuardedListener(
                "unnamed",
                new ListenerLimits(50_000, 4_096, ByteSize.ofKiB(8), ByteSize.ofKiB(32), 200, ByteSize.ofGiB(1), 100),
                new ListenerTimeouts(
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(5)),
                Optional.empty(),
                (listener, client, reason, excerpt) -> {},
                new ListenerMeters(new Metrics(), "unnamed"));
    }

    void guard(InetSocketAddress local, GuardedListener listener) {
        seats.put(Key.of(local), Optional.of(listener));
    }

    void exempt(InetSocketAddress local) {
        seats.put(Key.of(local), Optional.empty());
    }

    /** Before it is known whether the address can be had: whoever has it keeps it. */
    void guardIfFree(InetSocketAddress local, GuardedListener listener) {
        seats.putIfAbsent(Key.of(local), Optional.of(listener));
    }

    void forget(InetSocketAddress local, GuardedListener listener) {
        seats.remove(Key.of(local), Optional.of(listener));
    }

    /** The listener that guards an accepted channel; empty if its address is exempt. */
    Optional<GuardedListener> of(Channel accepted) {
        SocketAddress local =
                accepted.parent() == null ? null : accepted.parent().localAddress();
        Optional<GuardedListener> seat = local instanceof InetSocketAddress address ? seats.get(Key.of(address)) : null;
        return seat == null ? Optional.of(Unnamed.LISTENER) : seat;
    }
}
