package dev.weir.edge.upstream;

import java.net.InetAddress;
import java.util.List;

/** Where a request goes. */
public sealed interface Destination {
    /** One of the targets of a configured upstream. */
    record Group(String name) implements Destination {}

    /**
     * A destination that the client named, resolved and checked: one of {@code checked} is dialled and nothing is
     * resolved again, {@code host} stays for Host, SNI and the certificate.
     *
     * @param scheme {@code http} or {@code https}
     * @param host lower case; an IPv6 address without brackets
     * @param checked in the order of preference, not empty
     */
    record Dialled(String scheme, String host, int port, List<InetAddress> checked) implements Destination {
        /** Copies the list. */
        public Dialled {
            checked = List.copyOf(checked);
            if (checked.isEmpty()) {
                throw new IllegalArgumentException("checked: no address (expected: at least one)");
            }
        }
    }
}
