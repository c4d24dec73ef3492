package dev.weir.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.contracts.SequencePair;
import dev.weir.contracts.cache.CacheStore;
import dev.weir.contracts.cache.CacheStoreReply.Outcome;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.PurgeScope;
import dev.weir.runtime.config.RedisConfig;
import dev.weir.runtime.config.RedisEndpoint;
import dev.weir.runtime.config.Secret;
import dev.weir.runtime.config.SentinelConfig;
import dev.weir.settings.HostPort;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.embedded.RedisSentinel;
import redis.embedded.core.RedisSentinelBuilder;

/** A real master, its replica and a sentinel that watches them. */
class RedisSentinelTest {
    private static final String URL = "http://site/a";
    private static final PurgeScope PURGE = new PurgeScope(PurgeScope.Kind.URL, URL);
    private static final Pattern UP = Pattern.compile("master-link-status\\W+ok");
    private static final String SECRET = "of-the-sentinel";

    private final StoreRig rig = new StoreRig();

    @AfterEach
    void closes() throws Exception {
        rig.close();
    }

    @Test
    void theReplicaThatIsPromotedIsFoundAndBeginsANewLife(@TempDir Path directory) throws Exception {
        RedisUnderTest master = new RedisUnderTest(
                "maxmemory-policy volatile-lru", "repl-diskless-sync yes", "repl-diskless-sync-delay 0");
        try (RedisUnderTest replica = new RedisUnderTest(
                        "replicaof 127.0.0.1 " + master.port, "maxmemory-policy volatile-lru", "dir " + directory);
                ServerSocket silent = new ServerSocket(RedisUnderTest.freePort(), 8, InetAddress.getLoopbackAddress());
                Closing sentinel = sentinel(master.port)) {
            RedisStore store = rig.open(config(sentinel.port(), silent.getLocalPort(), "weir", SECRET));
            rig.until(() -> store.trouble().isEmpty());
            SequencePair before = rig.call(() -> store.purge(PURGE, false)).pair();
            assertThat(rig.call(() -> store.store(response(before), ""))).isEqualTo(Outcome.STORED);
            assertThat(found(store)).isInstanceOf(ResponseStore.Found.Response.class);
            untilPromotable(sentinel, replica);

            master.close();

            rig.until(() -> !store.trouble().isEmpty());
            rig.until(() -> store.trouble().isEmpty());
            SequencePair after = rig.call(store::newestPurge);
            assertThat(after.epoch()).isNotEqualTo(before.epoch());
            assertThat(found(store)).as("what the master had").isInstanceOf(ResponseStore.Found.Nothing.class);
            assertThat(rig.call(() -> store.store(response(after), ""))).isEqualTo(Outcome.STORED);
            assertThat(found(store)).isInstanceOf(ResponseStore.Found.Response.class);
        }
    }

    /** As it does in the smaller part of a network that has broken in two. */
    @Test
    void aSentinelThatNamesAMasterThatIsGoneIsNotAskedFirstForEver() throws Exception {
        try (RedisUnderTest master = new RedisUnderTest("maxmemory-policy volatile-lru");
                Closing cutOff = sentinel(RedisUnderTest.freePort());
                Closing sentinel = sentinel(master.port)) {
            RedisStore store = rig.open(config(sentinel.port(), cutOff.port(), "weir", SECRET));
            rig.until(() -> store.trouble().isEmpty());
            assertThat(rig.call(store::newestPurge).number()).isEqualTo(1);
        }
    }

    @Test
    void saysWhyNoSentinelNamesAMaster() throws Exception {
        try (RedisUnderTest master = new RedisUnderTest("maxmemory-policy volatile-lru");
                Closing sentinel = sentinel(master.port)) {
            RedisStore other = rig.open(config(sentinel.port(), sentinel.port(), "other", SECRET));
            rig.until(() -> other.trouble().contains("no sentinel names a master \"other\""));
            assertThat(other.trouble()).contains("127.0.0.1:" + sentinel.port() + ": not known");
            RedisStore guessing = rig.open(config(sentinel.port(), sentinel.port(), "weir", "wrong"));
            rig.until(() -> guessing.trouble().contains("WRONGPASS"));
            assertThat(rig.faults.of(StoreFault.NOT_AUTHORISED)).isPositive();
        }
    }

    private record Closing(int port, RedisSentinel sentinel) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            sentinel.stop();
        }
    }

    private static Closing sentinel(int masterPort) throws Exception {
        int port = RedisUnderTest.freePort();
        RedisSentinelBuilder settings = RedisSentinel.newRedisSentinel()
                .bind("127.0.0.1")
                .port(port)
                .masterName("weir")
                .masterPort(masterPort)
                .quorumSize(1)
                .downAfterMilliseconds(300L)
                .failOverTimeout(5_000L)
                .parallelSyncs(1);
        settings.addDefaultReplicationGroup();
        RedisSentinel sentinel = settings.setting("requirepass " + SECRET).build();
        sentinel.start();
        return new Closing(port, sentinel);
    }

    private static RedisConfig config(int sentinel, int first, String master, String password) {
        return new RedisConfig(
                List.of(
                        new RedisEndpoint(new HostPort("127.0.0.1", first), false),
                        new RedisEndpoint(new HostPort("127.0.0.1", sentinel), false)),
                Optional.empty(),
                Optional.of(new SentinelConfig(master, Optional.empty(), Optional.of(new Secret(password)))),
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(2),
                Duration.ofSeconds(5));
    }

    /** The sentinel has seen the replica, and that it has what the master has. */
    private void untilPromotable(Closing sentinel, RedisUnderTest replica) throws Exception {
        Redis asked = Redis.createClient(rig.vertx, "redis://:" + SECRET + "@127.0.0.1:" + sentinel.port());
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        String known = "";
        do {
            assertThat(System.nanoTime())
                    .as("twenty seconds are over: %s", known)
                    .isLessThan(end);
            known = String.valueOf(StoreRig.await(
                    asked.send(Request.cmd(Command.SENTINEL).arg("REPLICAS").arg("weir"))));
        } while (!known.contains(String.valueOf(replica.port))
                || !UP.matcher(known).find());
        StoreRig.await(asked.close());
    }

    private ResponseStore.Found found(RedisStore store) throws Exception {
        return rig.call(() -> store.lookup("zone " + URL, URL, HeaderFields.empty()));
    }

    private static CacheStore response(SequencePair purges) {
        return new CacheStore(
                "zone " + URL,
                URL,
                List.of(),
                HeaderFields.empty(),
                200,
                HeaderFields.of("Cache-Control", "max-age=60"),
                1,
                1,
                60_000,
                7,
                purges,
                Buffer.buffer("x"));
    }
}
