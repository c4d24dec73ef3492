package dev.weir.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.HeaderFields;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections that lead back to this process, found by the address that they reached. */
class LoopGuardTest {
    /** Sockets of which it is known only that they are on every address of this machine. */
    private record Everywhere(boolean proxying) implements Origins.OwnSockets {
        @Override
        public boolean isLoop(InetSocketAddress reached, boolean here) {
            return proxying && here;
        }

        @Override
        public boolean isOwn(InetSocketAddress reached, boolean here) {
            return here;
        }
    }

    private ScriptedOrigin ourselves;

    @BeforeEach
    void start() throws Exception {
        ourselves = ScriptedOrigin.playing(peer -> {
            peer.head();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
            peer.head();
        });
    }

    @AfterEach
    void stop() throws Exception {
        ourselves.close();
    }

    private Destination.Dialled named() throws Exception {
        return new Destination.Dialled(
                "http", "name.invalid", ourselves.port(), List.of(InetAddress.getByAddress(new byte[] {127, 0, 0, 1})));
    }

    private OriginRequest toNamed() throws Exception {
        return new OriginRequest(
                "GET",
                "/",
                HeaderFields.empty(),
                named(),
                RequestBody.none(),
                OnLoop.TIMEOUTS,
                OriginRequest.Host.CLIENT);
    }

    @Test
    void aTargetOnAnAddressThatCameToThisMachineIsALoop() throws Exception {
        try (OnLoop loop = new OnLoop(new Everywhere(true), OnLoop.upstream(ourselves.target()))) {
            assertThat(loop.failure(OnLoop.get("/")).status()).isEqualTo(508);
        }
        assertThat(ourselves.heads()).isEmpty();
    }

    @Test
    void soIsADestinationThatAClientNames() throws Exception {
        try (OnLoop loop = new OnLoop(new Everywhere(true))) {
            OriginRequest request = toNamed();
            Destination.Dialled there = named();
            assertThat(loop.failure(request).status()).isEqualTo(508);
            assertThat(loop.failureOf(() -> loop.origins.dial(there, OnLoop.TIMEOUTS.connect()))
                            .status())
                    .isEqualTo(508);
        }
        assertThat(ourselves.heads()).isEmpty();
    }

    @Test
    void socketsForPeopleAreForTargetsButNotForClients() throws Exception {
        try (OnLoop loop = new OnLoop(new Everywhere(false), OnLoop.upstream(ourselves.target()))) {
            assertThat(loop.whole(OnLoop.get("/")).body()).isEqualTo("hi");
            OriginRequest request = toNamed();
            Destination.Dialled there = named();
            assertThat(loop.failure(request).status()).isEqualTo(403);
            assertThat(loop.failureOf(() -> loop.origins.dial(there, OnLoop.TIMEOUTS.connect()))
                            .status())
                    .isEqualTo(403);
        }
        assertThat(ourselves.heads()).hasSize(1);
    }
}
