package dev.weir.runtime.config;

import dev.weir.settings.HostPort;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How processes find one another and talk. Hazelcast itself has no encryption in its open edition: only the network
 * keeps strangers off its port; the bus is guarded by mutual TLS.
 *
 * @param address the interface to listen on; default 127.0.0.1
 * @param publicHost the name or address that peers reach this process by; default the address, or, where
 *     that is a wildcard, this host's address on the network that the members are reached by
 * @param busPort default 15701; 0 takes any free one
 * @param bodyPort where edges take bodies from one another; default 15702
 * @param hazelcastPort default 5701
 * @param members host and Hazelcast port of the processes that hold data (all but edges and consoles)
 * @param serviceDns instead of members: a name whose addresses are the members
 * @param certificates directory of ca.crt, node.crt and node.key; default {@code bus} below the secrets
 * @param insecure whether the bus goes without TLS; must be written to be so
 */
public record ClusterConfig(
        String address,
        Optional<String> publicHost,
        int busPort,
        int bodyPort,
        int hazelcastPort,
        List<HostPort> members,
        Optional<String> serviceDns,
        Path certificates,
        boolean insecure) {
    /** Copies the list. */
    public ClusterConfig {
        members = List.copyOf(members);
    }
}
