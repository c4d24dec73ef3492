package dev.weir.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.runtime.config.ClusterConfig;
import dev.weir.settings.HostPort;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BusOptionsTest {
    @Test
    void peersReachThisProcessByWhatIsWritten() throws IOException {
        assertThat(BusOptions.publicHost(cluster("0.0.0.0", Optional.of("edge-1"), "cache-service")))
                .isEqualTo("edge-1");
        assertThat(BusOptions.publicHost(cluster("192.0.2.7", Optional.empty(), "cache-service")))
                .isEqualTo("192.0.2.7");
    }

    @Test
    void boundToAllAddressesItIsTheOneOnTheWayToTheMembers() throws IOException {
        List<InetAddress> own = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .toList();
        assumeTrue(!own.isEmpty(), "this machine has no address but loopback");
        for (InetAddress address : own) {
            assertThat(BusOptions.publicHost(
                            cluster("0.0.0.0", Optional.empty(), "localhost", address.getHostAddress())))
                    .isEqualTo(address.getHostAddress());
        }
    }

    private static ClusterConfig cluster(String address, Optional<String> publicHost, String... members) {
        List<HostPort> ports =
                List.of(members).stream().map(host -> new HostPort(host, 5701)).toList();
        return new ClusterConfig(address, publicHost, 0, 0, 5701, ports, Optional.empty(), Path.of("bus"), true);
    }
}
