package dev.weir.edge.forward;

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
 * @param machine the addresses of this machine
 */
public record OwnListeners(List<InetSocketAddress> proxying, List<InetSocketAddress> other, Set<InetAddress> machine) {
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

    /** Whether what is sent there comes back in as a request. */
    public boolean isLoop(InetAddress address, int port) {
        return contains(proxying, address, port);
    }

    boolean contains(InetAddress address, int port) {
        return isLoop(address, port) || contains(other, address, port);
    }

    private boolean contains(List<InetSocketAddress> listening, InetAddress address, int port) {
        for (InetSocketAddress own : listening) {
            // Whoever dials the unspecified address reaches loopback, whichever address the listener is bound to.
            if (own.getPort() == port
                    && (address.isAnyLocalAddress() || own.getAddress().equals(address) || coversAll(own, address))) {
                return true;
            }
        }
        return false;
    }

    private boolean coversAll(InetSocketAddress own, InetAddress address) {
        return own.getAddress().isAnyLocalAddress() && (address.isLoopbackAddress() || machine.contains(address));
    }
}
