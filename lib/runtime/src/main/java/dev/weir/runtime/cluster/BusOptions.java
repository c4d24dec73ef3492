package dev.weir.runtime.cluster;

import dev.weir.runtime.config.ClusterConfig;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The clustered Vert.x's options: few threads, short time-outs between nodes, and mutual TLS 1.3 unless {@code insecure}
 * is written. Files are read anew for each attempt, so that renewed certificates need no restart.
 */
final class BusOptions {
    private static final int NODE_TIMEOUT_MILLIS = 2_000;

    private BusOptions() {}

    static VertxOptions of(ClusterConfig cluster, String publicHost) throws IOException {
        EventBusOptions bus = new EventBusOptions()
                .setHost(cluster.address())
                .setPort(cluster.busPort())
                .setClusterPublicHost(publicHost)
                .setClusterPingInterval(1_000)
                .setClusterPingReplyInterval(1_000)
                .setConnectTimeout(NODE_TIMEOUT_MILLIS);
        if (!cluster.insecure()) {
            secure(bus, cluster.certificates());
        }
        return new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(4)
                .setInternalBlockingPoolSize(4)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false))
                .setEventBusOptions(bus);
    }

    /** Vert.x's default trusts everyone and asks nobody; a member is who holds a certificate of the bus's own authority. */
    private static void secure(EventBusOptions bus, Path directory) throws IOException {
        bus.setSsl(true);
        bus.setClientAuth(ClientAuth.REQUIRED);
        bus.setTrustAll(false);
        bus.setKeyCertOptions(new PemKeyCertOptions()
                .addCertValue(read(directory, "node.crt"))
                .addKeyValue(read(directory, "node.key")));
        bus.setTrustOptions(new PemTrustOptions().addCertValue(read(directory, "ca.crt")));
        bus.setEnabledSecureTransportProtocols(Set.of("TLSv1.3"));
        bus.setSslHandshakeTimeout(5);
    }

    private static Buffer read(Path directory, String file) throws IOException {
        return Buffer.buffer(Files.readAllBytes(directory.resolve(file)));
    }

    /** How peers reach this process: as written, else the address it binds, else its own on the way to the members. */
    static String publicHost(ClusterConfig cluster) throws IOException {
        if (cluster.publicHost().isPresent()) {
            return cluster.publicHost().get();
        }
        if (!HazelcastSettings.isWildcard(cluster.address())) {
            return cluster.address();
        }
        List<String> peers = new ArrayList<>(cluster.serviceDns().stream().toList());
        cluster.members().forEach(member -> peers.add(member.host()));
        for (String peer : peers) {
            Optional<InetAddress> own = addressTowards(peer, cluster.hazelcastPort());
            if (own.isPresent()) {
                return own.get().getHostAddress();
            }
        }
        return InetAddress.getLocalHost().getHostAddress();
    }

    /**
     * This host's address on the network that a peer is reached by: a host in several networks has one in each, and peers
     * may know only one of them. Connecting a datagram socket asks the routing table and sends nothing.
     */
    private static Optional<InetAddress> addressTowards(String peer, int port) {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(InetAddress.getByName(peer), port));
            return Optional.of(socket.getLocalAddress())
                    .filter(own -> !own.isAnyLocalAddress() && !own.isLoopbackAddress());
        } catch (IOException | UncheckedIOException unknown) {
            return Optional.empty();
        }
    }
}
