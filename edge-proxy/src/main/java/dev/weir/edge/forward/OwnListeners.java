package dev.weir.edge.forward;

import dev.weir.edge.upstream.Origins;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The sockets that this process listens on: a destination among them would be a request to ourselves, a loop or a way
 * around the admin port's own address.
 *
 * @param proxying listeners' addresses as bound; the unspecified one stands for all of this machine
 * @param other those for people and probes, likewise
 * @param machine the addresses of this machine when it was asked; others may come to it
 */
public record OwnListeners(List<InetSocketAddress> proxying, List<InetSocketAddress> other, Set<InetAddress> machine)
        implements Origins.OwnSockets {
    /** Copies them. */
    public OwnListeners {
        proxying = List.copyOf(proxying);
        other = List.copyOf(other);
        machine = Set.copyOf(machine);
    }

    /** These sockets on this machine, whose addresses are asked of the system: not for an event loop. */
    public static OwnListeners of(List<InetSocketAddress> proxying, List<InetSocketAddress> other) {
        Set<InetAddress> machine = new HashSet<>();
        try {
            NetworkInterface.networkInterfaces()
                    .forEach(network -> network.inetAddresses().forEach(machine::add));
        } catch (SocketException unknown) {
            // Loopback and what is bound by its own address are still known.
        }
        return new OwnListeners(proxying, other, machine);
    }

    @Override
    public boolean isLoop(InetSocketAddress reached, boolean here) {
        return contains(proxying, reached, here);
    }

    @Override
    public boolean isOwn(InetSocketAddress reached, boolean here) {
        return isLoop(reached, here) || contains(other, reached, here);
    }

    private boolean contains(List<InetSocketAddress> listening, InetSocketAddress reached, boolean here) {
        InetAddress address = reached.getAddress();
        for (InetSocketAddress own : listening) {
            // Whoever dials the unspecified address reaches loopback, whichever address the listener is bound to.
            if (own.getPort() == reached.getPort()
                    && (address.isAnyLocalAddress()
                            || own.getAddress().equals(address)
                            || coversAll(own, address, here))) {
                return true;
            }
        }
        return false;
    }

    private boolean coversAll(InetSocketAddress own, InetAddress address, boolean here) {
        return own.getAddress().isAnyLocalAddress()
                && (here || address.isLoopbackAddress() || machine.contains(address));
    }
}
