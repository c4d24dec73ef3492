package dev.weir.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.settings.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemberProbeTest {
    @Test
    void findsWhoListens() throws IOException {
        HostPort nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            HostPort listening = new HostPort("127.0.0.1", socket.getLocalPort());
            assertThat(MemberProbe.anyListens(List.of(new HostPort("no-such-host.invalid", 1), listening)))
                    .isTrue();
            nobody = listening;
        }
        assertThat(MemberProbe.anyListens(List.of(nobody))).isFalse();
        assertThat(MemberProbe.anyListens(List.of())).as("DNS names them").isTrue();
    }
}
