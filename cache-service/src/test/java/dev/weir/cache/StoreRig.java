package dev.weir.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.weir.runtime.config.RedisConfig;
import dev.weir.runtime.metrics.Metrics;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Stores over Redis, on a context of their own. */
final class StoreRig {
    final Vertx vertx = Vertx.vertx();
    final StoreFaults faults = new StoreFaults(new Metrics());
    private final Context context = vertx.getOrCreateContext();
    private final List<RedisStore> stores = new ArrayList<>();

    RedisStore open(RedisConfig config) throws Exception {
        RedisStore made = call(() -> Future.succeededFuture(new RedisStore(
                vertx,
                new RedisMaster(vertx, config),
                new RedisStore.Deadlines(Duration.ofSeconds(5), Duration.ofSeconds(5)),
                faults,
                System::nanoTime,
                new Epochs(InstantSource.system(), ThreadLocalRandom.current()))));
        stores.add(made);
        return made;
    }

    @CanIgnoreReturnValue
    <T> T call(Supplier<Future<T>> action) throws Exception {
        return await(
                Future.future(promise -> context.runOnContext(go -> action.get().onComplete(promise))));
    }

    /** Asks on the stores' context, again and again, for thirty seconds at most. */
    void until(Supplier<Boolean> condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!call(() -> Future.succeededFuture(condition.get()))) {
            assertThat(System.nanoTime())
                    .as(
                            "thirty seconds are over; the stores say %s",
                            stores.stream().map(RedisStore::trouble).toList())
                    .isLessThan(end);
            await(vertx.timer(5));
        }
    }

    @CanIgnoreReturnValue
    static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    void close() throws Exception {
        for (RedisStore each : stores) {
            call(each::close);
        }
        await(vertx.close());
    }
}
