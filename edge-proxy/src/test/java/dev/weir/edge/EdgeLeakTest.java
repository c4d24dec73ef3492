package dev.weir.edge;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that leave amid content that nobody has taken leave no buffer behind: {@code LeakCheck} looks when this class is over. */
class EdgeLeakTest {
    private static final int CLIENTS = 40;

    @TempDir
    private Path directory;

    private final Origin origin = new Origin();
    private EdgeRig edge;

    @BeforeEach
    void start() throws IOException {
        origin.serves("/", "", "hello");
        edge = EdgeRig.before(directory, origin);
    }

    @AfterEach
    void stop() throws IOException {
        edge.close();
        origin.close();
    }

    @Test
    void ofManySmallChunks() throws IOException {
        String octets = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + "1\r\na\r\n".repeat(300);
        for (int i = 0; i < CLIENTS; i++) {
            try (RawClient client = edge.client()) {
                client.sends(octets);
            }
        }
        EdgeRig.until(() -> edge.number("requests") >= CLIENTS && edge.number("open") == 0);
    }
}
