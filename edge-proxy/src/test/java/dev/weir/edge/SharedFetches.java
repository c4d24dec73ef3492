package dev.weir.edge;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An edge whose clients share fetches, and an origin that waits at gates; what is left is looked at behind each test. */
abstract class SharedFetches {
    static final int MANY = 24;
    static final String FRESH = "Cache-Control: max-age=60\r\n";
    static final String MAX_AGE = "HTTP/1.1 200 OK\r\n" + FRESH;

    @TempDir
    private Path directory;

    final Origin origin = new Origin();
    final List<RawClient> clients = new ArrayList<>();
    EdgeRig edge;

    /** An origin with which no connection comes about: it ends each when the gate is open. */
    ServerSocket shaker;

    final Gate shaking = new Gate();
    final AtomicInteger shaken = new AtomicInteger();

    void shake() {
        while (!shaker.isClosed()) {
            try (Socket socket = shaker.accept()) {
                shaken.incrementAndGet();
                shaking.pass();
                socket.setSoLinger(true, 0);
            } catch (IOException over) {
                // the next one, or the test is over
            }
        }
    }

    @BeforeEach
    void start() throws IOException {
        shaker = new ServerSocket();
        shaker.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), EdgeRig.freePort()));
        Thread thread = new Thread(this::shake, "shaker");
        thread.setDaemon(true);
        thread.start();
        edge = EdgeRig.with(directory, """
                routes:
                  - { host: "*", path: /silent, upstream: site, timeouts: { first-byte: 5s } }
                  - { host: "*", path: /unconnected, upstream: shaking }
                  - { host: "*", path: /narrow/, upstream: narrow, timeouts: { first-byte: 300ms, wait: 20s } }
                  - { host: "*", path: /, upstream: site, timeouts: { first-byte: 10s } }
                upstreams:
                  site: { targets: ["http://127.0.0.1:%1$d"], limits: { connections: 128 } }
                  narrow: { targets: ["http://127.0.0.1:%1$d"], limits: { connections: 1 } }
                  shaking: { targets: ["https://127.0.0.1:%2$d"] }
                cache: { memory: 8MiB, max-object: 1MiB, waiting: 40, lookup: 1s }
                diagnostics: { show: all }
                """.formatted(origin.port(), shaker.getLocalPort()));
    }

    @AfterEach
    void stop() throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
        edge.settles();
        EdgeRig.until(() -> metric("weir_edge_cache_recording_bytes") == 0);
        EdgeRig.until(() -> metric("weir_edge_cache_fetches") == 0);
        edge.close();
        origin.close();
        shaker.close();
    }

    /** A gate that a script of the origin stands at. */
    static final class Gate {
        private final CountDownLatch open = new CountDownLatch(1);

        void open() {
            open.countDown();
        }

        void pass() throws IOException {
            try {
                if (!open.await(20, TimeUnit.SECONDS)) {
                    throw new IOException("nobody opened");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }
    }

    double metric(String name) {
        return edge.metrics
                .scrape()
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** What was counted of fetches: {@code led}, {@code joined} and so on. */
    int count(String doing, String outcome) {
        return edge.metrics
                .scrape()
                .lines()
                .filter(line -> line.startsWith("weir_edge_cache_events_total{")
                        && line.contains("doing=\"" + doing + "\"")
                        && line.contains("outcome=\"" + outcome + "\""))
                .mapToInt(line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    RawClient asks(String path, String... fields) throws IOException {
        RawClient client = edge.client();
        clients.add(client);
        return client.sends(
                "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + String.join("", fields) + "Connection: close\r\n\r\n");
    }

    List<RawClient> ask(String path, int count, String... fields) throws IOException {
        List<RawClient> asking = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            asking.add(asks(path, fields));
        }
        return asking;
    }

    void joined(int count) {
        EdgeRig.until(() -> count("fetch", "joined") >= count);
    }
}
