package dev.weir.edge.cache;

import dev.weir.contracts.Address;
import dev.weir.contracts.Topic;
import dev.weir.runtime.cluster.Bus;
import dev.weir.runtime.cluster.BusException;
import dev.weir.runtime.cluster.Registration;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

/** A bus in one thread, that answers at once, never, or by failing. */
final class FakeBus implements Bus {
    final List<Object> requests = new CopyOnWriteArrayList<>();
    final List<Object> published = new CopyOnWriteArrayList<>();
    private final Map<String, Function<Object, Future<Object>>> servers = new HashMap<>();
    private final Map<String, List<Consumer<Object>>> listeners = new HashMap<>();

    @Override
    @SuppressWarnings("unchecked")
    public <Q, A> Future<A> request(Address<Q, A> address, Q body, Duration timeout) {
        requests.add(body);
        Function<Object, Future<Object>> server = servers.get(address.name());
        return server == null
                ? Future.failedFuture(new BusException(BusException.Kind.NO_HANDLERS, address.name()))
                : (Future<A>) server.apply(body);
    }

    @Override
    public <N> void publish(Topic<N> topic, N notice) {
        published.add(notice);
        listeners.getOrDefault(topic.name(), List.of()).forEach(listener -> listener.accept(notice));
    }

    @Override
    @SuppressWarnings("unchecked")
    public <Q, A> Registration serve(Address<Q, A> address, Function<Q, Future<A>> handler) {
        servers.put(address.name(), body -> (Future<Object>) handler.apply((Q) body));
        return () -> servers.remove(address.name());
    }

    @Override
    @SuppressWarnings("unchecked")
    public <N> Registration subscribe(Topic<N> topic, Consumer<N> listener) {
        Consumer<Object> any = notice -> listener.accept((N) notice);
        listeners.computeIfAbsent(topic.name(), name -> new ArrayList<>()).add(any);
        return () -> listeners.getOrDefault(topic.name(), new ArrayList<>()).remove(any);
    }

    @Override
    public boolean joined() {
        return true;
    }

    /** The address takes requests and never answers. */
    <Q, A> void silence(Address<Q, A> address) {
        servers.put(address.name(), body -> Promise.promise().future());
    }
}
