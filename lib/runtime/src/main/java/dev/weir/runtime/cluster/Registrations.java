package dev.weir.runtime.cluster;

import dev.weir.contracts.Topic;
import dev.weir.contracts.WireException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that a process serves and listens to, and how it is put on one clustered instance after the other. The entries
 * may be read from any thread; consumers are made and ended on the loop of the instance they belong to.
 */
final class Registrations implements ClusterKeeper.Tenant {
    private static final Logger LOG = LoggerFactory.getLogger(Registrations.class);
    private static final String ECHO = "weir.bus.echo";
    private static final DeliveryOptions PING = new DeliveryOptions().setSendTimeout(1_000);
    private static final int FIRST_PINGS = 5;

    private final Set<Entry> entries = ConcurrentHashMap.newKeySet();
    private final String pingAddress;

    /**
     * @param holdsData such a process pings itself; others ping those, as a message that finds its way home proves
     *     nothing about the way to them
     */
    Registrations(boolean holdsData) {
        String own = ECHO + "." + UUID.randomUUID();
        this.pingAddress = holdsData ? own : ECHO;
        if (holdsData) {
            entries.add(new EchoEntry(own));
            entries.add(new EchoEntry(ECHO));
        }
    }

    Registration add(Entry entry, ClusterKeeper keeper) {
        entries.add(entry);
        keeper.execute(() -> keeper.joined()
                .ifPresent(joined -> run(joined, () -> {
                    if (entries.contains(entry)) {
                        entry.register(joined)
                                .onFailure(e -> LOG.debug("{}: not registered yet: {}", entry.address(), e.toString()));
                    }
                })));
        return () -> {
            entries.remove(entry);
            keeper.execute(() -> keeper.instance().ifPresent(joined -> run(joined, entry::unregister)));
        };
    }

    private static void run(Joined joined, Runnable work) {
        joined.context().runOnContext(there -> work.run());
    }

    @SuppressWarnings("unchecked") // registered under this topic's name
    <N> void tellHere(Topic<N> topic, N notice) {
        for (Entry entry : entries) {
            if (entry instanceof ListeningEntry<?> one && one.address().equals(topic.name())) {
                ((ListeningEntry<N>) one).listening.tell(notice);
            }
        }
    }

    @Override
    public Future<Void> moveIn(Joined joined) {
        Promise<Void> promise = Promise.promise();
        run(joined, () -> {
            joined.vertx().eventBus().registerDefaultCodec(Frame.class, new FrameCodec());
            List<Future<Void>> all = new ArrayList<>();
            entries.forEach(entry -> all.add(entry.register(joined)));
            Future.all(all)
                    .compose(registered -> firstPing(joined, FIRST_PINGS))
                    .onComplete(promise);
        });
        return promise.future();
    }

    /** The first messages of a fresh member may get lost. */
    private Future<Void> firstPing(Joined joined, int left) {
        return ping(joined)
                .recover(e -> left > 1 && joined.isWhole() ? firstPing(joined, left - 1) : Future.failedFuture(e));
    }

    @Override
    public Future<Void> ping(Joined joined) {
        Promise<Void> promise = Promise.promise();
        run(
                joined,
                () -> joined.vertx()
                        .eventBus()
                        .request(pingAddress, Frame.received(Buffer.buffer()), PING)
                        .<Void>mapEmpty()
                        .onComplete(promise));
        return promise.future();
    }

    @Override
    public Future<Boolean> checkRegistrations(Joined joined) {
        List<Future<Boolean>> all = new ArrayList<>();
        for (Entry entry : entries) {
            all.add(joined.registrations(entry.address()).map(found -> {
                boolean known = found.stream()
                        .anyMatch(info -> info.nodeId().equals(joined.manager().getNodeId()));
                if (!known) {
                    run(joined, () -> again(entry, joined));
                }
                return known;
            }));
        }
        return Future.all(all).map(done -> all.stream().allMatch(Future::result));
    }

    private void again(Entry entry, Joined joined) {
        if (entries.contains(entry)) {
            entry.unregister();
            entry.register(joined)
                    .onFailure(e -> LOG.debug("{}: not registered again: {}", entry.address(), e.toString()));
        }
    }

    /** Something that stands on the bus under an address. */
    abstract static class Entry {
        private volatile @Nullable MessageConsumer<Frame> consumer;
        private volatile @Nullable Joined home;

        abstract String address();

        abstract void accept(Message<Frame> message, Joined joined);

        /** On the instance's loop; once for each instance. */
        Future<Void> register(Joined joined) {
            MessageConsumer<Frame> there = consumer;
            if (there != null && joined.equals(home)) {
                return there.completion();
            }
            EventBus bus = joined.vertx().eventBus();
            MessageConsumer<Frame> fresh = bus.consumer(address(), message -> accept(message, joined));
            consumer = fresh;
            home = joined;
            return fresh.completion();
        }

        /** On the instance's loop. */
        void unregister() {
            MessageConsumer<Frame> there = consumer;
            consumer = null;
            home = null;
            if (there != null) {
                there.unregister().onFailure(e -> LOG.debug("{}: not unregistered: {}", address(), e.toString()));
            }
        }
    }

    /** Answers whatever is asked. */
    private static final class EchoEntry extends Entry {
        private final String address;

        EchoEntry(String address) {
            this.address = address;
        }

        @Override
        String address() {
            return address;
        }

        @Override
        void accept(Message<Frame> message, Joined joined) {
            message.reply(Frame.received(Buffer.buffer()));
        }
    }

    /** An address that is served. */
    static final class ServedEntry<Q, A> extends Entry {
        private final Served<Q, A> served;
        private final BusMeters meters;

        ServedEntry(Served<Q, A> served, BusMeters meters) {
            this.served = served;
            this.meters = meters;
        }

        @Override
        String address() {
            return served.address().name();
        }

        @Override
        void accept(Message<Frame> message, Joined joined) {
            Q body;
            try {
                body = message.body().read(served.address().request());
            } catch (WireException e) {
                meters.malformed.increment();
                message.fail(ClusteredBus.CODE_FAILED, address() + ": " + e.getMessage());
                return;
            }
            served.call(body, new Served.Reply<>() {
                @Override
                public void answered(A answer) {
                    reply(message, answer, joined);
                }

                @Override
                public void failed(BusException failure) {
                    int code = failure.kind() == BusException.Kind.BUSY
                            ? ClusteredBus.CODE_BUSY
                            : ClusteredBus.CODE_FAILED;
                    run(joined, () -> message.fail(code, failure.getMessage()));
                }
            });
        }

        private void reply(Message<Frame> message, A answer, Joined joined) {
            try {
                Frame frame = Frame.of(address(), served.address().reply(), answer);
                run(joined, () -> message.reply(frame));
            } catch (FrameTooLargeException e) {
                meters.tooLarge.increment();
                LOG.error("an answer was not sent: {}", e.getMessage());
                run(joined, () -> message.fail(ClusteredBus.CODE_FAILED, String.valueOf(e.getMessage())));
            }
        }
    }

    /** A topic that is listened to. */
    static final class ListeningEntry<N> extends Entry {
        private final Listening<N> listening;
        private final BusMeters meters;

        ListeningEntry(Listening<N> listening, BusMeters meters) {
            this.listening = listening;
            this.meters = meters;
        }

        @Override
        String address() {
            return listening.topic().name();
        }

        @Override
        void accept(Message<Frame> message, Joined joined) {
            try {
                listening.tell(message.body().read(listening.topic().codec()));
            } catch (WireException e) {
                meters.malformed.increment();
            }
        }
    }
}
