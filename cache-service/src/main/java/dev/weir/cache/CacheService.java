package dev.weir.cache;

import dev.weir.runtime.Running;
import dev.weir.runtime.Service;
import dev.weir.runtime.ServiceContext;
import dev.weir.runtime.config.RedisConfig;
import io.vertx.core.Future;
import java.security.SecureRandom;

/** The shared cache tier as a service. It serves from the start, whether Redis is there or not. */
public final class CacheService implements Service {
    private static final SecureRandom RANDOM = new SecureRandom();

    @Override
    public String name() {
        return "cache-service";
    }

    @Override
    public Future<Running> start(ServiceContext context) {
        StoreFaults faults = new StoreFaults(context.metrics());
        ResponseStore store = context.config()
                .redis()
                .<ResponseStore>map(redis -> redisStore(context, redis, faults))
                .orElseGet(() -> memoryStore(context));
        CacheDesk desk = new CacheDesk(
                context.vertx(),
                context.bus(),
                store,
                context.config().cache().applied(),
                context.metrics(),
                context.health().dependency("response-store"),
                context.status(),
                RANDOM::nextLong);
        desk.open();
        return Future.succeededFuture(desk);
    }

    private static ResponseStore redisStore(ServiceContext context, RedisConfig redis, StoreFaults faults) {
        return new RedisStore(
                context.vertx(),
                new RedisMaster(context.vertx(), redis),
                new RedisStore.Deadlines(RedisStore.LOOKUP_DEADLINE, redis.command()),
                faults,
                System::nanoTime,
                new Epochs(context.clock(), RANDOM));
    }

    private static ResponseStore memoryStore(ServiceContext context) {
        // Where the only edge there is lives in this process, its own memory has it all: only purges are kept here.
        boolean shared = context.config().cluster().isPresent();
        long bytes = shared ? context.config().cache().sharedMemory().bytes() : 0;
        long epoch = new Epochs(context.clock(), RANDOM).getAsLong();
        MemoryStore store = new MemoryStore(bytes, context.clock(), epoch);
        context.metrics().gauge("cache.memory.bytes", "Weight of the responses kept in memory.", store::bytes);
        return store;
    }
}
