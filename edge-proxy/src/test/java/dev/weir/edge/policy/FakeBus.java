package dev.weir.edge.policy;

import dev.weir.contracts.Address;
import dev.weir.contracts.Topic;
import dev.weir.runtime.cluster.Bus;
import dev.weir.runtime.cluster.BusException;
import dev.weir.runtime.cluster.BusException.Kind;
import dev.weir.runtime.cluster.Registration;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** A bus within the test. Handlers run where requests come from; an address without handler times out like a dead peer. */
final class FakeBus implements Bus {
    private final Vertx vertx;
    private final Map<String, Function<Object, Future<?>>> handlers = new ConcurrentHashMap<>();
    private final Map<String, Consumer<Object>> listeners = new ConcurrentHashMap<>();

    FakeBus(Vertx vertx) {
        this.vertx = vertx;
    }

    @Override
    public <Q, A> Future<A> request(Address<Q, A> address, Q body, Duration timeout) {
        Promise<A> answer = Promise.promise();
        Function<Object, Future<?>> handler = handlers.get(address.name());
        if (handler == null) {
            long timer = vertx.setTimer(timeout.toMillis(), id -> answer.fail(new BusException(Kind.TIMEOUT, "late")));
            return answer.future().onComplete(done -> vertx.cancelTimer(timer));
        }
        vertx.getOrCreateContext()
                .runOnContext(go -> handler.apply(body)
                        .onSuccess(value -> {
                            @SuppressWarnings("unchecked")
                            A typed = (A) value;
                            answer.complete(typed);
                        })
                        .onFailure(failure -> answer.fail(new BusException(Kind.FAILED, String.valueOf(failure)))));
        return answer.future();
    }

    @Override
    public <N> void publish(Topic<N> topic, N notice) {
        Consumer<Object> listener = listeners.get(topic.name());
        if (listener != null) {
            listener.accept(notice);
        }
    }

    @Override
    public <Q, A> Registration serve(Address<Q, A> address, Function<Q, Future<A>> handler) {
        @SuppressWarnings("unchecked")
        Function<Object, Future<?>> untyped = body -> handler.apply((Q) body);
        handlers.put(address.name(), untyped);
        return () -> handlers.remove(address.name());
    }

    @Override
    public <N> Registration subscribe(Topic<N> topic, Consumer<N> listener) {
        Context context = vertx.getOrCreateContext();
        @SuppressWarnings("unchecked")
        Consumer<Object> untyped = notice -> context.runOnContext(go -> listener.accept((N) notice));
        listeners.put(topic.name(), untyped);
        return () -> listeners.remove(topic.name());
    }

    @Override
    public boolean joined() {
        return true;
    }
}
