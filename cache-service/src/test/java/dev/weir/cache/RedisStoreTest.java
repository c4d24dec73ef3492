package dev.weir.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.cache.CacheStore;
import dev.weir.contracts.cache.CacheStoreReply.Outcome;
import dev.weir.contracts.cache.Lease;
import dev.weir.contracts.cache.LeaseLookup;
import dev.weir.contracts.cache.LeaseLookupReply;
import dev.weir.contracts.cache.LeaseLookupReply.Follow;
import dev.weir.contracts.cache.LeaseLookupReply.Granted;
import dev.weir.contracts.cache.LeaseWish;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.PurgeScope;
import dev.weir.runtime.config.RedisConfig;
import dev.weir.runtime.config.Secret;
import dev.weir.runtime.metrics.Metrics;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisStoreTest extends LeaseContract {
    private static final String URL = "http://site/g";
    private static final String KEY = "zone " + URL;
    private static final PurgeScope PURGE = new PurgeScope(PurgeScope.Kind.URL, URL);
    private static final String URL_KEY = "weir:cache:url:" + KeyDigest.of(URL);

    private static final Vertx VERTX = Vertx.vertx();
    private static RedisUnderTest server;
    private static Redis raw;

    private final StoreFaults faults = new StoreFaults(new Metrics());
    private final Context context = VERTX.getOrCreateContext();
    private final AtomicLong millis = new AtomicLong(System.currentTimeMillis());
    private final InstantSource clock = () -> Instant.ofEpochMilli(millis.get());
    private RedisStore store;

    @BeforeAll
    static void startsRedis() throws Exception {
        server = new RedisUnderTest("maxmemory 256mb", "maxmemory-policy volatile-lru");
        raw = Redis.createClient(VERTX, server.endpoint());
    }

    @AfterAll
    static void stopsRedis() throws Exception {
        await(raw.close());
        server.close();
        await(VERTX.close());
    }

    @BeforeEach
    void connects() throws Exception {
        send(Command.FLUSHALL);
        store = open(server.config());
        assertThat(whenTroubleIs("")).isEmpty();
    }

    @AfterEach
    void closes() throws Exception {
        await(store.close());
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
        for (Response key : send(Command.KEYS, "weir:cache:lease:*")) {
            send(Command.PEXPIRE, key.toString(), "0");
        }
    }

    /** So that both lie on one node of a cluster: what is between the braces is the whole name of the URL's key. */
    @Test
    void aLeaseLiesBesideItsUrlAndLastsForThreeSecondsFromItsLastRenewal() throws Exception {
        LeaseLookup asked = new LeaseLookup(KEY, HeaderFields.empty(), new LeaseWish("", "one", "i-one", "", 0, 0));
        Lease lease = granted(call(() -> store.lookup(asked, URL))).lease();
        String key = send(Command.KEYS, "weir:cache:lease:*").get(0).toString();
        assertThat(key).startsWith("weir:cache:lease:{" + URL_KEY + "}:");
        assertThat(send(Command.PTTL, key).toLong()).isBetween(1L, 3_000L);
        send(Command.PEXPIRE, key, "60000");
        assertThat(renew("one", lease)).isEmpty();
        assertThat(send(Command.PTTL, key).toLong()).isBetween(1L, 3_000L);
    }

    @Test
    void aLeaseOfAWrongTypeOrOfAnotherLifeIsNobodys() throws Exception {
        assertThat(ask("one")).isInstanceOf(Granted.class);
        String key = send(Command.KEYS, "weir:cache:lease:*").get(0).toString();
        send(Command.SET, key, "not ours");
        assertThat(ask("two")).isInstanceOf(Granted.class);
        send(Command.HDEL, key, "number");
        assertThat(ask("three")).isInstanceOf(Granted.class);
        send(Command.HSET, key, "token", "garbage");
        Lease last = granted(ask("four")).lease();
        SequencePair before = newest();
        send(Command.DEL, "weir:cache:purges");
        Granted first = granted(ask("five"));
        assertThat(first.purges().epoch()).isNotEqualTo(before.epoch());
        assertThat(first.lease().token()).isLessThan(last.token());
        assertThat(renew("four", last)).containsExactly(last.token());
        assertThat(ask("six")).isInstanceOf(Follow.class);
    }

    /** What a version before tokens has stored has none. */
    @Test
    void whatIsStoredWithoutATokenIsTakenAsItIs() throws Exception {
        keep(response(KEY, URL, "of a version before"));
        send(Command.EVAL, """
                local raw = redis.call('HGET', KEYS[1], 'index')
                local entries = cmsgpack.unpack(string.sub(raw, 41))
                entries[1][12] = nil
                raw = cmsgpack.pack(entries)
                return redis.call('HSET', KEYS[1], 'index', redis.sha1hex(raw) .. raw)
                """, "1", URL_KEY);
        assertThat(hit(KEY, URL, HeaderFields.empty()).body().toString()).isEqualTo("of a version before");
        assertThat(keep(response(KEY, URL, "next"))).isEqualTo(Outcome.STORED);
        assertThat(hit(KEY, URL, HeaderFields.empty()).body().toString()).isEqualTo("next");
    }

    @Test
    void whatCannotBeWrittenIsNoLeaseAndCounted() throws Exception {
        assertThat(newest().number()).isPositive();
        send(Command.CONFIG, "SET", "maxmemory", "1");
        try {
            assertThat(call(() -> store.lookup(
                            new LeaseLookup(KEY, HeaderFields.empty(), new LeaseWish("", "one", "i-one", "", 0, 0)),
                            URL)))
                    .isEqualTo(new LeaseLookupReply.Unleased(newest()));
            assertThat(faults.of(StoreFault.OUT_OF_MEMORY)).isEqualTo(1);
        } finally {
            send(Command.CONFIG, "SET", "maxmemory", "256mb");
        }
        keep(response("zone http://site/a", "http://site/a", "x"));
        send(Command.REPLICAOF, "127.0.0.1", "1");
        try {
            assertThat(call(() -> store.lookup(
                            new LeaseLookup(KEY, HeaderFields.empty(), new LeaseWish("", "one", "i-one", "", 0, 0)),
                            URL)))
                    .isInstanceOf(LeaseLookupReply.Unleased.class);
            assertThat(faults.of(StoreFault.READ_ONLY)).isPositive();
            assertThatThrownBy(() -> ask("one"))
                    .as("what a replica has, over a connection that was left")
                    .hasRootCauseInstanceOf(StoreException.class);
        } finally {
            send(Command.REPLICAOF, "NO", "ONE");
        }
    }

    @Test
    void everythingButTheSequenceExpires() throws Exception {
        keep(response(KEY, URL, "x"));
        assertThat(ask("one")).isInstanceOf(Granted.class);
        call(() -> store.purge(new PurgeScope(PurgeScope.Kind.URL, "http://site/other"), false));
        call(() -> store.purge(PurgeScope.tag("t").orElseThrow(), false));
        call(() -> store.purge(PurgeScope.tag("t").orElseThrow(), true));
        List<String> lasting = new ArrayList<>();
        for (Response key : send(Command.KEYS, "*")) {
            assertThat(key.toString()).startsWith("weir:cache:");
            if (send(Command.PTTL, key.toString()).toLong() < 0) {
                lasting.add(key.toString());
            }
        }
        assertThat(lasting)
                .containsExactlyInAnyOrder(
                        "weir:cache:purges",
                        "weir:cache:purges:log",
                        "weir:cache:purges:last",
                        "weir:cache:purges:hard",
                        "weir:cache:purges:soft");
        assertThat(send(Command.PTTL, URL_KEY).toLong()).isBetween(1L, 60_000L);
    }

    @Test
    void deletesAValueOfAWrongType() throws Exception {
        send(Command.SET, URL_KEY, "not ours");
        assertThat(look(KEY, URL, HeaderFields.empty())).isInstanceOf(ResponseStore.Found.Nothing.class);
        assertThat(faults.of(StoreFault.WRONG_TYPE)).isEqualTo(1);
        assertThat(send(Command.EXISTS, URL_KEY).toLong()).isZero();
        send(Command.LPUSH, URL_KEY, "not ours");
        assertThat(keep(response(KEY, URL, "x"))).isEqualTo(Outcome.STORED);
        assertThat(hit(KEY, URL, HeaderFields.empty()).body().toString()).isEqualTo("x");
        assertThat(faults.of(StoreFault.WRONG_TYPE)).isEqualTo(2);
    }

    @Test
    void deletesAGarbledIndex() throws Exception {
        keep(response(KEY, URL, "x"));
        send(Command.HSET, URL_KEY, "index", "garbage");
        assertThat(look(KEY, URL, HeaderFields.empty())).isInstanceOf(ResponseStore.Found.Nothing.class);
        assertThat(faults.of(StoreFault.GARBAGE)).isEqualTo(1);
        assertThat(send(Command.EXISTS, URL_KEY).toLong()).isZero();
    }

    @Test
    void deletesAGarbledOrForeignOrMissingValue() throws Exception {
        keep(response(KEY, URL, "x"));
        byte[] good = send(Command.HGET, URL_KEY, valueOf(URL_KEY)).toBytes();
        good[good.length - 1] ^= 1;
        await(raw.send(
                Request.cmd(Command.HSET).arg(URL_KEY).arg(valueOf(URL_KEY)).arg(good)));
        assertThat(look(KEY, URL, HeaderFields.empty())).isInstanceOf(ResponseStore.Found.Nothing.class);
        assertThat(faults.of(StoreFault.GARBAGE)).isEqualTo(1);
        assertThat(look(KEY, URL, HeaderFields.empty())).isInstanceOf(ResponseStore.Found.Nothing.class);
        assertThat(faults.of(StoreFault.GARBAGE)).isEqualTo(1);

        keep(response(KEY, URL, "x"));
        send(Command.HSET, URL_KEY, valueOf(URL_KEY), "yesterday's");
        assertThat(look(KEY, URL, HeaderFields.empty())).isInstanceOf(ResponseStore.Found.Nothing.class);
        assertThat(faults.of(StoreFault.FOREIGN)).isEqualTo(1);

        keep(response(KEY, URL, "x"));
        send(Command.HDEL, URL_KEY, valueOf(URL_KEY));
        assertThat(look(KEY, URL, HeaderFields.empty())).isInstanceOf(ResponseStore.Found.Nothing.class);
        assertThat(faults.of(StoreFault.GARBAGE)).isEqualTo(2);
    }

    @Test
    void neverGivesAValueUnderAnotherName() throws Exception {
        keep(response("zone http://site/other", "http://site/other", "not yours"));
        keep(response(KEY, URL, "x"));
        String otherKey = "weir:cache:url:" + KeyDigest.of("http://site/other");
        byte[] other = send(Command.HGET, otherKey, valueOf(otherKey)).toBytes();
        await(raw.send(
                Request.cmd(Command.HSET).arg(URL_KEY).arg(valueOf(URL_KEY)).arg(other)));
        assertThat(look(KEY, URL, HeaderFields.empty())).isInstanceOf(ResponseStore.Found.Nothing.class);
    }

    @Test
    void aLostOrGarbledSequenceBeginsANewLife() throws Exception {
        SequencePair before = call(() -> store.purge(PURGE, false)).pair();
        PurgeScope tag = PurgeScope.tag("t").orElseThrow();
        String mark = String.format("%016x", tag.mark());
        for (String[] damage : new String[][] {
            {"DEL", "weir:cache:purges"},
            {"SET", "weir:cache:purges", "x"},
            {"HSET", "weir:cache:purges", "epoch", "abc"},
            {"HSET", "weir:cache:purges", "token", "abc"},
            {"HSET", "weir:cache:purges", "token", "9223372036854775807"},
            {"HSET", "weir:cache:purges", "number", "9223372036854775807"},
            {"HSET", "weir:cache:purges", "wide", "x"},
            {"HSET", "weir:cache:purges", "floor:0", "-1"},
            {"HSET", "weir:cache:purges", "serial", ""},
            {"DEL", "weir:cache:purges:last"},
            {"DEL", "weir:cache:purges:hard"},
            {"ZREM", "weir:cache:purges:soft", mark},
            {"SET", "weir:cache:purges:hard", "x"},
            {"SET", "weir:cache:purges:log", "x"}
        }) {
            var unusedHard = call(() -> store.purge(tag, false));
            var unusedSoft = call(() -> store.purge(tag, true));
            SequencePair then = call(() -> store.purge(PURGE, false)).pair();
            keep(response(KEY, URL, "of a life before"));
            Request request = Request.cmd(Command.create(damage[0]));
            for (int i = 1; i < damage.length; i++) {
                request.arg(damage[i]);
            }
            await(raw.send(request));
            SequencePair now = newest();
            assertThat(now.epoch()).as(String.join(" ", damage)).isNotEqualTo(then.epoch());
            assertThat(now.number()).isEqualTo(1);
            assertThat(look(KEY, URL, HeaderFields.empty())).isEqualTo(new ResponseStore.Found.Nothing(now));
        }
        assertThat(newest().epoch()).isNotEqualTo(before.epoch());
    }

    @Test
    void aNewLifeIsLaterThanTheOneBeforeWhateverTheClockSays() throws Exception {
        long first = newest().epoch();
        millis.addAndGet(1_000);
        send(Command.HSET, "weir:cache:purges", "run", "another");
        long second = newest().epoch();
        assertThat(second).isGreaterThan(first);
        millis.addAndGet(-3_600_000);
        send(Command.HSET, "weir:cache:purges", "run", "a third");
        assertThat(newest().epoch()).isEqualTo(second + 1);
        send(Command.HSET, "weir:cache:purges", "number", "x");
        assertThat(newest().epoch()).isEqualTo(second + 2);
        send(Command.HSET, "weir:cache:purges", "epoch", "-77");
        send(Command.HSET, "weir:cache:purges", "number", "x");
        assertThat(newest().epoch()).isEqualTo(clock.millis() << 20 | (newest().epoch() & 0xfffff));
    }

    @Test
    void aGarbledNumberOfThePurgeOfAUrlCountsAsJustNow() throws Exception {
        call(() -> store.purge(PURGE, false));
        send(Command.HSET, "weir:cache:purges:last", KeyDigest.of(URL), "x");
        assertThat(keep(response(KEY, URL, "x"))).isEqualTo(Outcome.PURGED);
        call(() -> store.purge(PURGE, false));
        assertThat(keep(response(KEY, URL, "x"))).isEqualTo(Outcome.STORED);
    }

    @Test
    void aRedisThatDoesNotTellItsRunIsNotUsed() throws Exception {
        send(Command.ACL, "SETUSER", "blind", "on", ">secret", "~*", "&*", "+@all", "-info");
        RedisStore blind = open(new RedisConfig(
                server.config().endpoints(),
                Optional.empty(),
                Optional.empty(),
                Optional.of("blind"),
                Optional.of(new Secret("secret")),
                Duration.ofSeconds(2),
                Duration.ofSeconds(2)));
        until(() -> blind.trouble().contains("info"));
        assertThat(faults.of(StoreFault.NOT_AUTHORISED)).isPositive();
        await(blind.close());
        send(Command.ACL, "DELUSER", "blind");
    }

    @Test
    void survivesScriptsBeingForgotten() throws Exception {
        send(Command.SCRIPT, "FLUSH");
        assertThat(keep(response(KEY, URL, "x"))).isEqualTo(Outcome.STORED);
        assertThat(hit(KEY, URL, HeaderFields.empty()).body().toString()).isEqualTo("x");
    }

    @Test
    void countsErrorsByKind() throws Exception {
        send(Command.CONFIG, "SET", "maxmemory", "1");
        try {
            assertThatThrownBy(() -> keep(response(KEY, URL, "x"))).hasRootCauseInstanceOf(StoreException.class);
            assertThat(faults.of(StoreFault.OUT_OF_MEMORY)).isPositive();
        } finally {
            send(Command.CONFIG, "SET", "maxmemory", "256mb");
        }
        assertThat(newest().number()).isPositive();
        send(Command.REPLICAOF, "127.0.0.1", "1");
        try {
            assertThatThrownBy(() -> call(() -> store.purge(PURGE, false)))
                    .hasRootCauseInstanceOf(StoreException.class);
            assertThat(faults.of(StoreFault.READ_ONLY)).isPositive();
            assertThat(look(KEY, URL, HeaderFields.empty())).isInstanceOf(ResponseStore.Found.Nothing.class);
        } finally {
            send(Command.REPLICAOF, "NO", "ONE");
        }
    }

    @Test
    void aBlockedRedisCostsTheDeadlineAndNoMore() throws Exception {
        RedisStore hasty = open(server.config(), RedisStore.LOOKUP_DEADLINE);
        until(() -> hasty.trouble().isEmpty());
        Future<Response> sleeping =
                raw.send(Request.cmd(Command.create("DEBUG")).arg("SLEEP").arg("0.4"));
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 10_000; i++) {
                        var unused = call(() -> hasty.lookup(KEY, URL, HeaderFields.empty()));
                    }
                })
                .hasRootCauseInstanceOf(StoreException.class);
        assertThat(sleeping.isComplete()).isFalse();
        assertThat(faults.of(StoreFault.TIMEOUT)).isPositive();
        await(sleeping);
        assertThat(keep(response(KEY, URL, "x"))).isEqualTo(Outcome.STORED);
        assertThat(hit(KEY, URL, HeaderFields.empty()).body().toString()).isEqualTo("x");
        await(hasty.close());
    }

    @Test
    void sendsNoMoreThanTheBound() throws Exception {
        Future<Response> sleeping =
                raw.send(Request.cmd(Command.create("DEBUG")).arg("SLEEP").arg("0.3"));
        call(() -> {
            List<Future<ResponseStore.Found>> all = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                all.add(store.lookup(KEY, URL, HeaderFields.empty()));
            }
            return Future.join(all).mapEmpty().otherwiseEmpty();
        });
        assertThat(faults.of(StoreFault.BUSY)).isGreaterThan(1_000);
        await(sleeping);
        untilAnswered(() -> store.lookup(KEY, URL, HeaderFields.empty()));
    }

    @Test
    void saysWhatIsWrongWithTheEvictionPolicy() throws Exception {
        send(Command.CONFIG, "SET", "maxmemory-policy", "allkeys-lru");
        RedisStore other = open(server.config());
        try {
            assertThat(whenTroubleContains(other, "allkeys-lru")).contains("expected: volatile-*");
        } finally {
            send(Command.CONFIG, "SET", "maxmemory-policy", "volatile-lru");
            await(other.close());
        }
    }

    @Test
    void comesBackWhenRedisDoes() throws Exception {
        int port = RedisUnderTest.freePort();
        RedisStore other;
        try (RedisUnderTest first = new RedisUnderTest(port, "maxmemory-policy volatile-lru")) {
            other = open(first.config());
            until(() -> other.trouble().isEmpty());
        }
        until(() -> !other.trouble().isEmpty());
        assertThatThrownBy(() -> call(() -> other.lookup(KEY, URL, HeaderFields.empty())))
                .hasRootCauseInstanceOf(StoreException.class);
        assertThat(faults.of(StoreFault.UNCONNECTED)).isPositive();
        try (RedisUnderTest second = new RedisUnderTest(port, "maxmemory-policy volatile-lru")) {
            assertThat(second.port).isEqualTo(port);
            until(() -> other.trouble().isEmpty());
            assertThat(call(() -> other.lookup(KEY, URL, HeaderFields.empty())))
                    .isInstanceOf(ResponseStore.Found.Nothing.class);
            await(other.close());
        }
    }

    @Test
    void aRedisThatWasRestartedWithWhatItHadBeginsANewLife(@TempDir Path directory) throws Exception {
        int port = RedisUnderTest.freePort();
        String[] settings = {"dir " + directory, "appendonly yes", "appendfsync always", "maxmemory-policy volatile-lru"
        };
        RedisStore other;
        SequencePair before;
        CacheStore kept = response(KEY, URL, "of the life before");
        try (RedisUnderTest first = new RedisUnderTest(port, settings)) {
            other = open(first.config());
            until(() -> other.trouble().isEmpty());
            var unused = call(() -> other.purge(PURGE, false));
            before = call(other::newestPurge);
            assertThat(call(() -> other.store(since(before, kept), ""))).isEqualTo(Outcome.STORED);
            assertThat(call(() -> other.lookup(KEY, URL, HeaderFields.empty())))
                    .isInstanceOf(ResponseStore.Found.Response.class);
        }
        until(() -> !other.trouble().isEmpty());
        try (RedisUnderTest second = new RedisUnderTest(port, settings)) {
            assertThat(second.port).isEqualTo(port);
            until(() -> other.trouble().isEmpty());
            assertThat(call(() -> other.lookup(KEY, URL, HeaderFields.empty())))
                    .isInstanceOf(ResponseStore.Found.Nothing.class);
            SequencePair now = call(other::newestPurge);
            assertThat(now.epoch()).isNotEqualTo(before.epoch());
            assertThat(now.number()).isEqualTo(1);
            await(other.close());
        }
    }

    @Test
    void theSameRunOfRedisGoesOnWithItsLife() throws Exception {
        SequencePair before = call(() -> store.purge(PURGE, false)).pair();
        RedisStore other = open(server.config());
        until(() -> other.trouble().isEmpty());
        assertThat(call(other::newestPurge)).isEqualTo(before);
        await(other.close());
    }

    @Test
    void saysThatItIsNotAuthorised() throws Exception {
        try (RedisUnderTest guarded = new RedisUnderTest("requirepass secret")) {
            RedisStore without = open(guarded.config());
            until(() -> faults.of(StoreFault.NOT_AUTHORISED) > 0);
            await(without.close());
            RedisStore with = open(guarded.config("secret"));
            until(() -> with.trouble().contains("noeviction"));
            await(with.close());
        }
    }

    private static CacheStore since(SequencePair purges, CacheStore of) {
        return new CacheStore(
                of.key(),
                of.url(),
                of.varyNames(),
                of.selecting(),
                of.status(),
                of.fields(),
                of.responseDelayMillis(),
                of.residentMillis(),
                of.keepMillis(),
                of.token(),
                purges,
                of.body());
    }

    /** The name of the only value there. */
    private static String valueOf(String urlKey) throws Exception {
        List<String> names = new ArrayList<>();
        for (Response name : send(Command.HKEYS, urlKey)) {
            names.add(name.toString());
        }
        names.remove("index");
        assertThat(names).hasSize(1);
        return names.get(0);
    }

    private RedisStore open(RedisConfig config) throws Exception {
        return open(config, Duration.ofSeconds(5));
    }

    private RedisStore open(RedisConfig config, Duration lookup) throws Exception {
        return call(() -> Future.succeededFuture(new RedisStore(
                VERTX,
                new RedisMaster(VERTX, config),
                new RedisStore.Deadlines(lookup, Duration.ofSeconds(5)),
                faults,
                System::nanoTime,
                new Epochs(clock, java.util.concurrent.ThreadLocalRandom.current()))));
    }

    private String whenTroubleIs(String wanted) throws Exception {
        until(() -> store.trouble().equals(wanted));
        return store.trouble();
    }

    private String whenTroubleContains(RedisStore of, String wanted) throws Exception {
        until(() -> of.trouble().contains(wanted));
        return of.trouble();
    }

    private void untilAnswered(Supplier<Future<ResponseStore.Found>> action) throws Exception {
        Future<?>[] last = new Future<?>[1];
        until(() -> {
            if (last[0] == null || last[0].failed()) {
                last[0] = action.get();
            }
            return last[0].succeeded();
        });
    }

    /** Asks on the store's context, again and again, for ten seconds at most. */
    private void until(Supplier<Boolean> condition) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!call(() -> Future.succeededFuture(condition.get()))) {
            assertThat(System.nanoTime()).as("ten seconds are over").isLessThan(end);
            await(VERTX.timer(5));
        }
    }

    @CanIgnoreReturnValue
    private static Response send(Command command, String... arguments) throws Exception {
        Request request = Request.cmd(command);
        for (String argument : arguments) {
            request.arg(argument);
        }
        return await(raw.send(request));
    }
}
