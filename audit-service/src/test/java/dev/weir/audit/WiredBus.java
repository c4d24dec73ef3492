package dev.weir.audit;

import dev.weir.contracts.Address;
import dev.weir.contracts.Codec;
import dev.weir.contracts.Topic;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;
import dev.weir.runtime.cluster.Bus;
import dev.weir.runtime.cluster.BusException;
import dev.weir.runtime.cluster.Registration;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** A bus of one process that puts every message through its wire form and refuses those too long for a frame. */
final class WiredBus implements Bus {
    private final Map<String, Function<Buffer, Future<Buffer>>> served = new ConcurrentHashMap<>();

    @Override
    public <Q, A> Future<A> request(Address<Q, A> address, Q body, Duration timeout) {
        Function<Buffer, Future<Buffer>> handler = served.get(address.name());
        if (handler == null) {
            return Future.failedFuture(new BusException(BusException.Kind.NO_HANDLERS, address.name()));
        }
        return handler.apply(write(address.request(), body)).map(answer -> read(address.reply(), answer));
    }

    @Override
    public <Q, A> Registration serve(Address<Q, A> address, Function<Q, Future<A>> handler) {
        served.put(
                address.name(),
                body -> handler.apply(read(address.request(), body)).map(answer -> write(address.reply(), answer)));
        return () -> served.remove(address.name());
    }

    @Override
    public <N> void publish(Topic<N> topic, N notice) {
        throw new UnsupportedOperationException("audit-service tells nothing");
    }

    @Override
    public <N> Registration subscribe(Topic<N> topic, Consumer<N> listener) {
        throw new UnsupportedOperationException("audit-service listens to nothing");
    }

    @Override
    public boolean joined() {
        return true;
    }

    private static <T> Buffer write(Codec<T> codec, T message) {
        Buffer frame = Buffer.buffer();
        codec.encode(message, new WireWriter(frame));
        if (frame.length() > LARGEST_FRAME - 64) {
            throw new IllegalArgumentException("frame of " + frame.length() + " bytes");
        }
        return frame;
    }

    private static <T> T read(Codec<T> codec, Buffer frame) {
        return codec.decode(new WireReader(frame, 0));
    }
}
