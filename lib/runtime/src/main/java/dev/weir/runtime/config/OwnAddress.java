package dev.weir.runtime.config;

import dev.weir.settings.HostPort;
import dev.weir.settings.IpLiteral;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Optional;

/**
 * Whether a literal address leads to a listener of the same configuration. Names are looked up when they are dialled,
 * but for {@code localhost}.
 */
final class OwnAddress {
    private static final InetAddress LOOPBACK = IpLiteral.parse("127.0.0.1").orElseThrow();

    private OwnAddress() {}

    /** Whether who dials {@code target} on this machine reaches {@code listening}. */
    static boolean reaches(HostPort target, HostPort listening) {
        if (target.port() != listening.port()) {
            return false;
        }
        Optional<InetAddress> dialled = address(target.host());
        Optional<InetAddress> bound = address(listening.host());
        if (dialled.isEmpty() || bound.isEmpty()) {
            return target.host().equalsIgnoreCase(listening.host());
        }
        // Whoever dials the unspecified address reaches this machine.
        return dialled.get().equals(bound.get())
                || dialled.get().isAnyLocalAddress()
                || (bound.get().isAnyLocalAddress() && isOfThisMachine(dialled.get()));
    }

    private static Optional<InetAddress> address(String host) {
        return host.equalsIgnoreCase("localhost") ? Optional.of(LOOPBACK) : IpLiteral.parse(host);
    }

    private static boolean isOfThisMachine(InetAddress address) {
        try {
            return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException unknown) {
            return false;
        }
    }
}
