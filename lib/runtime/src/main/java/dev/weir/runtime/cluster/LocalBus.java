package dev.weir.runtime.cluster;

import dev.weir.contracts.Address;
import dev.weir.contracts.Codec;
import dev.weir.contracts.Topic;
import dev.weir.runtime.metrics.Metrics;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.PromiseInternal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The bus of a process that is alone: the records themselves go from context to context. Where assertions are on, as in
 * tests, messages too large for a frame are refused as a cluster would; without them nothing is encoded.
 */
public final class LocalBus implements Bus {
    private final Vertx vertx;
    private final BusMeters meters;
    private final ConcurrentHashMap<String, List<Served<?, ?>>> served = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, List<Listening<?>>> listening = new ConcurrentHashMap<>();
    private final AtomicInteger turn = new AtomicInteger();

    /** Over the process's Vert.x. */
    public LocalBus(Vertx vertx, Metrics metrics) {
        this.vertx = vertx;
        this.meters = new BusMeters(metrics);
    }

    @Override
    public <Q, A> Future<A> request(Address<Q, A> address, Q body, Duration timeout) {
        assert fits(address.name(), address.request(), body);
        ContextInternal here = (ContextInternal) vertx.getOrCreateContext();
        PromiseInternal<A> promise = here.promise();
        meters.requests.increment();
        List<Served<?, ?>> all = served.getOrDefault(address.name(), List.of());
        if (all.isEmpty()) {
            BusException nobody =
                    new BusException(BusException.Kind.NO_HANDLERS, address.name() + ": nobody serves it");
            return here.failedFuture(meters.failed(nobody));
        }
        @SuppressWarnings("unchecked") // registered under this address's name
        Served<Q, A> one = (Served<Q, A>) all.get(Math.floorMod(turn.getAndIncrement(), all.size()));
        long timer = vertx.setTimer(Math.max(1, timeout.toMillis()), late -> {
            BusException none = new BusException(BusException.Kind.TIMEOUT, address.name() + ": no answer in time");
            if (promise.tryFail(none)) {
                meters.failed(none);
            }
        });
        one.call(body, new Served.Reply<>() {
            @Override
            public void answered(A answer) {
                vertx.cancelTimer(timer);
                promise.tryComplete(answer);
            }

            @Override
            public void failed(BusException failure) {
                vertx.cancelTimer(timer);
                if (promise.tryFail(failure)) {
                    meters.failed(failure);
                }
            }
        });
        return promise.future();
    }

    @Override
    @SuppressWarnings("unchecked") // registered under this topic's name
    public <N> void publish(Topic<N> topic, N notice) {
        assert fits(topic.name(), topic.codec(), notice);
        meters.notices.increment();
        for (Listening<?> one : listening.getOrDefault(topic.name(), List.of())) {
            ((Listening<N>) one).tell(notice);
        }
    }

    @Override
    public <Q, A> Registration serve(Address<Q, A> address, Function<Q, Future<A>> handler) {
        Context context = vertx.getOrCreateContext();
        return add(served, address.name(), new Served<>(address, context, handler));
    }

    @Override
    public <N> Registration subscribe(Topic<N> topic, Consumer<N> listener) {
        Context context = vertx.getOrCreateContext();
        return add(listening, topic.name(), new Listening<>(topic, context, listener, meters.noticesDropped));
    }

    private static <T> Registration add(ConcurrentHashMap<String, List<T>> all, String name, T one) {
        List<T> same = all.computeIfAbsent(name, n -> new CopyOnWriteArrayList<>());
        same.add(one);
        return () -> same.remove(one);
    }

    /** Always true; throws if the message is too large. */
    private <T> boolean fits(String address, Codec<T> codec, T message) {
        try {
            return Frame.of(address, codec, message).bytes().length() > 0;
        } catch (FrameTooLargeException e) {
            meters.tooLarge.increment();
            throw e;
        }
    }

    @Override
    public boolean joined() {
        return true;
    }
}
