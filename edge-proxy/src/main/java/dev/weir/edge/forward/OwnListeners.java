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
 * @param listening addresses as bound; the unspecified one stands for all of this machine
 * @param machine the addresses of this machine
 */
public record OwnListeners(List<InetSocketAddress> listening, Set<InetAddress> machine) {
    /** Copies both. */
    public OwnListeners {
        listening = List.copyOf(listening);
        machine = Set.copyOf(machine);
    }

    /** These sockets on this machine, whose addresses are asked of the system: not for an event loop. */
    public static OwnListeners of(List<InetSocketAddress> listening) {
        Set<InetAddress> machine = new HashSet<>();
        try {
            NetworkInterface.networkInterfaces()
                    .forEach(network -> network.inetAddresses().forEach(machine::add));
        } catch (SocketException unknown) {
            // Loopback and what is bound by its own address are still known.
        }
        return new OwnListeners(listening, machine);
    }

    boolean contains(InetAddress address, int port) {
        for (InetSocketAddress own : listening) {
            if (own.getPort() == port && (own.getAddress().equals(address) || coversAll(own, address))) {
                return true;
            }
        }
        return false;
    }

    private boolean coversAll(InetSocketAddress own, InetAddress address) {
        return own.getAddress().isAnyLocalAddress()
                && (address.isAnyLocalAddress() || address.isLoopbackAddress() || machine.contains(address));
    }
}
