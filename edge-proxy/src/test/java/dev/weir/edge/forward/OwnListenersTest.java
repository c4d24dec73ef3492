package dev.weir.edge.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which sockets are ours; "here" is an address of which the connection tells that it is this machine's. */
class OwnListenersTest {
    private static final OwnListeners OWN = new OwnListeners(
            List.of(new InetSocketAddress("0.0.0.0", 8080), new InetSocketAddress("192.0.2.9", 8081)),
            List.of(
                    new InetSocketAddress("0.0.0.0", 9400),
                    new InetSocketAddress(DestinationGuardTest.address("127.0.0.1"), 9500)),
            Set.of(DestinationGuardTest.address("198.51.100.7")));

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 8080, false, true, true",
        "198.51.100.7, 8080, false, true, true",
        "203.0.113.1, 8080, false, false, false",
        "203.0.113.1, 8080, true, true, true",
        "203.0.113.1, 8081, true, false, false",
        "192.0.2.9, 8081, false, true, true",
        "203.0.113.1, 9400, true, false, true",
        "203.0.113.1, 9400, false, false, false",
        "203.0.113.1, 9500, true, false, false",
        "203.0.113.1, 80, true, false, false",
    })
    void knowsItsOwn(String address, int port, boolean here, boolean loop, boolean own) {
        InetSocketAddress reached = new InetSocketAddress(DestinationGuardTest.address(address), port);
        assertThat(OWN.isLoop(reached, here)).isEqualTo(loop);
        assertThat(OWN.isOwn(reached, here)).isEqualTo(own);
    }
}
