package dev.weir.cache;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.weir.runtime.metrics.Metrics;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** The same against the Redis that is shipped with, where a container engine runs and has its image. */
class RedisContainerTest extends LeaseContract {
    private static final String IMAGE = "redis:7-alpine";

    private static final GenericContainer<?> REDIS = new GenericContainer<>(DockerImageName.parse(IMAGE))
            .withExposedPorts(6379)
            .withCommand("redis-server", "--save", "", "--maxmemory-policy", "volatile-lru");

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final StoreFaults faults = new StoreFaults(new Metrics());

    private RedisStore store;

    @BeforeAll
    static void startsRedis() {
        assumeTrue(engineHasImages(), "no container engine here, or it does not have " + IMAGE);
        REDIS.start();
    }

    @AfterAll
    static void stopsRedis() {
        REDIS.stop();
    }

    @BeforeEach
    void connects() throws Exception {
        REDIS.execInContainer("redis-cli", "flushall");
        store = call(() -> Future.succeededFuture(new RedisStore(
                vertx,
                new RedisMaster(
                        vertx, RedisUnderTest.config(REDIS.getHost(), REDIS.getMappedPort(6379), Optional.empty())),
                new RedisStore.Deadlines(Duration.ofSeconds(5), Duration.ofSeconds(5)),
                faults,
                System::nanoTime,
                new Epochs(InstantSource.system(), ThreadLocalRandom.current()))));
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!call(() -> Future.succeededFuture(store.trouble().isEmpty())) && System.nanoTime() < end) {
            await(vertx.timer(10));
        }
    }

    @AfterEach
    void closes() throws Exception {
        await(vertx.close());
    }

    @Override
    ResponseStore store() {
        return store;
    }

    @Override
    @CanIgnoreReturnValue
    <T> T call(Supplier<Future<T>> action) throws Exception {
        return await(
                Future.future(promise -> context.runOnContext(go -> action.get().onComplete(promise))));
    }

    @Override
    void letLeasesEnd() throws Exception {
        REDIS.execInContainer(
                "redis-cli",
                "eval",
                "for _, key in ipairs(redis.call('KEYS', 'weir:cache:lease:*')) do redis.call('DEL', key) end",
                "0");
    }

    /** Asked of the command line: the library would first try to pull images for its own use, for minutes. */
    private static boolean engineHasImages() {
        try {
            Process docker = new ProcessBuilder("docker", "image", "inspect", IMAGE, "alpine:3.17")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            boolean ended = docker.waitFor(5, TimeUnit.SECONDS);
            docker.destroyForcibly();
            return ended
                    && docker.exitValue() == 0
                    && DockerClientFactory.instance().isDockerAvailable();
        } catch (IOException noDocker) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
