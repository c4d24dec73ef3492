package dev.weir.runtime.cluster;

import dev.weir.contracts.Address;
import dev.weir.contracts.Codec;
import dev.weir.contracts.Topic;
import dev.weir.contracts.WireException;
import dev.weir.runtime.config.ClusterConfig;
import dev.weir.runtime.metrics.Metrics;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.PromiseInternal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The bus of a process among others. The clustered Vert.x is an instance of its own, joined in the background and made
 * anew when lost; what is registered here outlives it. Calls come from contexts of the plain instance and go back
 * there; the clustered instance is only touched on its own loop.
 */
public final class ClusteredBus implements Bus {
    private static final int MOST_OUTSTANDING = 20_000;
    private static final Duration AFTER_TIMEOUT = Duration.ofMillis(250);
    /** Codes of a failure that is an answer. */
    static final int CODE_FAILED = 1;

    static final int CODE_BUSY = 2;

    private final Vertx plain;
    private final BusMeters meters;
    private final Registrations registrations;
    private final ClusterKeeper keeper;
    private final AtomicInteger outstanding = new AtomicInteger();

    private ClusteredBus(Vertx plain, ClusterConfig config, ClusterIdentity identity, Metrics metrics) {
        this.plain = plain;
        this.meters = new BusMeters(metrics);
        this.registrations = new Registrations(identity.holdsData());
        this.keeper = new ClusterKeeper(config, identity, registrations, meters);
        metrics.gauge("bus.joined", "1 while the cluster is joined.", () -> joined() ? 1 : 0);
        metrics.gauge("bus.outstanding", "Bus requests that wait for their answer.", outstanding::get);
        metrics.gauge("bus.members", "Members of the cluster as this process sees it.", this::members);
    }

    /** Begins to join; the bus can be used at once. */
    public static ClusteredBus start(Vertx plain, ClusterConfig config, ClusterIdentity identity, Metrics metrics) {
        ClusteredBus bus = new ClusteredBus(plain, config, identity, metrics);
        bus.keeper.start();
        return bus;
    }

    /** The name or address that peers reach this process by; empty while that isn't known. */
    public Optional<String> publicHost() {
        return keeper.publicHost();
    }

    private long members() {
        return keeper.joined().map(Joined::members).orElse(0);
    }

    @Override
    public <Q, A> Future<A> request(Address<Q, A> address, Q body, Duration timeout) {
        ContextInternal here = (ContextInternal) plain.getOrCreateContext();
        Frame frame = frame(address.name(), address.request(), body);
        meters.requests.increment();
        Optional<Joined> joined = keeper.joined();
        if (joined.isEmpty()) {
            return here.failedFuture(meters.failed(notJoined(address.name())));
        }
        if (outstanding.incrementAndGet() > MOST_OUTSTANDING) {
            outstanding.decrementAndGet();
            String message = address.name() + ": too many requests outstanding";
            return here.failedFuture(meters.failed(new BusException(BusException.Kind.BUSY, message)));
        }
        PromiseInternal<A> promise = here.promise();
        long millis = Math.max(1, timeout.toMillis());
        // An instance that is being closed may forget its time-outs.
        long guard =
                plain.setTimer(millis + AFTER_TIMEOUT.toMillis(), late -> promise.tryFail(timedOut(address.name())));
        send(joined.get(), address, frame, new DeliveryOptions().setSendTimeout(millis), promise);
        return promise.future().onComplete(done -> {
            plain.cancelTimer(guard);
            outstanding.decrementAndGet();
            if (done.failed() && done.cause() instanceof BusException failure) {
                meters.failed(failure);
            }
        });
    }

    private <Q, A> void send(
            Joined joined, Address<Q, A> address, Frame frame, DeliveryOptions options, PromiseInternal<A> promise) {
        try {
            joined.context()
                    .runOnContext(there -> joined.vertx()
                            .eventBus()
                            .<Frame>request(address.name(), frame, options)
                            .onComplete(done -> finish(address, done, promise)));
        } catch (RejectedExecutionException closing) {
            promise.tryFail(notJoined(address.name()));
        }
    }

    private <Q, A> void finish(Address<Q, A> address, AsyncResult<Message<Frame>> done, PromiseInternal<A> promise) {
        if (done.failed()) {
            promise.tryFail(failure(address.name(), done.cause()));
            return;
        }
        try {
            promise.tryComplete(done.result().body().read(address.reply()));
        } catch (WireException e) {
            meters.malformed.increment();
            promise.tryFail(new BusException(BusException.Kind.FAILED, address.name() + ": " + e.getMessage()));
        }
    }

    private static BusException failure(String address, Throwable cause) {
        if (!(cause instanceof ReplyException reply)) {
            return new BusException(BusException.Kind.FAILED, address + ": " + cause);
        }
        if (reply.failureType() == ReplyFailure.TIMEOUT) {
            return timedOut(address);
        }
        if (reply.failureType() == ReplyFailure.NO_HANDLERS) {
            return new BusException(BusException.Kind.NO_HANDLERS, address + ": nobody serves it");
        }
        boolean busy = reply.failureType() == ReplyFailure.RECIPIENT_FAILURE && reply.failureCode() == CODE_BUSY;
        return new BusException(
                busy ? BusException.Kind.BUSY : BusException.Kind.FAILED, String.valueOf(reply.getMessage()));
    }

    private static BusException timedOut(String address) {
        return new BusException(BusException.Kind.TIMEOUT, address + ": no answer in time");
    }

    private static BusException notJoined(String address) {
        return new BusException(BusException.Kind.NOT_JOINED, address + ": the cluster is not joined");
    }

    @Override
    public <N> void publish(Topic<N> topic, N notice) {
        Frame frame = frame(topic.name(), topic.codec(), notice);
        meters.notices.increment();
        Optional<Joined> joined = keeper.joined();
        if (joined.isEmpty()) {
            registrations.tellHere(topic, notice);
            return;
        }
        try {
            Joined now = joined.get();
            now.context().runOnContext(there -> now.vertx().eventBus().publish(topic.name(), frame));
        } catch (RejectedExecutionException closing) {
            registrations.tellHere(topic, notice);
        }
    }

    private <T> Frame frame(String address, Codec<T> codec, T message) {
        try {
            return Frame.of(address, codec, message);
        } catch (FrameTooLargeException e) {
            meters.tooLarge.increment();
            throw e;
        }
    }

    @Override
    public <Q, A> Registration serve(Address<Q, A> address, Function<Q, Future<A>> handler) {
        Served<Q, A> served = new Served<>(address, plain.getOrCreateContext(), handler);
        return registrations.add(new Registrations.ServedEntry<>(served, meters), keeper);
    }

    @Override
    public <N> Registration subscribe(Topic<N> topic, Consumer<N> listener) {
        Listening<N> listening = new Listening<>(topic, plain.getOrCreateContext(), listener, meters.noticesDropped);
        return registrations.add(new Registrations.ListeningEntry<>(listening, meters), keeper);
    }

    @Override
    public boolean joined() {
        return keeper.joined().isPresent();
    }

    /** Leaves the cluster for good; takes some seconds at most, and never fails. */
    public Future<Void> close() {
        return keeper.close();
    }

    /** The membership of this moment, for tests that break it. */
    Optional<Joined> membership() {
        return keeper.joined();
    }
}
