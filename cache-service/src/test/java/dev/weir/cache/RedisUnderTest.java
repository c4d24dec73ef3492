package dev.weir.cache;

import dev.weir.runtime.config.RedisConfig;
import dev.weir.runtime.config.RedisEndpoint;
import dev.weir.runtime.config.Secret;
import dev.weir.settings.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import redis.embedded.RedisServer;

/** A real Redis of its own for a test class, on loopback. */
final class RedisUnderTest implements AutoCloseable {
    final int port;
    private final RedisServer server;

    RedisUnderTest(String... settings) throws IOException {
        this(freePort(), settings);
    }

    RedisUnderTest(int port, String... settings) throws IOException {
        this.port = port;
        var builder = RedisServer.newRedisServer()
                .port(port)
                .bind("127.0.0.1")
                .setting("save \"\"")
                .setting("appendonly no")
                .setting("daemonize no");
        for (String setting : settings) {
            builder.setting(setting);
        }
        server = builder.build();
        server.start();
    }

    String endpoint() {
        return "redis://127.0.0.1:" + port;
    }

    RedisConfig config() {
        return config("127.0.0.1", port, Optional.empty());
    }

    RedisConfig config(String password) {
        return config("127.0.0.1", port, Optional.of(new Secret(password)));
    }

    static RedisConfig config(String host, int port, Optional<Secret> password) {
        return new RedisConfig(
                List.of(new RedisEndpoint(new HostPort(host, port), false)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                password,
                Duration.ofSeconds(2),
                Duration.ofSeconds(5));
    }

    @Override
    public void close() throws IOException {
        server.stop();
    }

    /** Below the ports that outgoing connections take. */
    static int freePort() throws IOException {
        int lastTaken = 0;
        for (int i = 0; i < 100; i++) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return probe.getLocalPort();
            } catch (IOException taken) {
                lastTaken = port;
            }
        }
        throw new IOException("port: " + lastTaken + " and 99 others are taken (expected: a free one)");
    }
}
