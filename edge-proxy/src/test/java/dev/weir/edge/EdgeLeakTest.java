package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that leave amid content that nobody has taken leave no buffer behind. */
class EdgeLeakTest {
    private static final int CLIENTS = 40;

    @TempDir
    private Path directory;

    private final Origin origin = new Origin();
    private final Queue<String> leaks = new ConcurrentLinkedQueue<>();
    private EdgeRig edge;

    @BeforeEach
    void start() throws IOException {
        origin.serves("/", "", "hello");
        edge = EdgeRig.before(directory, origin);
        collect(); // what earlier tests left
        ByteBufUtil.setLeakListener((type, records) -> leaks.add(records));
    }

    @AfterEach
    void stop() throws IOException {
        ByteBufUtil.setLeakListener(null);
        edge.close();
        origin.close();
    }

    /** Netty tells of a lost buffer when it makes another one after the lost one was collected. */
    private void collect() throws IOException {
        for (int i = 0; i < 5; i++) {
            System.gc();
            try (RawClient client = edge.client()) {
                client.sends("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
                assertThat(client.rest()).endsWith("hello");
            }
        }
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
        collect();
        assertThat(leaks).isEmpty();
    }
}
